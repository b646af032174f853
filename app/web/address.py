"""The address of a viewer: which citation, where it stood when it was cited, in which answer, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from app.address import API, citation_path

ZOOMS = (100, 150, 200)
"""The sizes at which the picture of a page is shown, in per cent of the width that there is."""


@dataclass(frozen=True, slots=True)
class Address:
    """What the path and the query of a viewer say. `at` is the offset to read from, None for around the citation."""

    citation_id: str
    revision: str | None = None
    start: int | None = None
    answer: str | None = None
    zoom: int = ZOOMS[0]
    at: int | None = None

    @classmethod
    def read(cls, citation_id: str, query: MultiDict[str, str]) -> Address:
        """Take a query; a number that is none counts as left out, and so does a zoom that is not one of ZOOMS."""
        zoom = query.get("zoom", ZOOMS[0], type=int)
        return cls(
            citation_id,
            query.get("revision"),
            query.get("start", type=int),
            query.get("answer"),
            zoom if zoom in ZOOMS else ZOOMS[0],
            query.get("at", type=int),
        )

    @property
    def url(self) -> str:
        """The path with its query, down to the marked text where that is sure to be on the page."""
        zoom = None if self.zoom == ZOOMS[0] else self.zoom
        path = citation_path(
            self.citation_id, revision=self.revision, start=self.start, answer=self.answer, at=self.at, zoom=zoom
        )
        return f"{path}{'#span' if self.at is None else ''}"

    @property
    def api_url(self) -> str:
        """What says the same to programs: as JSON, of the same place."""
        return citation_path(self.citation_id, API, revision=self.revision, start=self.start)

    def zoomed(self, zoom: int) -> Address:
        """The same place at another size."""
        return replace(self, zoom=zoom)

    def reading_at(self, offset: int) -> Address:
        """The same citation, with its document read from an offset on."""
        return replace(self, at=offset)

    def of(self, citation: Mapping[str, Any]) -> Address:
        """The viewer of another citation, in its wire form, in the same answer and at the same size."""
        revision = citation["document"]["revision"]
        return replace(self, citation_id=citation["id"], revision=revision, start=citation["start"], at=None)

    def newest(self, citation_id: str) -> Address:
        """The viewer of what a citation id stands for today."""
        return replace(self, citation_id=citation_id, revision=None, start=None, at=None)
