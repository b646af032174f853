"""What stands around a number and bends it: "about 5 V", "no more than 5 V", "not at 5 V", "fails by 5 ps"."""

from __future__ import annotations

import re
from typing import Literal

Bound = Literal["", "about", "above", "below", "exact"]
Denied = Literal["", "not", "instead"]

CLASHES = {("above", "below"), ("below", "above"), ("exact", "above"), ("exact", "below")}
"""Bounds of claim and evidence under which the same number does not say the same."""

_SEEN = 80


def _before(bound: Bound, phrases: str) -> tuple[Bound, re.Pattern[str]]:
    return bound, re.compile(rf"(?<!\w)(?:{phrases})(?:\s(?:of|a|is))?\s?$", re.IGNORECASE)


_UP, _DOWN = r"(?:more|greater|higher|longer|larger|later)\sthan", r"(?:less|fewer|lower|shorter|smaller|earlier)\sthan"
_NOT = r"(?:not|never|cannot|no|nor|none|nothing|forbid(?:s|den)?|prohibit(?:s|ed)?|\w+n't)(?:\sbe)?"
_FEW_WORDS = r"(?:\w+\s){1,7}"
_A_VERB = r"(?:\w+\s){1,2}"
_BEFORE = (
    _before("about", r"about|around|roughly|approximately|approx\.|nearly|almost|some|circa|ca\.|close to|~|≈"),
    _before("below", rf"{_NOT}\s(?:{_UP}|above|over|exceed)|{_NOT}\s{_FEW_WORDS}{_UP}|{_NOT}\s{_A_VERB}(?:above|over)"),
    _before(
        "above",
        rf"{_NOT}\s(?:{_DOWN}|below|under|within)|{_NOT}\s{_FEW_WORDS}(?:{_DOWN}|within)|{_NOT}\s{_A_VERB}(?:below|under)",
    ),
    _before("above", rf"{_UP}|over|above|at least|exceed(?:s|ing)?|minimum|>=?|≥"),
    _before("below", rf"{_DOWN}|under|below|at most|up to|within|maximum|<=?|≤"),
)
_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("above", re.compile(r"\s?(?:or more|or greater|or above|at least|and above|minimum)\b", re.IGNORECASE)),
    ("below", re.compile(r"\s?(?:or less|or fewer|or below|at most|and below|maximum)\b", re.IGNORECASE)),
)
_EXACT = _before("exact", r"exactly|(?:must|shall|has to|have to) be")[1]
_DENIED = re.compile(r"\b(?:not|never)\s(?:(?:at|by|in|of|to|with|from|for|a|the)\s)*$", re.IGNORECASE)
_REPLACED = re.compile(r"\b(?:rather than|instead of)\s(?:(?:at|by|in|of|to|with|from|for|a|the)\s)*$", re.IGNORECASE)
_LESS = "fail|miss|violat|negative|short|deficit|behind|loss|los[et]|lower|fell|fall|drop|reduc|decreas|declin|down"
_SHORT = re.compile(rf"\b(?:{_LESS})\w*\b(?:(?!\bto\b)[^,;:()|]){{0,25}}$", re.IGNORECASE)
_MINUS = re.compile(r"\b(?:minus|negative)\s$", re.IGNORECASE)
_AT_MINUS = re.compile(r"\b(?:at|to|from|of|is|between|than|below|above)\sminus\s$", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"\s(?:below|under)\s(?:zero\b|freezing\b|0(?![\w.,]))", re.IGNORECASE)


def before(text: str, start: int) -> str:
    """What stands right before a place, as far as it is looked at."""
    return text[max(0, start - _SEEN) : start]


def bound_of(text: str, start: int, end: int) -> Bound:
    """Whether the number at a place of a folded text is said to be approximate, a limit, or exact."""
    ahead = before(text, start)
    for bound, pattern in _BEFORE:
        if pattern.search(ahead):
            return bound
    after: Bound = next((bound for bound, pattern in _AFTER if pattern.match(text, end)), "")
    return after or ("exact" if _EXACT.search(ahead) else "")


def denied_in(text: str, start: int) -> Denied:
    """Whether the number at a place is said not to be, or is what something else came in the place of."""
    ahead = before(text, start)
    return "instead" if _REPLACED.search(ahead) else "not" if _DENIED.search(ahead) else ""


def falls_short(text: str, start: int) -> bool:
    """Whether the number at a place says by how much something is missed: "fails by 10 ps" is a slack of -10 ps."""
    return _SHORT.search(before(text, start)) is not None


def is_below_zero(text: str, start: int, end: int, *, bare: bool) -> bool:
    """Whether words give the number at a place a minus: "minus 40 degrees", "40 degrees below zero".

    "minus" before a `bare` number, one without a unit, may subtract it; not so after a preposition.
    """
    minus = _AT_MINUS if bare else _MINUS
    return bool(minus.search(before(text, start)) or _BELOW_ZERO.match(text, end))
