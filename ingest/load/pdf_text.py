"""From printed words to text with the range of each word: spaces, mended hyphens, the indentation of code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import median

from ingest.load.assemble import Piece
from ingest.load.pdf_lines import Line
from ingest.load.pdf_words import Word
from ingest.load.quiet import english_words
from ingest.types import BlockKind, Box

Range = tuple[int, int, Box]
_EDGES = re.compile(r"^\W+|\W+$")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_A_WORD = re.compile(r"[\d_]")


class Mender:
    """Decides for a hyphen at a line's end whether it broke a word ("syn-chroniser") or belongs to it ("hold-time").

    The document itself is asked first, for either spelling elsewhere in it, then a list of English words.
    """

    def __init__(self, words: Iterable[Word]) -> None:
        self._seen = {_EDGES.sub("", word.text).casefold() for word in words if not word.hyphen}

    def link(self, head: str, tail: str) -> str:
        """What stands between the halves: "-" or nothing."""
        last, first = _LAST_LETTERS.search(head), _FIRST_LETTERS.match(tail)
        if not last or not first or not tail[0].islower() or _NOT_A_WORD.search(head):
            return "-"
        if _EDGES.sub("", f"{head}-{tail}").casefold() in self._seen:
            return "-"
        if self._knows((last[0] + first[0]).casefold()):
            return ""
        return "-" if self._knows(last[0].casefold()) and self._knows(first[0].casefold()) else ""

    def _knows(self, word: str) -> bool:
        return word in self._seen or word in self._english

    @cached_property
    def _english(self) -> frozenset[str]:
        return english_words()


def flow(words: Sequence[Word], mender: Mender) -> tuple[str, list[Range]]:
    """Words as running text; the two halves of a mended word keep a range and a box each."""
    parts: list[str] = []
    ranges: list[Range] = []
    at = 0
    for word, after in zip(words, (*words, None)[1:], strict=True):
        shown = word.text + _hyphen(word, after, mender)
        ranges.append((at, at + len(shown), word.box))
        gap = " " if after and not word.hyphen else ""
        parts.append(shown + gap)
        at += len(shown) + len(gap)
    return "".join(parts), ranges


def _hyphen(word: Word, after: Word | None, mender: Mender) -> str:
    if not word.hyphen:
        return ""
    return mender.link(word.text, after.text) if after else "-"


def code(lines: Sequence[Line], leading: float) -> Piece:
    """Monospaced lines with their indentation and inner gaps, counted in characters; a wide gap is one empty line.

    Words that nothing parts are put together: pdfium sees gaps between letters that are set wide.
    """
    width = median((word.x1 - word.x0) / len(word.text) for line in lines for word in line.words)
    left = min(line.x0 for line in lines)
    text = ""
    ranges: list[Range] = []
    for before, line in zip((None, *lines), lines, strict=False):
        if before:
            text += "\n\n" if line.page == before.page and line.y0 - before.y0 > 1.6 * leading else "\n"
        edge = left
        for word in line.words:
            text += " " * round(max(0.0, word.x0 - edge) / width)
            edge = word.x1
            shown = f"{word.text}-" if word.hyphen else word.text
            ranges.append((len(text), len(text) + len(shown), word.box))
            text += shown
    return Piece(text, "code", words=tuple(ranges))


def table(rows: Sequence[Sequence[Sequence[Word]]], mender: Mender, has_header: bool) -> Piece:
    """Rows of cells of words: a row a line, cells joined by " | "."""
    text = ""
    ranges: list[Range] = []
    for at, row in enumerate(rows):
        text += "\n" if at else ""
        for column, cell in enumerate(row):
            text += " | " if column else ""
            shown, found = flow(cell, mender)
            ranges.extend((start + len(text), end + len(text), box) for start, end, box in found)
            text += shown
    return Piece(text, "table", has_header=has_header, words=tuple(ranges))


def prose_piece(lines: Sequence[Line], kind: BlockKind, mender: Mender, *, skip: int = 0, level: int = 0) -> Piece:
    """A block of running text; `skip` leaves out that many first words (a bullet)."""
    words = [word for line in lines for word in _ending(line.words)][skip:]
    text, ranges = flow(words, mender)
    return Piece(text, kind, level=level, words=tuple(ranges))


def _ending(words: Sequence[Word]) -> list[Word]:
    """Words of a line, the last one marked when it ends in a hyphen that pdfium took for an ordinary one."""
    last = words[-1]
    if len(last.text) > 1 and last.text[-1] in "-\u2010" and last.text[-2].isalnum():
        return [*words[:-1], replace(last, text=last.text[:-1], hyphen=True)]
    return list(words)
