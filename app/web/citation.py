"""The page of a citation: its text in its document, marked, and for a PDF the picture of its page beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from app.api.blueprint import services
from app.present import headings_above
from app.web.reading import WINDOW, Reading, read
from ingest.errors import UnknownId
from ingest.load.pages import PageRenderer
from ingest.resolve import Resolution, resolve
from ingest.store import Store
from ingest.types import Box, Span

citation_pages = Blueprint("citation_pages", __name__, template_folder="templates")

PDF = "application/pdf"

PICTURE_WIDTH = 1200
"""Pixels of a page's picture: sharp at half the width of a wide screen."""

EXPLANATIONS = {
    "current": "The text stands in the document as it was cited.",
    "moved": "The text is unchanged and has moved to another place in the document, which is shown here.",
    "changed": "The text has been changed since. The revision that was cited is shown here.",
    "gone": "The text is no longer in the documents. The revision that was cited is shown here.",
    "purged": "The text was purged from the store, and cannot be shown.",
}

_renderer = PageRenderer()  # starts its process with the first picture; that ends with this one


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of a PDF with the lines of the span on it, as fractions of the page."""

    page: int
    boxes: tuple[Box, ...]


@citation_pages.get("/c/<citation_id>")
def citation_page(citation_id: str) -> str:
    """The document around a citation, from the offset `at` on if the query asks for one."""
    store = services().store
    found = resolve(store, citation_id, request.args.get("revision"), request.args.get("start", type=int))
    shown = shown_span(found)
    return render_template(
        "citation.html",
        id=citation_id,
        found=found,
        explanation=EXPLANATIONS[found.status],
        shown=shown,
        headings=headings_above(shown.section, found.document.title) if shown else [],
        reading=_reading(store, shown, request.args.get("at", type=int)) if shown else None,
        pictures=_pictures(store, shown) if shown else (),
    )


@citation_pages.get("/c/<citation_id>/page/<int:page>.png")
def picture(citation_id: str, page: int) -> Response:
    """The picture of a page of the PDF that a citation was read from.

    It never changes, so that a browser may keep it; but it asks each time whether it may still show it, to whoever
    sits there now.
    """
    store = services().store
    shown = shown_span(resolve(store, citation_id, request.args.get("revision"), request.args.get("start", type=int)))
    if shown is None:
        raise UnknownId(f"the text of {citation_id!r} was purged, and its pages with it")
    tag = f"{shown.revision}-{page}-{PICTURE_WIDTH}"
    response = make_response(b"" if tag in request.if_none_match else _render(store, shown, page))
    response.mimetype = "image/png"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def shown_span(found: Resolution) -> Span | None:
    """The span that a citation's page shows: where the text stands now, else as it was cited."""
    return found.now if found.status in ("current", "moved") else found.cited


def _reading(store: Store, span: Span, at: int | None) -> Reading:
    """The text around a span, a third of the window before it."""
    text = store.canonical_text(span.document_id, span.revision)
    blocks = store.layout(span.document_id, span.revision).blocks
    return read(text, blocks, span.start - WINDOW // 3 if at is None else at, (span.start, span.end))


def _pictures(store: Store, span: Span) -> Sequence[Picture]:
    """The pages that a span stands on, where its document is a PDF."""
    if not span.boxes or store.source_bytes(span.document_id, span.revision).media_type != PDF:
        return ()
    pages = sorted({box.page for box in span.boxes})
    return [Picture(page, tuple(box for box in span.boxes if box.page == page)) for page in pages]


def _render(store: Store, span: Span, page: int) -> bytes:
    source = store.source_bytes(span.document_id, span.revision)
    if source.media_type != PDF:
        raise UnknownId(f"{span.document_id!r} is no PDF, so that there is no picture of its pages")
    return _renderer.render(source.data, page, PICTURE_WIDTH)
