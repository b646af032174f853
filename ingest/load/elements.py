"""From the elements of `unstructured` to pieces: what every format but PDF goes through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.load.assemble import Piece, lines, prose, rows
from ingest.load.tables import grid, is_header, looks_like_header

_FURNITURE = frozenset({"Header", "Footer", "PageBreak", "PageNumber"})
_CAPTION = re.compile(r"(Figure|Fig\.|Table|Listing|Example)\s+\d+([.\-]\d+)*\s*[.:–—]")
_BULLET = re.compile(r"[•◦▪‣●○■]\s+")


def pieces_of(elements: Iterable[Any], *, guess_header: bool = False) -> Iterator[Piece]:
    """Turn elements into pieces, in order. Headings come from Title elements, their level from `category_depth`.

    Running headers and footers, page breaks and pictures without a description are left out. `guess_header` is for
    formats that do not mark which row of a table names its columns.
    """
    for element in elements:
        category = element.category
        if category in _FURNITURE:
            continue
        if category == "Table":
            yield from _table(element, guess_header)
        elif category == "CodeSnippet":
            yield Piece(lines(element.text), "code")
        elif category == "Title":
            yield Piece(prose(element.text), "heading", level=element.metadata.category_depth or 0)
        elif category == "Image":
            yield from _picture(prose(element.text))
        else:
            yield paragraph(element.text, is_item=category == "ListItem")


def paragraph(text: str, *, is_item: bool = False) -> Piece:
    """A list item (so marked, or with a bullet before it), a caption ("Figure 3: …") or a plain paragraph."""
    clean = prose(text)
    if is_item or _BULLET.match(clean):
        return Piece(_BULLET.sub("", clean, count=1) if _BULLET.match(clean) else clean, "list_item")
    return Piece(clean, "caption" if _CAPTION.match(clean) else "paragraph")


def is_caption(text: str) -> bool:
    """Whether a paragraph names a figure or a table by its number."""
    return _CAPTION.match(text) is not None


def _table(element: Any, guess_header: bool) -> Iterator[Piece]:
    from lxml import html  # type: ignore[import-untyped]

    if not element.metadata.text_as_html:
        yield Piece(prose(element.text), "table")
        return
    table = html.fragment_fromstring(element.metadata.text_as_html)
    yield from (Piece(prose(caption.text_content()), "caption") for caption in table.iter("caption"))
    laid = [row for row in grid(table) if any(cell.text for cell in row)]
    if laid:
        named = is_header(laid[0]) or (guess_header and looks_like_header(laid[0]))
        yield Piece(rows([cell.text for cell in row] for row in laid), "table", has_header=named and len(laid) > 1)


def _picture(description: str) -> Iterator[Piece]:
    if " " in description:
        yield Piece(description, "caption")
