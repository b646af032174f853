"""A stretch of a document for reading: its blocks as headings, paragraphs, lists, tables and code, a span marked.

The marked runs of a page, put together, are exactly the canonical text in the marked range: what lies between two
blocks, or between two rows of a table, is there too where it is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
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

    `first`: the marked range begins here. `separator`: it stands between two cells or rows of a table, or between
    blocks, and is not to be seen.
    """

    text: str
    marked: bool
    first: bool = False
    separator: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the page: `lines` are the items of a list, else one line; `rows` are a table's, cell by cell.

    `level` is a heading's depth on this page, 1 and up, never more than one below that of the heading before it.
    `own_marks`: the items of a list begin with a number or a bullet already.
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
    follows = {block.end: after.start for block, after in pairwise(shown)}
    return Reading(
        tuple(_levelled(_Cutter(text, marked, follows).pieces(shown))),
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


def _levelled(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Set headings as deep as the headings that are above them on this page, so that no level is left out."""
    above: list[int] = []
    for piece in pieces:
        if piece.kind != "heading":
            yield piece
            continue
        while above and above[-1] >= piece.level:
            above.pop()
        above.append(piece.level)
        yield replace(piece, level=len(above))


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Cuts blocks of a text into runs, at the bounds of the marked range.

    `follows` says for the end of each block but the last where the next one begins.
    """

    text: str
    marked: tuple[int, int]
    follows: Mapping[int, int]

    def pieces(self, blocks: Iterable[Block]) -> Iterator[Piece]:
        """The blocks as they are shown; neighbouring list items are one list."""
        for is_list, group in groupby(blocks, key=lambda block: block.kind == "list_item"):
            if is_list:
                items = list(group)
                own = any(OWN_MARK.match(self.text, block.start, block.end) for block in items)
                yield Piece("list", tuple(self._line(one) for one in items), own_marks=own)
            else:
                yield from map(self._piece, group)

    def _piece(self, block: Block) -> Piece:
        if block.kind == "table":
            return Piece("table", rows=tuple(self._rows(block)), has_header=block.has_header)
        kind: Kind = "list" if block.kind == "list_item" else block.kind
        return Piece(kind, (self._line(block),), level=max(1, len(block.section)))

    def _line(self, block: Block) -> Line:
        return self._runs(block.start, block.end) + self._gap(block.end, self.follows.get(block.end, block.end))

    def _rows(self, block: Block) -> Iterator[tuple[Line, ...]]:
        at = block.start
        for row in self.text[block.start : block.end].split("\n"):
            end = at + len(row)
            *cells, last = self._cells(at, end)
            after = end + 1 if end < block.end else self.follows.get(end, end)
            yield (*cells, last + self._gap(end, after))
            at = end + 1

    def _cells(self, start: int, end: int) -> Iterator[Line]:
        at = start
        for separator in CELL.finditer(self.text[start:end]):
            low, high = start + separator.start(), start + separator.end()
            yield self._runs(at, low) + _hidden(self._runs(low, high))
            at = high
        yield self._runs(at, end)

    def _gap(self, start: int, end: int) -> Line:
        """What is marked of the white space between two blocks, or two rows."""
        return _hidden(run for run in self._runs(start, end) if run.marked)

    def _runs(self, start: int, end: int) -> Line:
        """Cut [start, end) at the bounds of the marked range."""
        low, high = (min(max(bound, start), end) for bound in self.marked)
        parts = ((start, low, False), (low, high, True), (high, end, False)) if low < high else ((start, end, False),)
        return tuple(
            Run(self.text[begin:stop], inside, first=inside and begin == self.marked[0])
            for begin, stop, inside in parts
            if begin < stop
        )


def _hidden(runs: Iterable[Run]) -> Line:
    return tuple(replace(run, separator=True) for run in runs)
