"""The words of a PDF page with their boxes, as pdfium measures them."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from ingest.types import Box

HYPHEN = "\x02"
"""What pdfium gives for a hyphen that ends a line, with the next line's first word right behind it."""

_RUN = re.compile("[^\\s\x00-\x1f\u00ad\ufeff\ufffe\uffff]*[\x02\u00ad]|[^\\s\x00-\x1f\u00ad\ufeff\ufffe\uffff]+")
_HYPHENS = f"{HYPHEN}\u00ad"
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_MONOSPACED = re.compile(r"mono|courier|typewriter|consol|cmtt|nimbusmon|menlo|fixed|code", re.I)
_BOLD = re.compile(r"bold|black|heavy|medi\b|semibd|-demi|cmbx", re.I)
_FIXED_PITCH, _FORCE_BOLD = 1, 1 << 18
_GRID = 1_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is printed: its text without a line-end hyphen, and where it stands.

    `box` is in fractions of the page as displayed. `x0`…`y1` are points from the top left of the page, turned so that
    most of its text is upright: what layout is read from. `hyphen` says that a hyphen at a line's end follows.
    """

    text: str
    box: Box
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool
    mono: bool
    hyphen: bool

    @property
    def height(self) -> float:
        """The height of the line's font in points, from the font's own ascent and descent."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, counted from 1: its upright words in pdfium's order, and its size in points as its text reads."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]


def read_sheet(page: Any, number: int) -> Sheet:
    """Read a pypdfium2 page. Words that run in another direction than most (margin marks, watermarks) are left out."""
    text_page = page.get_textpage()
    try:
        found = list(_Reader(page, text_page.raw, number).words())
    finally:
        text_page.close()
    width, height = page.get_size()
    turns = Counter(turn for turn, word in found for _ in word.text)
    most = turns.most_common(1)[0][0] if turns else 0
    words = tuple(_upright(word, most, width, height) for turn, word in found if turn == most)
    return Sheet(number, height if most % 2 else width, width if most % 2 else height, words)


def clean_word(text: str) -> str:
    """A word in NFC, its line-end hyphen and control characters gone, and ligatures (U+FB00 to U+FB06) spelt out."""
    if text.isascii():
        return text.strip(_HYPHENS)
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    spelt = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), joined)
    return unicodedata.normalize("NFC", spelt.strip(_HYPHENS))


class _Reader:
    """Reads one text page through pdfium's raw interface: a call costs a microsecond, so few are made per character."""

    def __init__(self, page: Any, handle: Any, number: int) -> None:
        import pypdfium2.raw as raw  # type: ignore[import-untyped]

        self._raw, self._handle, self._number = raw, handle, number
        self._rect = raw.FS_RECTF()
        self._flags, self._name = ctypes.c_int(), ctypes.create_string_buffer(256)
        self._width, self._height = page.get_size()
        self._pitch = 0.0
        self._page_turn = page.get_rotation() // 90
        self._map = _displayed(raw, page.raw)

    def words(self) -> Iterator[tuple[int, Word]]:
        """Each word that lies on the page, with its direction in clockwise quarter turns (-1 for one in between)."""
        raw, handle = self._raw, self._handle
        codes = [raw.FPDFText_GetUnicode(handle, at) for at in range(raw.FPDFText_CountChars(handle))]
        for run in _RUN.finditer("".join(map(chr, codes))):
            turn = self._turn(run.start())
            for start, end, box in self._parts(run.start(), run.end(), turn):
                text = run.string[start:end]
                if (shown := clean_word(text)) and box.x0 < box.x1 and box.y0 < box.y1:
                    bold, mono = self._font(start, end)
                    w, h = self._width, self._height
                    place = (box.x0 * w, box.y0 * h, box.x1 * w, box.y1 * h)
                    yield turn, Word(shown, box, *place, bold, mono, text[-1] in _HYPHENS)

    def _font(self, start: int, end: int) -> tuple[bool, bool]:
        """Whether a run is bold, and whether monospaced: by its font, or one without a name by its letters' widths."""
        self._raw.FPDFText_GetFontInfo(self._handle, start, self._name, 256, self._flags)
        if self._name.value:
            return _style(self._name.value, self._flags.value)
        first, last = self._corners(start), self._corners(end - 1)
        width = first[2] - first[0]
        is_even = abs(width - (last[2] - last[0] if end - start > 1 else self._pitch)) < 0.02 * width
        self._pitch = width if is_even else self._pitch
        return False, is_even

    def _parts(self, start: int, end: int, turn: int) -> Iterator[tuple[int, int, Box]]:
        """A run with its box, from its first and last character; cut where nothing but a jump to a line parts words."""
        first, last = self._corners(start), self._corners(end - 1)
        if turn % 2 == 0 and _is_jump(first, last):
            places = [self._corners(at) for at in range(start, end)]
            cuts = [at for at in range(1, end - start) if _is_jump(places[at - 1], places[at])]
            for begun, ended in pairwise([0, *cuts, end - start]):
                yield start + begun, start + ended, self._box(places[begun], places[ended - 1])
        else:
            yield start, end, self._box(first, last)

    def _corners(self, at: int) -> Corners:
        rect = self._rect
        self._raw.FPDFText_GetLooseCharBox(self._handle, at, rect)
        ax, ay = self._map(rect.left, rect.top)
        bx, by = self._map(rect.right, rect.bottom)
        return (ax, ay, bx, by) if ax < bx and ay < by else (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def _box(self, first: Corners, last: Corners) -> Box:
        """The box over two characters, as far as it lies on the page."""
        x0, y0 = min(first[0], last[0]), min(first[1], last[1])
        x1, y1 = max(first[2], last[2]), max(first[3], last[3])
        return Box(self._number, max(0.0, x0), max(0.0, y0), min(1.0, x1), min(1.0, y1))

    def _turn(self, at: int) -> int:
        quarters = self._raw.FPDFText_GetCharAngle(self._handle, at) / (math.pi / 2)
        return (round(quarters) + self._page_turn) % 4 if abs(quarters - round(quarters)) < 0.1 else -1


Corners = tuple[float, float, float, float]


def _is_jump(before: Corners, after: Corners) -> bool:
    return abs(after[3] - before[3]) > 0.8 * (before[3] - before[1])


def _displayed(raw: Any, page: Any) -> Callable[[float, float], tuple[float, float]]:
    """The map from a page's own coordinates to fractions, from the top left, of the page as displayed."""
    x, y = ctypes.c_int(), ctypes.c_int()

    def probe(at_x: float, at_y: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, at_x, at_y, x, y)
        return x.value / _GRID, y.value / _GRID

    (ox, oy), (ax, ay), (bx, by) = probe(0, 0), probe(1000, 0), probe(0, 1000)
    a, b, c, d = (ax - ox) / 1000, (bx - ox) / 1000, (ay - oy) / 1000, (by - oy) / 1000
    return lambda px, py: (ox + a * px + b * py, oy + c * px + d * py)


def _upright(word: Word, turn: int, width: float, height: float) -> Word:
    """Turn a word's points so that text which runs in direction `turn` reads from left to right."""
    match turn:
        case 1:
            return replace(word, x0=word.y0, y0=width - word.x1, x1=word.y1, y1=width - word.x0)
        case 2:
            return replace(word, x0=width - word.x1, y0=height - word.y1, x1=width - word.x0, y1=height - word.y0)
        case 3:
            return replace(word, x0=height - word.y1, y0=word.x0, x1=height - word.y0, y1=word.x1)
    return word


@cache
def _style(font: bytes, flags: int) -> tuple[bool, bool]:
    """Whether a font is bold, and whether it is monospaced, by its name and the flags of its descriptor."""
    name = font.decode("utf-8", "replace")
    bold = bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD)
    return bold, bool(_MONOSPACED.search(name)) or bool(flags & _FIXED_PITCH)
