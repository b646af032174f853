"""The viewer of a citation: its text in its document, marked, and for a PDF the picture of its page beside it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, render_template, request

from app.about import about
from app.api.blueprint import services
from app.present import headings_above
from app.web.address import ZOOMS, Address
from app.web.fragment import HEADER, wants_viewer
from app.web.listed import listed
from app.web.pictures import draw, pictures_of, width_at
from app.web.reading import WINDOW, Reading, read
from ingest.errors import UnknownId
from ingest.resolve import Resolution, resolve
from ingest.store import Store
from ingest.types import Span

citation_pages = Blueprint("citation_pages", __name__, template_folder="templates")

EXPLANATIONS = {
    "current": "The text stands in the document as it was cited.",
    "moved": "The text is unchanged and has moved to another place in the document, which is shown here.",
    "changed": "The text has been changed since. The revision that was cited is shown here.",
    "gone": "The text is no longer in the documents. The revision that was cited is shown here.",
    "purged": "The text was purged from the store, and cannot be shown.",
}


@citation_pages.get("/c/<citation_id>")
def citation_page(citation_id: str) -> Response:
    """The document around a citation; alone, without a page around it, where the header X-Fragment asks for that."""
    address, store = Address.read(citation_id, request.args), services().store
    found = resolve(store, citation_id, address.revision, address.start)
    shown = shown_span(found)
    page = render_template(
        "_viewer.html" if wants_viewer() else "citation.html",
        is_fragment=wants_viewer(),
        address=address,
        zooms=ZOOMS,
        found=found,
        explanation=EXPLANATIONS[found.status],
        shown=shown,
        columns=_columns(store, shown) if shown else "",
        headings=headings_above(shown.section, found.document.title) if shown else [],
        about=about(store, found, date.today()),
        listed=listed(store, address),
        reading=_reading(store, shown, address.at) if shown else None,
        pictures=pictures_of(store, citation_id, shown, address.zoom) if shown else (),
    )
    response = make_response(page)
    response.vary.add(HEADER)
    return response


@citation_pages.get("/c/<citation_id>/page/<int:page>.png")
def picture(citation_id: str, page: int) -> Response:
    """The picture of a page of the PDF that a citation was read from.

    It never changes, so that a browser may keep it; but it asks each time whether it may still show it, to whoever
    sits there now.
    """
    address, store = Address.read(citation_id, request.args), services().store
    shown = shown_span(resolve(store, citation_id, address.revision, address.start))
    if shown is None:
        raise UnknownId(f"the text of {citation_id!r} was purged, and its pages with it")
    tag = f"{shown.revision}-{page}-{width_at(address.zoom)}"
    response = make_response(b"" if tag in request.if_none_match else draw(store, shown, page, address.zoom))
    response.mimetype = "image/png"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def shown_span(found: Resolution) -> Span | None:
    """The span that a viewer shows: where the text stands now, else as it was cited."""
    return found.now if found.status in ("current", "moved") else found.cited


def _columns(store: Store, span: Span) -> str:
    """The names of the columns over a span that is a row of a table, else nothing."""
    return store.canonical_text(span.document_id, span.revision)[slice(*span.header)] if span.header else ""


def _reading(store: Store, span: Span, at: int | None) -> Reading:
    """The text around a span, a third of the window before it."""
    text = store.canonical_text(span.document_id, span.revision)
    blocks = store.layout(span.document_id, span.revision).blocks
    return read(text, blocks, span.start - WINDOW // 3 if at is None else at, (span.start, span.end))
