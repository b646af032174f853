"""Where what Slack shows is found in full."""

from __future__ import annotations

from dataclasses import dataclass

from app.address import place_of, server_of
from app.settings import Settings
from app.wire import Json


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of pages of this server, as people open them from elsewhere; `base` ends without a slash."""

    base: str

    @classmethod
    def of(cls, settings: Settings) -> Links:
        """The links under the public address that settings name, else under the one that is listened on."""
        return cls(server_of(settings))

    def answer(self, answer_id: str) -> str:
        """An answer, in full."""
        return f"{self.base}/a/{answer_id}"

    def citation(self, citation: Json) -> str:
        """A citation in its document, where it stood when it was cited."""
        return f"{self.base}{place_of(citation)}"

    def span(self, near_miss: Json) -> str:
        """A span that was not cited, in its document."""
        return f"{self.base}{near_miss['url']}#span"

    def documents(self) -> str:
        """The list of documents."""
        return f"{self.base}/documents"
