"""Tables of contents: runs of entries that end in dots and the number of a page, which never goes down.

A single such line, or one that ends in a value, is text: "Supply voltage ........ 0.75 V".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.load.pdf_furniture import ROMAN, roman
from ingest.load.pdf_lines import Line

_ENTRY = re.compile(r"(?:\s?\.){4,}\s*(\w{1,6})$")
_MIN_ENTRIES = 3
_NEAR = 3

PageNumber = tuple[bool, int]
"""Whether it is arabic, and the number: Roman pages come first."""


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """The lines that are no entries of a table of contents."""
    last_page = max((line.page for line in lines), default=0)
    numbers = [(at, number) for at, line in enumerate(lines) if (number := _page_number(line.text, last_page))]
    dropped = {at for run in _runs(numbers) if len(run) >= _MIN_ENTRIES for at in run}
    return [line for at, line in enumerate(lines) if at not in dropped]


def _page_number(text: str, last_page: int) -> PageNumber | None:
    """The page that a line leads to by dots, if it is one that the document can have."""
    found = _ENTRY.search(text)
    if found is None:
        return None
    if found[1].isdecimal():
        return (True, int(found[1])) if int(found[1]) <= last_page else None
    return (False, roman(found[1].lower())) if ROMAN.fullmatch(found[1]) else None


def _runs(numbers: Sequence[tuple[int, PageNumber]]) -> Iterator[list[int]]:
    """Places of entries that follow each other closely, in the order of their pages."""
    run: list[int] = []
    before: tuple[int, PageNumber] | None = None
    for at, number in numbers:
        if before and (at - before[0] > _NEAR or number < before[1]):
            yield run
            run = []
        run.append(at)
        before = at, number
    yield run
