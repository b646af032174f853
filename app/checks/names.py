"""Identifiers, versions, acronyms and proper names: what a claim may mention only if its evidence does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from app.checks.bounds import before
from app.checks.units import UNIT
from app.checks.words import STOP_WORDS

Kind = Literal["identifier", "version", "acronym", "name"]

_TAG = r"(?:\bv(?=\d)|\b(?i:version|release|revision|rev\.)\s?)"
_SEGMENTS = r"\d+(?:\.\d+)*(?:-?(?:rc|beta|alpha)\d*)?"
VERSION = re.compile(
    rf"{_TAG}(?P<tagged>{_SEGMENTS}|[A-Z])(?!\w|'(?!s\b))|(?<![\w.])(?P<bare>\d+\.\d+\.\d+(?:\.\d+)*)(?!\w)"
)

TOKEN = re.compile(r"(?<!\w)(?:0x[0-9A-Fa-f]+|\d+'[bodhBODH]\w+|(?:[^\W\d]|\d+_)\w*(?:(?:::|->|[-./:])\w+)*)")
DIGIT_TOKEN = re.compile(r"\d+[^\W\d_]\w*")
PIECES = re.compile(r"::|->|[-./:]")

_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])|_|::|->|[a-z][A-Z]|\w\.(?:[a-z]{1,4}|\d+)$")
_ORDINARY = re.compile(r"\d+(?:st|nd|rd|th|x)|[ei]\.[eg]", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z][A-Z&]*[A-Z]s?")
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_START = re.compile(r"(?:^|[.!?:;]['\")]*\s|\n|\|\s*|(?:^|\s)[\"'(*]+)\s*$")
_IS_UNIT = re.compile(UNIT).fullmatch
_NUMBER_AHEAD = re.compile(r"\d[\s\u00b0]*$")
_LEADING_ZEROS = re.compile(r"^0[xX]0+(?=[0-9A-Fa-f])")
_SIMILAR = 0.6
_TITLE_CASE = 0.6
_LONG_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A token that names something. `key` is its form for comparison: lower case, without joining marks."""

    text: str
    start: int
    end: int
    kind: Kind

    @property
    def key(self) -> str:
        """What is compared."""
        return key_of(self.text)

    @property
    def required(self) -> bool:
        """A claim may never name what its evidence does not."""
        return True

    def agrees(self, other: Name) -> bool:
        """Whether `other` names the same; a version agrees with a longer one that begins with it."""
        if "version" in (self.kind, other.kind):
            return self.kind == other.kind and f"{version_number(other)}.".startswith(f"{version_number(self)}.")
        return self.key.removeprefix("0x") == other.key.removeprefix("0x")

    def rivals(self, other: Name) -> bool:
        """Whether `other` is another version, or an identifier of similar spelling that may have been meant."""
        if self.kind != other.kind or self.kind in ("name", "acronym") or self.agrees(other):
            return False
        return self.kind == "version" or SequenceMatcher(None, self.key, other.key).ratio() >= _SIMILAR


@lru_cache(maxsize=100_000)
def key_of(text: str) -> str:
    """Lower case without anything but letters, digits and dots between digits.

    A possessive or plural s is dropped, and so are the leading zeros of `0x0040`.
    """
    plain = re.sub(r"'s$", "", text)
    plain = _LEADING_ZEROS.sub("0x", plain)
    plain = plain[:-1] if re.fullmatch(r".*[A-Z0-9]s", plain) and len(plain) > 2 else plain
    return re.sub(r"(?<!\d)[^\w]|[^\w](?!\d)|_", "", plain).lower()


def versions(text: str) -> list[Name]:
    """The versions of a folded text: `v2.0`, `release 3`, `5.4.2`. A bare `2.0` is a number."""
    return [Name(m.group(), m.start(), m.end(), "version") for m in VERSION.finditer(text)]


def identifiers(text: str, token: re.Pattern[str] = TOKEN) -> list[Name]:
    """The tokens of a folded text that no plain word looks like: `set_clock`, `AXI4-Lite`, `OpenROAD`, `lint.tcl`."""
    return [
        Name(m.group(), m.start(), m.end(), "identifier" if _has_identifier(m.group()) else "name")
        for m in token.finditer(text)
        if (_is_identifier(m.group()) or _has_identifier(m.group()))
        and not _IS_UNIT(m.group())
        and not (_NUMBER_AHEAD.search(before(text, m.start())) and _ends_a_quantity(m.group()))
    ]


def _ends_a_quantity(token: str) -> bool:
    """Whether a token is the unit of the number before it and the next number: `kHz-20`, the `C/60` of "30 °C/60 %"."""
    unit, *rest = re.split("[-/]", token)
    return bool(_IS_UNIT(unit)) and len(rest) == 1 and rest[0].isdigit()


def proper_names(text: str) -> list[Name]:
    """The acronyms and capitalised words of a folded text.

    A capitalised word that begins a sentence counts only before another; in a text set in title case none counts.
    """
    found = list(_LETTERS.finditer(text))
    acronyms = [m for m in found if _ACRONYM.fullmatch(m.group())]
    capitals = [m for m in found if m.group().istitle() and len(m.group()) > 1]
    if len(found) >= _LONG_ENOUGH and len(acronyms) + len(capitals) > _TITLE_CASE * len(found):
        capitals = []
    starts = {m.start() for m in capitals}
    names = [
        Name(m.group(), m.start(), m.end(), "name")
        for m in capitals
        if m.group().lower() not in STOP_WORDS and (not _START.search(before(text, m.start())) or m.end() + 1 in starts)
    ]
    return names + [Name(m.group(), m.start(), m.end(), "acronym") for m in acronyms if not _shouted(m.group(), text)]


def _is_identifier(piece: str) -> bool:
    return bool(_MIXED.search(piece)) and not _ORDINARY.fullmatch(piece)


def _has_identifier(token: str) -> bool:
    """Whether a part between hyphens is an identifier by itself: `AXI4-Lite`. `Covid-19` is a name with a number."""
    return any(_is_identifier(piece) for piece in re.split("[-/]", token))


def _shouted(word: str, text: str) -> bool:
    """Whether a word in capitals is ordinary: a stop word, or part of a text that is all in capitals."""
    return word.lower() in STOP_WORDS or text.isupper()


def version_number(version: Name) -> str:
    """A version without its tag and its trailing zeros: 2 of `v2.0`."""
    match = VERSION.fullmatch(version.text)
    segments = (match["tagged"] or match["bare"]) if match else version.text
    return re.sub(r"(?:\.0)+$", "", segments)
