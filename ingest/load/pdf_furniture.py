"""Running headers, footers and page numbers: told by standing at the same place on page after page.

A line near the top or bottom edge is furniture when the same text stands at its place on several pages, or when a
number in it goes up with the pages. A line that only stands where such lines stand is text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.load.pdf_lines import Line, rows_of
from ingest.load.pdf_words import Sheet

_MARGIN = 0.13
_DEPTH = 3
_MIN_PAGES = 3
_APART = 4
_NUMBER = re.compile(r"\b\d{1,5}\b")
_ROMAN = re.compile(r"(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.I)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Key = tuple[str, int, str | int]


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The pages without the words of their running headers and footers."""
    marginal = [list(_marginal(sheet)) for sheet in sheets]
    seen = Counter(
        key for lines, sheet in zip(marginal, sheets, strict=True) for key in _page_keys(lines, sheet.number)
    )
    enough = max(2, min(_MIN_PAGES, len(sheets)))
    return [
        _strip(sheet, [line for line in lines if any(seen[key] >= enough for key in _keys(line, sheet.number))])
        for lines, sheet in zip(marginal, sheets, strict=True)
    ]


def _strip(sheet: Sheet, furniture: list[Line]) -> Sheet:
    dropped = {id(word) for line in furniture for word in line.words}
    return replace(sheet, words=tuple(word for word in sheet.words if id(word) not in dropped))


def _marginal(sheet: Sheet) -> Iterator[Line]:
    """The first and last few lines of a page, as far as they stand near its edges."""
    top, bottom = _MARGIN * sheet.height, (1 - _MARGIN) * sheet.height
    yield from list(rows_of([(word,) for word in sheet.words if word.y1 < top], sheet.number))[:_DEPTH]
    yield from list(rows_of([(word,) for word in sheet.words if word.y0 > bottom], sheet.number))[-_DEPTH:]


def _page_keys(lines: list[Line], page: int) -> set[Key]:
    return {key for line in lines for key in _keys(line, page)}


def _keys(line: Line, page: int) -> Iterator[Key]:
    """What makes a line known again on another page: its place with its text, or with how far its number is ahead.

    "1 Scope" on page 1 and "2 Methods" on page 2 are headings: beside other words, a number must stand well apart.
    """
    place = round(line.y0 / 4)
    yield "text", place, line.text
    for number in _NUMBER.findall(line.text):
        yield _NUMBER.sub("#", line.text), place, int(number) - page
    for number in _lone_numbers(line):
        yield "number", place, number - page


def _lone_numbers(line: Line) -> Iterator[int]:
    """Arabic and Roman numbers with nothing near them."""
    ends = [-math.inf, *(cell[-1].x1 for cell in line.cells)]
    starts = [*(cell[0].x0 for cell in line.cells), math.inf]
    for at, cell in enumerate(line.cells):
        text = cell[0].text
        is_apart = min(starts[at] - ends[at], starts[at + 1] - ends[at + 1]) > _APART * cell[0].height
        if len(cell) == 1 and is_apart and _NUMBER.fullmatch(text):
            yield int(text)
        elif len(cell) == 1 and is_apart and _ROMAN.fullmatch(text):
            yield _roman(text.lower())


def _roman(numeral: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-value if any(value < later for later in values[at:]) else value for at, value in enumerate(values))
