"""From the lines of a PDF, in reading order, to blocks: headings, paragraphs, list items, tables and code."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ingest.load.assemble import Piece
from ingest.load.elements import is_caption
from ingest.load.pdf_contents import without_contents
from ingest.load.pdf_headings import Headings, Outline
from ingest.load.pdf_lines import Line
from ingest.load.pdf_tables import table_end, table_rows
from ingest.load.pdf_text import Mender, code, prose_piece, table
from ingest.load.tables import Cell, looks_like_header

_BULLETS = frozenset("•◦▪‣●○■□–—*·-➢✓\uf0b7\uf0a7\uf0d8")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)]")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_SLACK = 1.15


class Blocks:
    """Groups the lines of one document. Entries of a table of contents are left out."""

    def __init__(self, lines: Sequence[Line], outline: Outline) -> None:
        self._lines = without_contents(lines)
        self._headings = Headings(self._lines, outline)
        self._mender = Mender(word for line in lines for word in line.words)
        self._leadings = _leadings(self._lines)

    def pieces(self) -> Iterator[Piece]:
        """The blocks, in order."""
        at = 0
        while at < len(self._lines):
            end, piece = self._next(at)
            yield piece
            at = end

    def _next(self, at: int) -> tuple[int, Piece]:
        line = self._lines[at]
        if line.mono:
            end = self._run(at, self._continues_code)
            return end, code(self._lines[at:end], self._leading(line))
        if (end := table_end(self._lines, at)) > at:
            return end, self._table(at, end)
        if self._headings.is_heading(line):
            end = self._run(at, self._continues_heading)
            level = self._headings.level(self._lines[at:end])
            return end, prose_piece(self._lines[at:end], "heading", self._mender, level=level)
        return self._text(at)

    def _text(self, at: int) -> tuple[int, Piece]:
        first = self._lines[at].words[0].text
        end = self._run(at, self._continues_item if _is_marked(self._lines[at]) else self._continues_paragraph)
        lines = self._lines[at:end]
        if _is_marked(self._lines[at]):
            return end, prose_piece(lines, "list_item", self._mender, skip=int(first in _BULLETS))
        return end, prose_piece(lines, "caption" if is_caption(lines[0].text) else "paragraph", self._mender)

    def _table(self, start: int, end: int) -> Piece:
        rows = table_rows(self._lines[start:end])
        texts = [Cell(" ".join(word.text for word in cell), False) for cell in rows[0]]
        return table(rows, self._mender, has_header=len(rows) > 1 and looks_like_header(texts))

    def _run(self, start: int, continues: Callable[[int, int], bool]) -> int:
        end = start + 1
        while end < len(self._lines) and continues(start, end):
            end += 1
        return end

    def _continues_code(self, start: int, at: int) -> bool:
        before, line = self._lines[at - 1], self._lines[at]
        is_near = not _same_column(before, line) or 0 < line.y0 - before.y0 < 3 * self._leading(line)
        return line.mono and _same_size(before, line) and is_near

    def _continues_heading(self, _: int, at: int) -> bool:
        return self._headings.is_heading(self._lines[at]) and self._headings.continues(*self._lines[at - 1 : at + 1])

    def _continues_paragraph(self, start: int, at: int) -> bool:
        before, line = self._lines[at - 1], self._lines[at]
        if self._begins_another(at) or not _same_size(before, line):
            return False
        if not _same_column(before, line):
            return _runs_over(before, line)
        is_indented = line.x0 > before.x0 + 0.8 * line.size and not _runs_over(before, line)
        is_outdented = line.x0 < before.x0 - 0.8 * line.size and at - start > 1
        return self._is_next(before, line) and not (is_indented or is_outdented or _is_last(before))

    def _continues_item(self, start: int, at: int) -> bool:
        first, before, line = self._lines[start], self._lines[at - 1], self._lines[at]
        if self._begins_another(at) or not _same_size(before, line):
            return False
        if not _same_column(before, line):
            return _runs_over(before, line)
        is_hanging = line.x0 > first.x0 + 1
        return self._is_next(before, line) and (is_hanging or before.x1 > before.right - 2 * before.size)

    def _begins_another(self, at: int) -> bool:
        line = self._lines[at]
        is_special = line.mono or _is_marked(line) or self._headings.is_heading(line)
        return is_special or table_end(self._lines, at) > at

    def _is_next(self, before: Line, line: Line) -> bool:
        return 0 < line.y0 - before.y0 <= _SLACK * self._leading(line)

    def _leading(self, line: Line) -> float:
        return self._leadings.get(line.size, 1.5 * line.size)


def _leadings(lines: Sequence[Line]) -> dict[float, float]:
    """The most usual distance between lines, in points, for each size of text."""
    steps: defaultdict[float, Counter[float]] = defaultdict(Counter)
    for before, line in pairwise(lines):
        step = line.y0 - before.y0
        if _same_column(before, line) and before.size == line.size and 0 < step < 2.5 * line.size:
            steps[line.size][round(step, 1)] += 1
    return {size: counted.most_common(1)[0][0] for size, counted in steps.items()}


def _is_marked(line: Line) -> bool:
    """Whether a line begins with a bullet or a number, with something behind it."""
    first = line.words[0].text
    return len(line.words) > 1 and (first in _BULLETS or _NUMBER.fullmatch(first) is not None)


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.6


def _same_column(before: Line, line: Line) -> bool:
    return before.page == line.page and before.left == line.left


def _runs_over(before: Line, line: Line) -> bool:
    """Whether a paragraph goes on in the next column or on the next page: its sentence has not ended."""
    is_open = _SENTENCE_END.search(before.text) is None
    is_full = before.words[-1].hyphen or before.x1 > before.right - 2 * before.size
    return is_open and (is_full or line.text[0].islower())


def _is_last(line: Line) -> bool:
    """Whether a line ends its paragraph: well short of the column's edge, at the end of a sentence."""
    return line.x1 < line.right - 0.3 * (line.right - line.left) and _SENTENCE_END.search(line.text) is not None
