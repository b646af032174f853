"""The numbers of a text as figures to calculate with: exact, in base units, with what each stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.checks.arithmetic import Amount, dimension_of, factor_of
from app.checks.quantities import ABOUT, Quantity
from app.checks.scan import Evidence, Scan
from app.checks.units import CURRENCIES, binary_ratio, scale_of
from app.checks.words import clause_around, content_of, words

CITED = -1
"""The origin of a figure that the cited evidence has; others have the place of an earlier claim."""

LARGEST = 1e60
"""Numbers of this size and more are not calculated with."""

_DIGITS = re.compile(r"\d[\d,]*(?:\.(?P<decimals>\d+))?|\.(?P<only>\d+)")
_CLAUSE = re.compile(r"[,;:|()]\s|\s\|\s|\b(?:and|but|while|whereas)\b")
_READABLE = 4
_COMMON = ("s", "Hz", "V", "A", "W", "J", "F", "ohm", "m", "bit")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit as written in `text`; `content` are the stems of its sentence, `clause` of its clause.

    `is_of` when "of" comes right after it, as in "8 % of the supply".
    """

    quantity: Quantity
    amount: Amount
    origin: int
    content: frozenset[str]
    clause: frozenset[str]
    is_of: bool = False

    @property
    def text(self) -> str:
        """The figure as it is written."""
        return self.quantity.text


def figures_of(told: Evidence, origin: int) -> Iterator[Figure]:
    """The figures of all sentences of a text, in order; a table's cell is also about what the first cell names."""
    for sentence in told.sentences:
        yield from figures_in(sentence, origin)


def figures_in(sentence: Scan, origin: int) -> Iterator[Figure]:
    """The figures of one sentence, in order. The computed ends of intervals, and what is denied or loose, are none."""
    for fact in sentence.facts:
        if isinstance(fact, Quantity) and not fact.derived and not fact.denied and not fact.loose and is_sane(fact):
            is_of = sentence.text.startswith(" of ", fact.end)
            yield Figure(fact, amount_of(fact), origin, sentence.content, _clause(sentence, fact), is_of)


def is_sane(quantity: Quantity) -> bool:
    """Whether a number is finite and of a size that can be calculated with."""
    return all(math.isfinite(size) and size < LARGEST for size in map(abs, (quantity.number, quantity.value)))


def amount_of(quantity: Quantity) -> Amount:
    """The exact amount that a quantity was written as."""
    if quantity.dimension == "money":
        return Amount(Fraction(str(quantity.number)), "money")
    unit = quantity.unit
    return Amount(Fraction(str(quantity.number)) * factor_of(unit), dimension_of(unit), unit)


def same_system(one: Amount, other: Amount) -> bool:
    """Whether two amounts of one dimension are written in units that differ by a power of ten, as ps and ns do."""
    if one.dimension != other.dimension:
        return False
    scales = scale_of(one.unit), scale_of(other.unit)
    decades = math.log10(scales[0].factor / scales[1].factor)
    return scales[0].offset == scales[1].offset and math.isclose(decades, round(decades), abs_tol=1e-9)


def fits(computed: Fraction, shown: Quantity) -> bool:
    """Whether a value, worked out, is what a claim shows: rounded or cut off to its digits, or about it."""
    stated, last = amount_of(shown).value, last_place(shown)
    ratio = Fraction(str(binary_ratio(shown.unit)))
    return any(_fits(computed, stated * by, last * by, shown) for by in {Fraction(1), ratio})


def _fits(computed: Fraction, stated: Fraction, last: Fraction, shown: Quantity) -> bool:
    off = abs(computed - stated)
    cut_off = computed * stated > 0 and 0 <= abs(computed) - abs(stated) < last
    near = shown.bound == "about" and off <= Fraction(str(ABOUT)) * abs(computed)
    return off * 2 <= last or cut_off or near


def last_place(shown: Quantity) -> Fraction:
    """What one in the last digit shown is worth, in base units: 0.01 ns in `0.60 ns`, 100,000 in `1.2 million`."""
    digits = _DIGITS.search(shown.text)
    factor = abs(factor_of(shown.unit))
    if shown.worded or digits is None:
        return factor
    written = Fraction(digits.group().replace(",", ""))
    scale = abs(Fraction(str(shown.number))) / written if written else Fraction(1)
    decimals = len(digits["decimals"] or digits["only"] or "")
    return factor * scale / Fraction(10) ** decimals


def shown_like(amount: Amount, like: Quantity | None) -> str:
    """Write a value in the unit of a quantity of its dimension, else in a common one; up to four digits that count."""
    if like is None:
        unit = next((unit for unit in _COMMON if dimension_of(unit) == amount.dimension), "")
        return f"{_number(amount.value / factor_of(unit))} {unit or amount.dimension}".strip()
    if like.text[:1] in CURRENCIES:
        return f"{like.text[:1]}{_number(amount.value)}"
    space = " " if like.unit and like.text.endswith(f" {like.unit}") else ""
    return f"{_number(amount.value / factor_of(like.unit))}{space}{like.unit}"


def _number(number: Fraction) -> str:
    if number.denominator == 1 and abs(number) < 10**9:
        return str(number.numerator)
    return f"{_float(number):.{_READABLE}g}"


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _clause(sentence: Scan, fact: Quantity) -> frozenset[str]:
    """The content of the clause that a number stands in."""
    start, end = clause_around(sentence.text, fact.start, fact.end, _CLAUSE)
    return content_of(words(sentence.text[start:end]))
