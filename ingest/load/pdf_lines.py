"""From the words of a page to its lines, in reading order: columns are found by the gutter that parts them.

Words that follow each other closely form a segment: a line of a column, or a cell of a table. A gutter is a place that
few segments cross, with text as wide as a column on both sides; what crosses it (a heading over both columns) cuts the
page into bands, and each band is read column by column. This is the XY-cut of Nagy and Seth (1984), on segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from statistics import median

from ingest.load.pdf_words import Sheet, Word

_SAME_LINE = 0.5
_CELL_GAP = 0.75
_TOUCHING = 0.6
_MIN_COLUMN_LINES = 5
_MIN_COLUMN_WIDTH = 0.2
_MIN_COLUMN_WORDS = 3


@dataclass(frozen=True)
class Line:
    """A printed line: cells (one, unless wide gaps part it) of words from left to right, in points on its page.

    `left` and `right` are the edges of the column that it stands in.
    """

    cells: tuple[tuple[Word, ...], ...]
    page: int
    left: float
    right: float

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words from left to right."""
        return tuple(word for cell in self.cells for word in cell)

    @cached_property
    def text(self) -> str:
        """The words with a space between, for comparing."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def size(self) -> float:
        """The height of most of its characters, in points to the nearest half."""
        return median(chain.from_iterable([round(word.height * 2) / 2] * len(word.text) for word in self.words))

    @cached_property
    def x0(self) -> float:
        """The left edge of the first word."""
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        """The right edge of the last word."""
        return max(word.x1 for word in self.words)

    @cached_property
    def y0(self) -> float:
        """The top of most of its words."""
        return median(word.y0 for word in self.words)

    @cached_property
    def y1(self) -> float:
        """The bottom of most of its words."""
        return median(word.y1 for word in self.words)

    @cached_property
    def bold(self) -> bool:
        """Whether every word is bold."""
        return all(word.bold for word in self.words)

    @cached_property
    def mono(self) -> bool:
        """Whether most characters are of a monospaced font."""
        fixed = sum(len(word.text) for word in self.words if word.mono)
        return fixed > 0.8 * sum(len(word.text) for word in self.words)


Segment = tuple[Word, ...]


def lines_of(sheet: Sheet) -> list[Line]:
    """The lines of a page in reading order."""
    groups = _regions(list(_segments(sheet.words)), sheet.width)
    return [line for group in groups for line in rows_of(group, sheet.number)]


def rows_of(segments: Iterable[Segment], page: int) -> Iterator[Line]:
    """Put segments of one region that stand side by side into one line each, from top to bottom."""
    ordered = sorted(segments, key=lambda segment: (segment[0].y0 + segment[0].y1, segment[0].x0))
    if not ordered:
        return
    left, right = min(segment[0].x0 for segment in ordered), max(segment[-1].x1 for segment in ordered)
    row: list[Segment] = []
    for segment in ordered:
        if row and not _is_level(row[0][0], segment[0]):
            yield _line(row, page, left, right)
            row = []
        row.append(segment)
    yield _line(row, page, left, right)


def _line(row: list[Segment], page: int, left: float, right: float) -> Line:
    cells = tuple(_cells(row))
    words = tuple(word for cell in cells for word in cell)
    is_full = words[0].x0 - left < 2 and right - words[-1].x1 < 2
    return Line((words,) if is_full and _is_stretched(words) else cells, page, left, right)


def _is_stretched(words: Sequence[Word]) -> bool:
    """Whether all gaps are about as wide: a justified line of few words, not the cells of a table."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    return bool(gaps) and max(gaps) < min(2.5 * words[0].height, 1.6 * max(min(gaps), 0.1))


def _segments(words: Sequence[Word]) -> Iterator[Segment]:
    """Runs of words that follow each other on one line without a wide gap, in the order of the file."""
    run: list[Word] = []
    for word in words:
        if run and not _follows(run[-1], word, _CELL_GAP):
            yield tuple(run)
            run = []
        run.append(word)
    if run:
        yield tuple(run)


def _follows(before: Word, after: Word, gap: float) -> bool:
    height = max(before.height, after.height)
    return _is_level(before, after) and -0.5 * height < after.x0 - before.x1 < gap * height


def _is_level(one: Word, other: Word) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > _SAME_LINE * min(one.height, other.height)


def _cells(row: list[Segment]) -> Iterator[tuple[Word, ...]]:
    row.sort(key=lambda segment: segment[0].x0)
    cell: list[Word] = []
    for segment in row:
        if cell and segment[0].x0 - cell[-1].x1 >= _TOUCHING * max(cell[-1].height, segment[0].height):
            yield tuple(cell)
            cell = []
        cell.extend(segment)
    yield tuple(cell)


def _regions(segments: list[Segment], page_width: float) -> list[list[Segment]]:
    """Cut segments into groups to be read one after the other, each of one column."""
    gutter = _gutter(segments, page_width)
    if gutter is None:
        return [segments]
    regions: list[list[Segment]] = []
    for band, is_whole in _bands(segments, gutter):
        if is_whole:
            regions.append(band)
            continue
        for side in ([s for s in band if s[0].x0 < gutter], [s for s in band if s[0].x0 >= gutter]):
            regions.extend(_regions(side, page_width))
    return [region for region in regions if region]


def _gutter(segments: list[Segment], page_width: float) -> float | None:
    """The x at which a right column begins, or None. The leftmost of those that fewest segments cross."""
    candidates = {round(segment[0].x0, 1) for segment in segments}
    scored = [(crossing, x) for x in candidates if (crossing := _crossing(segments, x - 1, page_width)) is not None]
    return min(scored)[1] - 1 if scored else None


def _crossing(segments: list[Segment], x: float, page_width: float) -> int | None:
    """How many segments cross x, or None when x does not part two columns of text."""
    left = [segment for segment in segments if segment[-1].x1 <= x]
    right = [segment for segment in segments if segment[0].x0 >= x]
    crossing = len(segments) - len(left) - len(right)
    if not (_is_column(left, page_width) and _is_column(right, page_width)) or crossing > min(len(left), len(right)):
        return None
    top, bottom = min(segment[0].y0 for segment in right), max(segment[0].y1 for segment in right)
    beside = sum(top <= (segment[0].y0 + segment[0].y1) / 2 <= bottom for segment in left)
    return crossing if beside >= min(_MIN_COLUMN_LINES, len(left)) else None


def _is_column(segments: list[Segment], page_width: float) -> bool:
    """Whether a good part of the words are in lines of several words that are nearly as wide as the column."""
    if len(segments) < _MIN_COLUMN_LINES:
        return False
    width = max(segment[-1].x1 for segment in segments) - min(segment[0].x0 for segment in segments)
    full = [s for s in segments if s[-1].x1 - s[0].x0 >= 0.6 * width and len(s) >= _MIN_COLUMN_WORDS]
    words, all_words = sum(map(len, full)), sum(map(len, segments))
    return width >= _MIN_COLUMN_WIDTH * page_width and len(full) >= _MIN_COLUMN_LINES and words >= 0.4 * all_words


def _bands(segments: list[Segment], gutter: float) -> Iterator[tuple[list[Segment], bool]]:
    """Cut at what crosses the gutter, from top to bottom; True marks a band that does."""
    ordered = sorted(segments, key=lambda segment: (segment[0].y0 + segment[0].y1) / 2)
    band: list[Segment] = []
    was_whole = False
    for segment in ordered:
        is_whole = segment[0].x0 < gutter < segment[-1].x1
        if band and is_whole != was_whole:
            yield band, was_whole
            band = []
        band.append(segment)
        was_whole = is_whole
    if band:
        yield band, was_whole
