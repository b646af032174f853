"""Numbers with their units, compared by value: 0.8 ns is 800 ps, 3 % is 0.03, and "about 10 mm" allows for 9.8 mm."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Literal

from app.checks.bounds import CLASHES, Bound, Denied
from app.checks.numerals import SCALES
from app.checks.units import binary_ratio, currency_of, in_degrees, is_plain_degree, leading, scale_of

SMALL_COUNT = 12
"""Up to here a count in words may be the reader's own count of what the evidence lists, and needs no match."""

ABOUT = 0.05
"""How far, relatively, a number that the claim calls approximate may be from the evidence's."""

ROUGHLY = 0.1
"""The same for halves, quarters, decades and centuries."""

Loose = Literal["", "place", "fraction", "every", "span", "a period", "several"]
_WITHOUT_RIVALS = frozenset({"place", "a period", "several"})
_ROUND = re.compile(r"half|quarter|decade|centur", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written (`number`) and in base units (`value`, of `dimension`, "" without a unit).

    Of a bare number, `counted` are the stems of the up to two content words right after it, and `owner` that of the
    last content word before it when there are none. `digits` are its significant digits; `derived` is an end of an
    interval given as `±`; `norm` when its text lays down what must or may be; `denied` after "not", as in "not at 5 V",
    or "instead of"; `short` where it is by how much something is missed, so that its sign is a matter of wording.
    `loose` is of which form it is where it may bear out a number, and may itself be left out: "the thirtieth day", "a
    decade", "a third", "an hour".
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
    denied: Denied = ""
    short: bool = False
    loose: Loose = ""

    @property
    def required(self) -> bool:
        """Whether a claim may only say it if the evidence does; "half an hour" and "two centuries" may be rounded."""
        vague = not self.unit and (abs(self.number) <= SMALL_COUNT or self.text.lower() in SCALES)
        return not (self.loose or (self.worded and (vague or _ROUND.search(self.text))))

    def agrees(self, other: Quantity) -> bool:
        """Whether evidence that says `other` bears out a claim that says this. A bound in a norm must be the same."""
        if (self.bound, other.bound) in CLASHES:
            return False
        if self.denied != "instead" and bool(self.denied) != bool(other.denied):
            return False
        if self.bound == other.bound:
            return self._unbound()._has_value(other)
        return self._has_value(other)

    def _has_value(self, other: Quantity) -> bool:
        if self.dimension == other.dimension:
            same = self.dimension != "money" or self._currency() == other._currency()
            return same and (
                self._fits(self.value, other.value)
                or self._fits_in_binary(other)
                or self._is_the_rest_of(other)
                or (self._is_said_without_sign(other) and self._fits(abs(self.value), abs(other.value)))
            )
        if self._may_be_degrees(other):
            return self._fits(self.number, other.number)
        if leading(other.unit) and not leading(self.unit):
            theirs = other._leading_part()
            return self.dimension == theirs.dimension and self._has_value(theirs)
        bare = self if not self.dimension else other
        if not bare.dimension and (not bare.counted or not bare.number.is_integer()):
            either_ratio = "dimensionless" in (self.dimension, other.dimension)
            stated = self._unbound()
            return stated._fits(self.number, other.number) or (either_ratio and stated._fits(self.value, other.value))
        return False

    def _is_the_rest_of(self, other: Quantity) -> bool:
        """Whether one says how many fail and the other how many do not: 0.5 % of failures, a pass rate of 99.5 %."""
        shares = self.dimension == "dimensionless" and self.short != other.short
        return shares and math.isclose(self.value + other.value, 1.0)

    def _is_said_without_sign(self, other: Quantity) -> bool:
        """Whether one of the two has a minus where words say so in the other: "fails by 10 ps", a slack of -10 ps."""
        return self.short != other.short and (self.number < 0) != (other.number < 0)

    def _leading_part(self) -> Quantity:
        """The number in the unit that something for each is of: 3 hours of "3 hours a day"."""
        unit = leading(self.unit)
        scale = scale_of(unit)
        return replace(self, unit=unit, value=scale.in_base_units(self.number), dimension=scale.dimension)

    def _unbound(self) -> Quantity:
        """The number as one that is told and not as a limit; "about" stays."""
        return self if self.bound == "about" else replace(self, bound="")

    def _may_be_degrees(self, other: Quantity) -> bool:
        """Whether one is in degrees Celsius or Fahrenheit, or in something for each, and the other just in degrees."""
        units = self.unit, other.unit
        return all(map(in_degrees, units)) and any(map(is_plain_degree, units))

    def _currency(self) -> str:
        return currency_of(self.text, self.unit)

    def _fits_in_binary(self, other: Quantity) -> bool:
        """Whether the values are the same where 1 KB is 1024 bytes, as it is for memories and addresses."""
        ratio, theirs = binary_ratio(self.unit), binary_ratio(other.unit)
        return ratio != theirs and self._fits(self.value * ratio, other.value * theirs)

    def rivals(self, other: Quantity) -> bool:
        """Whether `other` is another value of what may be the same thing; the word "one" is mostly a pronoun."""
        if other.derived or self.loose != other.loose or self.loose in _WITHOUT_RIVALS:
            return False
        if self.dimension != other.dimension:
            return False
        if other.worded and other.number == 1 and not other.loose and self.number != 0:
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
            return math.isclose(mine, theirs, rel_tol=ROUGHLY if _ROUND.search(self.text) else ABOUT) or (
                mine != 0 and _rounded(self.number * theirs / mine, self.digits) == _rounded(self.number, 6)
            )
        if self.norm:
            return False
        return (self.bound == "above" and theirs > mine) or (self.bound == "below" and theirs < mine)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{max(0, digits - 1)}e}")
