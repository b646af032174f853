"""A page of a PDF as a picture, drawn in this process; `ingest.load.pages` does it at arm's length."""

from __future__ import annotations

from io import BytesIO

from ingest.errors import LoadError

MAX_PIXELS = 20_000_000
"""The most pixels a picture may have; a wish for more is met with fewer."""


def render_page(data: bytes, page: int, width: int) -> bytes:
    """Render a page (counted from 1) of a PDF's bytes as PNG, `width` pixels wide unless that is over MAX_PIXELS.

    Raises LoadError: "corrupt" or "encrypted" for bytes that are no readable PDF, "no_page" for a page it hasn't.
    """
    from ingest.load.pdf import open_pdf

    document = open_pdf(data, "The document")
    try:
        if not 1 <= page <= len(document):
            raise LoadError("no_page", f"There is no page {page}; the document has {len(document)}.")
        source = document[page - 1]
        points_wide, points_high = source.get_size()
        if min(points_wide, points_high) <= 0:
            raise LoadError("corrupt", f"Page {page} has no area.")
        scale = min(max(width, 1) / points_wide, (MAX_PIXELS / (points_wide * points_high)) ** 0.5)
        png = BytesIO()
        source.render(scale=scale).to_pil().save(png, format="PNG")
        return png.getvalue()
    finally:
        document.close()
