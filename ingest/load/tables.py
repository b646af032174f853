"""Tables in HTML: a grid of cell texts, in which merged cells stand in every row and column that they span."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ingest.load.assemble import prose

_MAX_SPAN = 100
_INLINE = re.compile(
    "a|abbr|b|bdi|big|cite|code|data|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One position of a grid: its text, and whether it is marked as a header (`<th>`)."""

    text: str
    is_header: bool


def grid(table: Any) -> list[list[Cell]]:
    """Lay out an lxml `<table>`: a row-spanning cell is repeated in each of its rows, so that a row says all it means.

    A column-spanning cell is followed by empty ones, so that columns stay aligned.
    """
    laid: list[list[Cell]] = []
    hanging: dict[int, tuple[int, Cell]] = {}
    for row in own_rows(table):
        cells: list[Cell] = []
        for source in row.iterchildren("td", "th"):
            _hang(cells, hanging)
            _place(cells, hanging, source)
        _hang(cells, hanging)
        laid.append(cells)
    return laid


def flat_text(element: Any, between: str = " ") -> str:
    """All text inside an element as a reader sees it: `between` sets block children and line breaks apart."""
    text = element.text or ""
    for child in element:
        if child.tag == "br":
            text += between
        elif _INLINE.fullmatch(child.tag):
            text += flat_text(child, between)
        else:
            text += between * bool(text and not text.endswith(between)) + flat_text(child, between) + between
        text += child.tail or ""
    return text


def own_rows(table: Any) -> list[Any]:
    """The rows of a table itself, not those of a table within one of its cells."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def is_header(row: list[Cell]) -> bool:
    """Whether every cell of a row is marked as a header."""
    return bool(row) and all(cell.is_header or not cell.text for cell in row) and any(cell.text for cell in row)


def looks_like_header(row: list[Cell]) -> bool:
    """Guess, for formats that do not mark it, that a row names columns: distinct texts, none with a digit first."""
    texts = [cell.text for cell in row]
    return len(texts) > 1 and len(set(texts)) == len(texts) and all(text and not text[0].isdigit() for text in texts)


def _hang(cells: list[Cell], hanging: dict[int, tuple[int, Cell]]) -> None:
    while len(cells) in hanging:
        rows_left, cell = hanging.pop(len(cells))
        if rows_left > 1:
            hanging[len(cells)] = (rows_left - 1, cell)
        cells.append(cell)


def _place(cells: list[Cell], hanging: dict[int, tuple[int, Cell]], source: Any) -> None:
    cell = Cell(prose(flat_text(source)), source.tag == "th")
    for column in range(_span(source, "colspan")):
        placed = cell if column == 0 else Cell("", cell.is_header)
        if (rows_more := _span(source, "rowspan") - 1) > 0:
            hanging[len(cells)] = (rows_more, placed)
        cells.append(placed)


def _span(source: Any, name: str) -> int:
    value = source.get(name, "1").strip()
    return min(int(value), _MAX_SPAN) if value.isdecimal() and int(value) else 1
