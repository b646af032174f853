"""Reads the numbers of a text: digits and words, with the unit, the bound and the thing counted that stand by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from app.checks.bounds import before, bound_of, denied_in, falls_short, is_below_zero
from app.checks.numerals import (
    FRACTION,
    NUMBER,
    ONE_IN,
    PART,
    PLACE,
    SCALES,
    WORDED,
    digits_value,
    fraction_value,
    part_value,
    place_value,
    share_value,
    words_value,
)
from app.checks.quantities import Loose, Quantity
from app.checks.units import UNIT, in_degrees, scale_of
from app.checks.words import NORM, STOP_WORDS, Word, words

_SEEN = 400
_BRACKET = re.compile(r"(?:^|\s)\($")
_ITEM_END = re.compile(r"\.\s+(?=[A-Za-z])")
_QUANTITY = re.compile(
    rf"(?P<place>(?i:{PLACE}))[\s-](?P<th>day|week|month|year)\b"
    rf"|(?P<share>(?i:{ONE_IN}))(?!\s?{UNIT})"
    rf"|(?P<fraction>(?i:{FRACTION}))"
    rf"|(?i:{PART})[\s-](?P<whole>(?!degree)(?=[A-Za-z]{{3}}){UNIT})"
    r"|\b(?P<one>[Aa]n?|[Oo]ne)\s(?P<span>fortnight|decade|century)\b"
    r"|\b(?<!and\s)(?:[Aa]n?|[Ee]ach|[Ee]very|[Pp]er)\s"
    r"(?P<period>minute|hour|day|week|fortnight|month|quarter(?!\s(?:past|to|of|hours?)\b)|year)\b"
    rf"|(?P<currency>[$€£]\s?)?{NUMBER}(?:[\s-]?(?P<unit>{UNIT})|x\b|(?!\w))|(?i:{WORDED})(?:[\s-](?P<of>{UNIT})(?!-[a-z]))?"
)
_FEW = re.compile(r"\b(?:few|several|many|some)\s$")
_SPANS = {"decade": "decades", "century": "centuries"}
_PERIODS = {"quarter": (3.0, "months")}
_JOINED = re.compile(r"\s*(?:-|\.\.\.?|±|/|,|,?\s?(?:to|and|or|through)(?:\s(?:plus|minus))?)\s*")
_DECIMAL_COMMA = re.compile(rf"(?<![\d,.])(\d+),(\d{{1,2}})(?=[\s-]?{UNIT})")
_NOT = re.compile(r"\bnot\s$", re.IGNORECASE)
_PLUS_MINUS = re.compile(r"\s*±\s*")
_CLAUSE_END = re.compile(r"[,.;:()\[\]{}`|\n]")
_OPTION = re.compile(r"(?:^|\s)-[a-z]\w*\s$")


def quantities(text: str) -> list[Quantity]:
    """The quantities of a folded text, in order. In `10 to 20 ps` both are of picoseconds; `1,4 kN` is 1.4 kN."""
    plain = _DECIMAL_COMMA.sub(r"\1.\2", text.replace("+/-", " ± "))
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
    found = [_signed(one, plain) for one in found]
    return found + _interval_ends(found, plain)


def _signed(read: Quantity, text: str) -> Quantity:
    """A temperature with the minus that words give it."""
    may_be = read.number > 0 and (not read.unit or in_degrees(read.unit))
    if may_be and is_below_zero(text, read.start, read.end, bare=not read.unit):
        return _with_number(read, -read.number)
    return read


def _enumerates(match: re.Match[str], text: str) -> bool:
    """Whether a number only counts items: `1)`, `(2)`, or `3.` where a text begins."""
    if match.group() != match["digits"] or not match.group().isdigit() or len(match.group()) > 2:
        return False
    if text.startswith(")", match.end()):
        ahead = text[max(0, match.start() - _SEEN) : match.start()]
        return ahead.rfind("(") <= ahead.rfind(")") or _BRACKET.search(ahead) is not None
    return not text[: match.start()].strip() and _ITEM_END.match(text, match.end()) is not None


def _quantity(match: re.Match[str], text: str, norm: bool) -> Quantity:
    number, unit, none = _number(match), _unit(match), _is_none(match)
    bare = Quantity(
        text="not one" if none else match.group().strip(),
        start=match.start(),
        end=match.end(),
        number=number,
        unit="",
        value=number,
        dimension="money" if match["currency"] else "dimensionless" if match["share"] or match["fraction"] else "",
        bound="about" if match["fraction"] else bound_of(text, match.start(), match.end()),
        counted=_counted(text, match.start(), match.end()),
        owner=_owner(text, match.start()),
        digits=_significant(match["digits"] or f"{number:.0f}"),
        worded=match["digits"] is None,
        norm=norm,
        denied="" if none else denied_in(text, match.start()),
        short=falls_short(text, match.start()),
        loose=_loose(match),
    )
    return _in_unit(bare, unit) if unit else bare


def _number(match: re.Match[str]) -> float:
    if match["digits"]:
        return digits_value(match)
    if match["worded"]:
        return 0.0 if _is_none(match) else words_value(match["worded"])
    if match["share"]:
        return share_value(match["one_in"])
    if match["fraction"]:
        return fraction_value(match["over"], match["under"])
    if match["place"]:
        return float(place_value(match["place"]))
    return part_value(match["part"]) if match["part"] else _PERIODS.get(match["period"] or "", (1.0, ""))[0]


def _loose(match: re.Match[str]) -> Loose:
    """Of which form it is, if it is an ordinal, "a third", "an hour", a decade, or of "a few thousand pounds"."""
    if match["of"] and match["worded"].lower() in SCALES and _FEW.search(before(match.string, match.start())):
        return "several"
    if match["period"]:
        return "every" if match.group().lower().startswith("every") else "a period"
    if match["fraction"]:
        return "fraction" if (match["over"] or "a").lower() in ("a", "an") else ""
    return "place" if match["place"] else "span" if match["span"] in _SPANS else ""


def _is_none(match: re.Match[str]) -> bool:
    """Whether it is the "one" of "not one violation", which is zero; "is not one" denies a value."""
    if match.group().lower() != "one" or not _NOT.search(before(match.string, match.start())):
        return False
    return bool(_counted(match.string, match.start(), match.end()))


def _unit(match: re.Match[str]) -> str:
    """The unit of a number; in the plural, which alone is one, for a decade or a century."""
    unit = match["unit"] or match["of"] or match["whole"] or match["th"] or match["span"] or match["period"] or ""
    return _PERIODS[unit][1] if unit in _PERIODS else _SPANS.get(unit, unit)


def _in_unit(bare: Quantity, unit: str) -> Quantity:
    scale = scale_of(unit)
    text = bare.text if bare.text.endswith((unit, *_SPANS, *_PERIODS)) else f"{bare.text} {unit}"
    return replace(bare, text=text, unit=unit, value=scale.in_base_units(bare.number), dimension=scale.dimension)


def _interval_ends(found: Sequence[Quantity], text: str) -> list[Quantity]:
    """The two ends of each `1.8 V ± 5 %`, which a claim may state instead."""
    ends = []
    for middle, spread in pairwise(found):
        if not _PLUS_MINUS.fullmatch(text, middle.end, spread.start):
            continue
        relative = spread.dimension == "dimensionless" and middle.dimension != "dimensionless"
        width = abs(middle.number) * spread.value if relative else spread.number
        ends += [replace(_with_number(middle, middle.number + by), derived=True) for by in (-width, width)]
    return ends


def _with_number(read: Quantity, number: float) -> Quantity:
    """The same quantity with another number."""
    return replace(read, number=number, value=scale_of(read.unit).in_base_units(number))


def _counted(text: str, start: int, end: int) -> frozenset[str]:
    if _OPTION.search(before(text, start)):
        return frozenset()
    after = words(_CLAUSE_END.split(text[end : end + 40])[0])[:2]
    return frozenset(word.stem for word in takewhile(_is_content, after))


def _owner(text: str, start: int) -> str:
    ahead = words(_CLAUSE_END.split(before(text, start))[-1])
    return next((word.stem for word in reversed(ahead) if _is_content(word)), "")


def _is_content(word: Word) -> bool:
    return word.text not in STOP_WORDS and not word.text[0].isdigit()


def _significant(digits: str) -> int:
    whole = digits.replace(",", "").lstrip("0.")
    return len(whole.replace(".", "")) if "." in digits else max(1, len(whole.rstrip("0")))
