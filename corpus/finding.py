"""What a lint says: one thing that a curator should mend."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ingest.types import Block

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `where` is the document's id, or the path of a file that has none, `place` where in it.

    `code` names the kind of finding in lower-case words joined by hyphens. An `error` keeps a document from being what
    its curator means it to be; a `warning` may have its reasons.
    """

    where: str
    what: str
    code: str
    severity: Severity = "error"
    place: str = ""

    def as_json(self) -> dict[str, Any]:
        """The wire form."""
        return asdict(self)

    def __str__(self) -> str:
        place = f" ({self.place})" if self.place else ""
        return f"{self.severity}: {self.where}{place} {self.what} [{self.code}]"


def place(block: Block) -> str:
    """Where a block stands: the headings above it, outermost first."""
    return " > ".join(block.section)
