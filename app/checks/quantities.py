"""Numbers with their units, compared by value: 0.8 ns is 800 ps, 3 % is 0.03, and "about 10 mm" allows for 9.8 mm."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Literal

from app.checks.numerals import NUMBER, PART, PLACE, WORDED, digits_value, part_value, place_value, words_value
from app.checks.units import UNIT, binary_ratio, currency_of, scale_of
from app.checks.words import NORM, STOP_WORDS, Word, words

Bound = Literal["", "about", "above", "below", "exact"]

SMALL_COUNT = 12
"""Up to here a count in words may be the reader's own count of what the evidence lists, and needs no match."""

ABOUT = 0.05
"""How far, relatively, a number that the claim calls approximate may be from the evidence's."""

_VAGUE = frozenset({"dozen", "hundred", "thousand", "million", "billion", "trillion"})
_BRACKET = re.compile(r"(?:^|\s)\($")
_ITEM_END = re.compile(r"\.\s+(?=[A-Za-z])")
_QUANTITY = re.compile(
    rf"(?P<place>(?i:{PLACE}))[\s-](?P<th>day|week|month|year)\b"
    rf"|(?i:{PART})[\s-](?P<whole>(?!degree)(?=[A-Za-z]{{3}}){UNIT})"
    r"|\b(?P<one>[Aa]n?|[Oo]ne)\s(?P<span>fortnight|decade|century)\b"
    rf"|(?P<currency>[$€£]\s?)?{NUMBER}(?:[\s-]?(?P<unit>{UNIT})|x\b|(?!\w))|(?i:{WORDED})(?:[\s-](?P<of>{UNIT}))?"
)
_ROUND = re.compile(r"half|quarter|decade|centur", re.IGNORECASE)
_FEW = re.compile(r"\b(?:few|several|many|some)\s$")
_SPANS = {"decade": "decades", "century": "centuries"}
_JOINED = re.compile(r"\s*(?:-|\.\.\.?|±|/|,|,?\s?(?:to|and|or|through))\s*")
_PLUS_MINUS = re.compile(r"\s*±\s*")
_CLAUSE_END = re.compile(r"[,.;:()\[\]{}`|\n]")


def _before(bound: Bound, phrases: str) -> tuple[Bound, re.Pattern[str]]:
    return bound, re.compile(rf"(?<!\w)(?:{phrases})(?:\s(?:of|a|is))?\s?$", re.IGNORECASE)


_UP, _DOWN = r"(?:more|greater|higher|longer|larger|later)\sthan", r"(?:less|fewer|lower|shorter|smaller|earlier)\sthan"
_NOT = r"(?:not|never|cannot|no|\w+n't)(?:\sbe)?"
_FEW_WORDS = r"(?:\w+\s){1,4}"
_BEFORE = (
    _before("about", r"about|around|roughly|approximately|approx\.|nearly|almost|some|circa|ca\.|close to|~|≈"),
    _before("below", rf"{_NOT}\s(?:{_UP}|above|over|exceed)|{_NOT}\s{_FEW_WORDS}{_UP}"),
    _before("above", rf"{_NOT}\s(?:{_DOWN}|below|under)|{_NOT}\s{_FEW_WORDS}{_DOWN}"),
    _before("above", rf"{_UP}|over|above|at least|exceed(?:s|ing)?|minimum|>=?|≥"),
    _before("below", rf"{_DOWN}|under|below|at most|up to|within|maximum|<=?|≤"),
)
_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("above", re.compile(r"\s?(?:or more|or greater|or above|at least|and above|minimum)\b", re.IGNORECASE)),
    ("below", re.compile(r"\s?(?:or less|or fewer|or below|at most|and below|maximum)\b", re.IGNORECASE)),
)
_EXACT = _before("exact", r"exactly|(?:must|shall|has to|have to) be")[1]
_CLASHES = {("above", "below"), ("below", "above"), ("exact", "above"), ("exact", "below")}
_DENIED = re.compile(
    r"\b(?:not|never|rather than|instead of)\s(?:(?:at|by|in|of|to|with|from|for|a|the)\s)*$", re.IGNORECASE
)
_OPTION = re.compile(r"(?:^|\s)-[a-z]\w*\s$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written (`number`) and in base units (`value`, of `dimension`, "" without a unit).

    Of a bare number, `counted` are the stems of the up to two content words right after it, and `owner` that of the
    last content word before it when there are none. `digits` are its significant digits; `derived` is an end of an
    interval given as `±`; `norm` when its text lays down what must or may be; `denied` after "not", as in "not at 5 V".
    `loose` is what may bear out a number, and may itself be left out: "the thirtieth day", "a decade".
    """

    text: str
    start: int
    end: int
    number: float
    unit: str
    value: float
    dimension: str
    bound: Bound = ""
    counted: frozenset[str] = frozenset()
    owner: str = ""
    digits: int = 17
    worded: bool = False
    derived: bool = False
    norm: bool = False
    denied: bool = False
    loose: bool = False

    @property
    def required(self) -> bool:
        """Whether a claim may only say it if the evidence does; "half an hour" and "two centuries" may be rounded."""
        vague = not self.unit and (self.number <= SMALL_COUNT or self.text.lower() in _VAGUE)
        return not (self.loose or (self.worded and (vague or _ROUND.search(self.text))))

    def agrees(self, other: Quantity) -> bool:
        """Whether evidence that says `other` bears out a claim that says this. A bound in a norm must be the same."""
        if (self.bound, other.bound) in _CLASHES or self.denied != other.denied:
            return False
        if self.bound == other.bound:
            return replace(self, bound="").agrees(other) if self.bound else self._has_value(other)
        return self._has_value(other)

    def _has_value(self, other: Quantity) -> bool:
        if self.dimension == other.dimension:
            same = self.dimension != "money" or self._currency() == other._currency()
            return same and (self._fits(self.value, other.value) or self._fits_in_binary(other))
        bare = self if not self.dimension else other
        if not bare.dimension and not bare.counted:
            either_ratio = "dimensionless" in (self.dimension, other.dimension)
            return self._fits(self.number, other.number) or (either_ratio and self._fits(self.value, other.value))
        return False

    def _currency(self) -> str:
        return currency_of(self.text, self.unit)

    def _fits_in_binary(self, other: Quantity) -> bool:
        """Whether the values are the same where 1 KB is 1024 bytes, as it is for memories and addresses."""
        ratio, theirs = binary_ratio(self.unit), binary_ratio(other.unit)
        return ratio != theirs and self._fits(self.value * ratio, other.value * theirs)

    def rivals(self, other: Quantity) -> bool:
        """Whether `other` is another value of what may be the same thing; the word "one" is mostly a pronoun."""
        if other.derived or self.loose or other.loose or self.dimension != other.dimension:
            return False
        if other.worded and other.number == 1:
            return False
        return bool(self.dimension) or self.same_head(other)

    def same_head(self, other: Quantity) -> bool:
        """Whether both count the same, or, where neither counts anything, belong to the same word."""
        if self.counted or other.counted:
            return not self.counted.isdisjoint(other.counted)
        return bool(self.owner) and self.owner == other.owner

    def _fits(self, mine: float, theirs: float) -> bool:
        if math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-30):
            return True
        if self.bound == "about":
            return math.isclose(mine, theirs, rel_tol=ABOUT) or _rounded(theirs, self.digits) == _rounded(mine, 6)
        if self.norm:
            return False
        return (self.bound == "above" and theirs > mine) or (self.bound == "below" and theirs < mine)


def quantities(text: str) -> list[Quantity]:
    """The quantities of a folded text, in order. In `10 to 20 ps` both numbers are of picoseconds."""
    plain = text.replace("+/-", " ± ")
    norm = NORM.search(plain) is not None
    found = [_quantity(match, plain, norm) for match in _QUANTITY.finditer(plain) if not _enumerates(match, plain)]
    for index in range(len(found) - 2, -1, -1):
        here, after = found[index], found[index + 1]
        if here.dimension or not _JOINED.fullmatch(plain, here.end, after.start):
            continue
        if after.unit and not after.loose:
            found[index] = _in_unit(here, after.unit)
        elif not here.counted:
            found[index] = replace(here, counted=after.counted)
    return found + _interval_ends(found, plain)


def _enumerates(match: re.Match[str], text: str) -> bool:
    """Whether a number only counts items: `1)`, `(2)`, or `3.` where a text begins."""
    if match.group() != match["digits"] or not match.group().isdigit() or len(match.group()) > 2:
        return False
    before, after = text[: match.start()], text[match.end() :]
    if after.startswith(")"):
        return before.rfind("(") <= before.rfind(")") or _BRACKET.search(before) is not None
    return not before.strip() and _ITEM_END.match(after) is not None


def _quantity(match: re.Match[str], text: str, norm: bool) -> Quantity:
    number, unit = _number(match), _unit(match)
    bare = Quantity(
        text=match.group().strip(),
        start=match.start(),
        end=match.end(),
        number=number,
        unit="",
        value=number,
        dimension="money" if match["currency"] else "",
        bound=_bound(text, match.start(), match.end()),
        counted=_counted(text, match.start(), match.end()),
        owner=_owner(text, match.start()),
        digits=_significant(match["digits"]) if match["digits"] else 17,
        worded=match["digits"] is None,
        norm=norm,
        denied=_DENIED.search(_just_before(text, match.start())) is not None,
        loose=_is_loose(match),
    )
    return _in_unit(bare, unit) if unit else bare


def _number(match: re.Match[str]) -> float:
    if match["digits"]:
        return digits_value(match)
    if match["worded"]:
        return words_value(match["worded"])
    return float(place_value(match["place"])) if match["place"] else part_value(match["part"]) if match["part"] else 1.0


def _is_loose(match: re.Match[str]) -> bool:
    """Whether it is an ordinal, a decade, a century, or of the kind of "a few thousand pounds"."""
    several = bool(match["of"] and match["worded"].lower() in _VAGUE and _FEW.search(match.string[: match.start()]))
    return several or match["place"] is not None or match["span"] in _SPANS


def _unit(match: re.Match[str]) -> str:
    """The unit of a number; in the plural, which alone is one, for a decade or a century."""
    unit = match["unit"] or match["of"] or match["whole"] or match["th"] or match["span"] or ""
    return _SPANS.get(unit, unit)


def _in_unit(bare: Quantity, unit: str) -> Quantity:
    scale = scale_of(unit)
    text = bare.text if bare.text.endswith((unit, *_SPANS)) else f"{bare.text} {unit}"
    value = bare.number * scale.factor + scale.offset
    return replace(bare, text=text, unit=unit, value=value, dimension=scale.dimension)


def _interval_ends(found: Sequence[Quantity], text: str) -> list[Quantity]:
    """The two ends of each `1.8 V ± 5 %`, which a claim may state instead."""
    ends = []
    for middle, spread in pairwise(found):
        if not _PLUS_MINUS.fullmatch(text, middle.end, spread.start):
            continue
        relative = spread.dimension == "dimensionless" and middle.dimension != "dimensionless"
        width = abs(middle.number) * spread.value if relative else spread.number
        ends += [_moved(middle, middle.number - width), _moved(middle, middle.number + width)]
    return ends


def _moved(quantity: Quantity, number: float) -> Quantity:
    scale = scale_of(quantity.unit)
    return replace(quantity, number=number, value=number * scale.factor + scale.offset, derived=True)


def _bound(text: str, start: int, end: int) -> Bound:
    before = _just_before(text, start)
    for bound, pattern in _BEFORE:
        if pattern.search(before):
            return bound
    after: Bound = next((bound for bound, pattern in _AFTER if pattern.match(text, end)), "")
    return after or ("exact" if _EXACT.search(before) else "")


def _counted(text: str, start: int, end: int) -> frozenset[str]:
    if _OPTION.search(_just_before(text, start)):
        return frozenset()
    after = words(_CLAUSE_END.split(text[end : end + 40])[0])[:2]
    return frozenset(word.stem for word in takewhile(_is_content, after))


def _owner(text: str, start: int) -> str:
    before = words(_CLAUSE_END.split(_just_before(text, start))[-1])
    return next((word.stem for word in reversed(before) if _is_content(word)), "")


def _just_before(text: str, start: int) -> str:
    return text[max(0, start - 40) : start]


def _is_content(word: Word) -> bool:
    return word.text not in STOP_WORDS and not word.text[0].isdigit()


def _significant(digits: str) -> int:
    whole = digits.replace(",", "").lstrip("0.")
    return len(whole.replace(".", "")) if "." in digits else max(1, len(whole.rstrip("0")))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{max(0, digits - 1)}e}")
