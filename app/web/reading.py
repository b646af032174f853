"""A stretch of a document for reading: its blocks as headings, paragraphs, lists, tables and code, a span marked.

The marked runs of a page, put together, are exactly the canonical text in the marked range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from ingest.types import Block

OWN_MARK = re.compile(r"\(?(?:\d+|[a-z])[.)]\s|[•◦▪*–-]\s")
"""What a list item begins with where its file gave it a mark of its own, as PDFs do."""

CELL = re.compile(r"(?:^| )\|(?: |$)")
"""What separates the cells of a table's row in the canonical text; beside an empty outer cell a space is missing."""

WINDOW = 12_000
"""Code points that one page shows of a longer document."""

Kind = Literal["heading", "paragraph", "list", "table", "code", "caption"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that is wholly inside the marked range, or wholly outside.

    `first`: the marked range begins here. `separator`: it stands between two cells of a table.
    """

    text: str
    marked: bool
    first: bool = False
    separator: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the page: `lines` are the items of a list, else one line; `rows` are a table's, cell by cell.

    `level` is a heading's depth, 1 and up. `own_marks`: the items of a list begin with a number or a bullet already.
    Each cell but a row's last ends in a separator: no character is lost.
    """

    kind: Kind
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    has_header: bool = False
    level: int = 1
    own_marks: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page shows. `earlier` and `later` are the offsets to go on at, None at the ends of the document."""

    pieces: tuple[Piece, ...]
    earlier: int | None
    later: int | None


def read(text: str, blocks: Sequence[Block], at: int, marked: tuple[int, int] = (0, 0), size: int = WINDOW) -> Reading:
    """Show the blocks that begin or go on within `size` code points from the offset `at`; long ones are cut at lines.

    `marked` is the half-open range to mark; a range is whole if it begins in the window and is shorter than it.
    """
    last = blocks[-1].end if blocks else 0
    low = max(0, min(at, last - 1))
    high = low + size
    shown = [_cut(block, text, low, high) for block in blocks if block.start < high and block.end > low]
    end = shown[-1].end if shown else last
    start = shown[0].start if shown else 0
    first = blocks[0].start if blocks else 0
    return Reading(
        tuple(_pieces(shown, text, marked)),
        earlier=max(0, start - size) if start > first else None,
        later=end if end < last else None,
    )


def _cut(block: Block, text: str, low: int, high: int) -> Block:
    """The part of a block that is in the window, from the beginning of a line to the end of one."""
    if block.end - block.start <= high - low:
        return block
    start = block.start if block.start >= low else max(block.start, text.rfind("\n", block.start, low) + 1)
    line_end = text.find("\n", high, block.end)
    end = block.end if block.end <= high or line_end < 0 else line_end
    return replace(block, start=start, end=end, has_header=block.has_header and start == block.start)


def _pieces(blocks: Iterable[Block], text: str, marked: tuple[int, int]) -> Iterator[Piece]:
    for is_list, group in groupby(blocks, key=lambda block: block.kind == "list_item"):
        if is_list:
            items = list(group)
            own = any(OWN_MARK.match(text, block.start, block.end) for block in items)
            yield Piece("list", tuple(_runs(text, one.start, one.end, marked) for one in items), own_marks=own)
        else:
            yield from (_piece(block, text, marked) for block in group)


def _piece(block: Block, text: str, marked: tuple[int, int]) -> Piece:
    if block.kind == "table":
        return Piece("table", rows=tuple(_rows(block, text, marked)), has_header=block.has_header)
    kind: Kind = "list" if block.kind == "list_item" else block.kind
    return Piece(kind, (_runs(text, block.start, block.end, marked),), level=max(1, len(block.section)))


def _rows(block: Block, text: str, marked: tuple[int, int]) -> Iterator[tuple[Line, ...]]:
    at = block.start
    for row in text[block.start : block.end].split("\n"):
        yield tuple(_cells(text, at, at + len(row), marked))
        at += len(row) + 1


def _cells(text: str, start: int, end: int, marked: tuple[int, int]) -> Iterator[Line]:
    at = start
    for separator in CELL.finditer(text[start:end]):
        low, high = start + separator.start(), start + separator.end()
        yield _runs(text, at, low, marked) + tuple(
            replace(run, separator=True) for run in _runs(text, low, high, marked)
        )
        at = high
    yield _runs(text, at, end, marked)


def _runs(text: str, start: int, end: int, marked: tuple[int, int]) -> Line:
    """Cut [start, end) at the bounds of the marked range."""
    low, high = (min(max(bound, start), end) for bound in marked)
    parts = ((start, low, False), (low, high, True), (high, end, False)) if low < high else ((start, end, False),)
    return tuple(
        Run(text[begin:stop], inside, first=inside and begin == marked[0])
        for begin, stop, inside in parts
        if begin < stop
    )
