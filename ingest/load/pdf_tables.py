"""Tables on a page: neighbouring lines whose cells, parted by wide gaps, stand in the same columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.load.pdf_lines import Line
from ingest.load.pdf_words import Word

_MAX_GAP = 2.6
_MAX_WRAP = 1.6
_TIGHT = 1.25
_SPACED = 0.2
_SPARSE = 2

Interval = tuple[float, float]
Row = list[list[Word]]


def table_end(lines: Sequence[Line], start: int) -> int:
    """The index behind the last line of the table that begins at `start`; `start` itself when none begins there.

    A table has two lines of three cells or more, or three lines of two, and what wraps in its cells.
    """
    end = start
    while end < len(lines) and _belongs(lines, start, end):
        end += 1
    found = [line for line in lines[start:end] if len(line.cells) > 1]
    is_enough = len(found) >= 3 or (len(found) == 2 and min(len(line.cells) for line in found) >= 3)
    return end if is_enough and columns(found) else start


def columns(lines: Sequence[Line]) -> list[Interval]:
    """The x ranges of the columns, from the lines with the most cells; empty when those don't align."""
    counted = Counter(len(line.cells) for line in lines)
    usual = max((cells for cells, times in counted.items() if times > 1), default=max(counted))
    merged: list[Interval] = []
    for x0, x1 in sorted(_extent(cell) for line in lines if len(line.cells) == usual for cell in line.cells):
        if merged and x0 < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(x1, merged[-1][1]))
        else:
            merged.append((x0, x1))
    return merged if usual <= len(merged) <= usual + _SPARSE else []


def table_rows(lines: Sequence[Line]) -> list[Row]:
    """Rows of cells; the lines of a wrapped cell are put together."""
    places = columns([line for line in lines if len(line.cells) > 1])
    rows: list[Row] = []
    for line, begins in zip(lines, _row_starts(lines, places), strict=True):
        if begins:
            rows.append([[] for _ in places])
        for cell in line.cells:
            for part in _parts(cell, places):
                rows[-1][_column(part, places)].extend(part)
    return rows


def _parts(cell: Sequence[Word], places: list[Interval]) -> Iterator[list[Word]]:
    """A cell, cut where it runs from one column into the next (their gap was no wider than a space)."""
    part: list[Word] = []
    for word in cell:
        if part and any(part[0].x0 < left - 1 and left - 1 <= word.x0 for left, _ in places):
            yield part
            part = []
        part.append(word)
    yield part


def _belongs(lines: Sequence[Line], start: int, at: int) -> bool:
    line = lines[at]
    if at == start:
        return len(line.cells) > 1
    before = lines[at - 1]
    is_near = line.page == before.page and line.left == before.left
    if not is_near or not 0 < line.y0 - before.y0 < _MAX_GAP * max(before.size, line.size):
        return False
    return len(line.cells) > 1 or _wraps(lines[start : at + 1])


def _wraps(lines: Sequence[Line]) -> bool:
    """Whether the last line, of one cell, can be the rest of a cell: near, and aligned with one column alone."""
    before, line = lines[-2:]
    x0, x1 = _extent(line.cells[0])
    met = [place for place in columns([above for above in lines[:-1] if len(above.cells) > 1]) if _meets(place, x0, x1)]
    if len(met) != 1 or line.y0 - before.y0 > _MAX_WRAP * line.size:
        return False
    left, right = met[0]
    return min(abs(x0 - left), abs(x1 - right), abs(x0 + x1 - left - right) / 2) < line.size / 2


def _meets(place: Interval, x0: float, x1: float) -> bool:
    return min(x1, place[1]) > max(x0, place[0])


def _row_starts(lines: Sequence[Line], places: list[Interval]) -> Iterator[bool]:
    """A row starts where the first column has text; where wide gaps part rows of wrapped cells, after a wide gap."""
    steps = [(after.y0 - before.y0) / after.size for before, after in pairwise(lines)]
    apart = [True, *(step > _TIGHT * min(steps) for step in steps)]
    is_spaced = sum(apart) > max(2, _SPACED * len(steps))
    for at, line in enumerate(lines):
        start = max(earlier for earlier in range(at + 1) if apart[earlier])
        end = next((later for later in range(at + 1, len(lines)) if apart[later]), len(lines))
        is_wrapped = is_spaced and any(len(other.cells) < len(places) for other in lines[start:end])
        yield apart[at] if is_wrapped else at == 0 or _column(line.cells[0], places) == 0


def _column(cell: Sequence[Word], places: list[Interval]) -> int:
    x0, x1 = _extent(cell)
    return max(range(len(places)), key=lambda at: min(x1, places[at][1]) - max(x0, places[at][0]))


def _extent(cell: Sequence[Word]) -> Interval:
    return cell[0].x0, max(word.x1 for word in cell)
