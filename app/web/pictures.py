"""The pictures of the pages that a citation stands on, where its document is a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.address import citation_path
from app.web.address import ZOOMS
from ingest.errors import UnknownId
from ingest.load.pages import PageRenderer
from ingest.store import Store
from ingest.types import Box, Span

PDF = "application/pdf"

WIDTH = 1200
"""Pixels of a page's picture at 100 %: sharp at half the width of a wide screen."""

_renderer = PageRenderer()  # starts its process with the first picture; that ends with this one


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of a PDF with the lines of the span on it, as fractions of the page."""

    page: int
    boxes: tuple[Box, ...]
    url: str


def pictures_of(store: Store, citation_id: str, span: Span, zoom: int) -> Sequence[Picture]:
    """The pages that a span stands on; none where its document is no PDF."""
    if not span.boxes or store.media_type(span.document_id, span.revision) != PDF:
        return ()
    pages = sorted({box.page for box in span.boxes})
    size = None if zoom == ZOOMS[0] else zoom

    def url(page: int) -> str:
        below = f"/page/{page}.png"
        return citation_path(citation_id, below=below, revision=span.revision, start=span.start, zoom=size)

    return [Picture(page, tuple(box for box in span.boxes if box.page == page), url(page)) for page in pages]


def width_at(zoom: int) -> int:
    """How many pixels wide a page is drawn."""
    return WIDTH * zoom // 100


def draw(store: Store, span: Span, page: int, zoom: int) -> bytes:
    """Draw a page (counted from 1) of a span's document as PNG.

    Raises UnknownId for what is no PDF or has no such page, NoPicture, and TooManyPictures.
    """
    if store.media_type(span.document_id, span.revision) != PDF:
        raise UnknownId(f"{span.document_id!r} is no PDF, so that there is no picture of its pages")
    return _renderer.render(store.source_bytes(span.document_id, span.revision).data, page, width_at(zoom))
