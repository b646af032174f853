"""Headings of a PDF: from its outline where it has one, else from size, weight and numbering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ingest.load.elements import is_caption
from ingest.load.pdf_lines import Line

_NUMBERING = re.compile(
    r"^(?:(?i:chapter|appendix|part|section)\s+)?(\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+|[A-Z](?=\.))\.?\s+(?=\S)"
)
_LARGER = 1.15
_MAX_CHARACTERS = 200
_UNKNOWN_LEVEL = 100

Outline = dict[tuple[int, str], int]


def read_outline(document: Any) -> Outline:
    """The bookmarks of a pypdfium2 document: (page from 1, simplified title) to level, 0 the outermost."""
    found: Outline = {}
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            found.setdefault((index + 1, simplify(bookmark.get_title())), bookmark.level)
    return found


def simplify(title: str) -> str:
    """A title without its numbering, case and punctuation, for comparing."""
    return "".join(filter(str.isalnum, _NUMBERING.sub("", title, count=1))).casefold()


def body_size(lines: Iterable[Line]) -> float:
    """The size of most of the running text."""
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += 0 if line.mono else len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


class Headings:
    """Tells which lines of a document are headings, and how they nest."""

    def __init__(self, lines: Sequence[Line], outline: Outline) -> None:
        self._outline = outline
        self._body = body_size(lines)
        styles = {_style(line) for line in lines if self._is_styled(line)}
        self._ranks = {style: rank for rank, style in enumerate(sorted(styles))}

    def is_heading(self, line: Line) -> bool:
        """Whether a line stands in the outline, or is set larger than the text, or bold and not in running text."""
        return (line.page, simplify(line.text)) in self._outline or self._is_styled(line)

    def continues(self, before: Line, line: Line) -> bool:
        """Whether a heading line goes on with the heading of the line before."""
        is_close = line.page == before.page and 0 < line.y0 - before.y0 < 1.7 * line.size
        return is_close and _style(line)[:2] == _style(before)[:2] and not _NUMBERING.match(line.text)

    def level(self, lines: Sequence[Line]) -> int:
        """How deep a heading nests: its outline level, else (deeper than any of those) the rank of its style."""
        text = " ".join(line.text for line in lines)
        rank = self._ranks.get(_style(lines[0]), len(self._ranks))
        return self._outline.get((lines[0].page, simplify(text)), (_UNKNOWN_LEVEL if self._outline else 0) + rank)

    def _is_styled(self, line: Line) -> bool:
        if line.mono or len(line.text) > _MAX_CHARACTERS or is_caption(line.text) or not _has_word(line.text):
            return False
        if len(line.cells) > 2 or (len(line.cells) == 2 and not _NUMBERING.fullmatch(f"{_first_cell(line)} ?"[:-1])):
            return False
        if line.size >= _LARGER * self._body:
            return True
        return line.bold and line.size > 0.97 * self._body and not _is_sentence(line)


def _style(line: Line) -> tuple[float, bool, int]:
    """Larger before smaller, bold before plain, "3" before "3.1": the order in which headings nest."""
    number = _NUMBERING.match(line.text)
    return -line.size, not line.bold, number[1].count(".") if number else 0


def _first_cell(line: Line) -> str:
    return " ".join(word.text for word in line.cells[0])


def _has_word(text: str) -> bool:
    return re.search(r"[^\W\d_]{2}", text) is not None


def _is_sentence(line: Line) -> bool:
    return line.text.endswith((".", ";", ",")) or line.x1 > line.right - 1
