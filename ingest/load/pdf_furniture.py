"""Running headers, footers and page numbers: told by standing at the same place on page after page.

A line near the top or bottom edge is furniture when the same text stands at its place on several pages, or when the
number of a page in it goes up with the pages: one that is called so ("Page 3 of 9"), or that has nothing near it.
A line that only stands where such lines stand is text, and so is "Experiment 3" on page 3.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.load.pdf_lines import Line, rows_of
from ingest.load.pdf_words import Sheet

_MARGIN = 0.13
_DEPTH = 3
_MIN_PAGES = 3
_APART = 4
_LARGE = 1.5
_WIDER = 1.5
_NUMBER = re.compile(r"\d{1,5}")
_PAGE = re.compile(
    r"(?:.*\b(?:page|pg|p|sheet|slide|seite)\b\.?|\W*)\s*\b(\d{1,5})\b(?:\s*(?:of|/|von)\s*\d{1,5})?\W*", re.I
)
ROMAN = re.compile(r"(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.I)
"""A Roman numeral up to 99."""
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Key = tuple[str, int, str | int]


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The pages without the words of their running headers and footers."""
    heights = [word.height for sheet in sheets for word in sheet.words]
    large = _LARGE * median(heights) if heights else math.inf
    keyed = [[(line, set(_keys(line, sheet.number, large))) for line in _marginal(sheet)] for sheet in sheets]
    seen = Counter(key for lines in keyed for key in {key for _, keys in lines for key in keys})
    needed = {"number": _MIN_PAGES}
    enough = max(2, min(_MIN_PAGES, len(sheets)))
    return [
        _strip(sheet, [line for line, keys in lines if any(seen[key] >= needed.get(key[0], enough) for key in keys)])
        for lines, sheet in zip(keyed, sheets, strict=True)
    ]


def _strip(sheet: Sheet, furniture: list[Line]) -> Sheet:
    dropped = {id(word) for line in furniture for word in line.words}
    return replace(sheet, words=tuple(word for word in sheet.words if id(word) not in dropped))


def _marginal(sheet: Sheet) -> Iterator[Line]:
    """The first and last few lines of a page, as far as they stand near its edges."""
    top, bottom = _MARGIN * sheet.height, (1 - _MARGIN) * sheet.height
    yield from list(rows_of([(word,) for word in sheet.words if word.y1 < top], sheet.number))[:_DEPTH]
    yield from list(rows_of([(word,) for word in sheet.words if word.y0 > bottom], sheet.number))[-_DEPTH:]


def _keys(line: Line, page: int, large: float) -> Iterator[Key]:
    """What makes a line known again on another page: its place with its text, or with how far its number is ahead.

    "1 Scope" on page 1 and "2 Scope" on page 2 are headings: beside other words, a number must stand well apart. In
    letters of the height `large` or more, no number is that of a page.
    """
    place = round(line.y0 / 4)
    yield "text", place, line.text
    if line.size >= large:
        return
    if named := _PAGE.fullmatch(line.text):
        yield "page", place, int(named[1]) - page
    if (number := _outer_number(line)) is not None:
        yield "number", place, line.text.replace(str(number), "#", 1) + str(number - page)
    for number in _lone_numbers(line):
        yield "number", place, number - page
        if len(line.words) == 1:
            yield "page", place, number - page


def _outer_number(line: Line) -> int | None:
    """The number at the end of a line that a wider gap parts from the rest than any two words of the rest."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(line.words)]
    for word, gap, others in ((line.words[0], gaps[:1], gaps[1:]), (line.words[-1], gaps[-1:], gaps[:-1])):
        if others and gap[0] > _WIDER * max(others) and _NUMBER.fullmatch(word.text):
            return int(word.text)
    return None


def _lone_numbers(line: Line) -> Iterator[int]:
    """Arabic and Roman numbers with nothing near them."""
    ends = [-math.inf, *(cell[-1].x1 for cell in line.cells)]
    starts = [*(cell[0].x0 for cell in line.cells), math.inf]
    for at, cell in enumerate(line.cells):
        text = cell[0].text
        is_apart = min(starts[at] - ends[at], starts[at + 1] - ends[at + 1]) > _APART * cell[0].height
        if len(cell) == 1 and is_apart and _NUMBER.fullmatch(text):
            yield int(text)
        elif len(cell) == 1 and is_apart and ROMAN.fullmatch(text):
            yield roman(text.lower())


def roman(numeral: str) -> int:
    """The value of a Roman numeral in lower case."""
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-value if any(value < later for later in values[at:]) else value for at, value in enumerate(values))
