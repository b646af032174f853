"""The equations that a claim writes out, worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from app.checks.arithmetic import Amount
from app.checks.equations import Equation, Side, equations
from app.checks.figures import CITED, fits, shown_like
from app.checks.findings import Case, Finding
from app.checks.quantities import ABOUT, Quantity
from app.checks.units import scale_of

_CONSTANTS = (Fraction(1), Fraction(100))
"""Numbers that an equation may use although nobody states them."""


def findings(case: Case) -> Iterator[Finding]:
    """Yield each equation of the claim, right or wrong."""
    for equation in equations(case.stated.text):
        result, other = equation.right, equation.left
        if result.is_literal < other.is_literal:
            result, other = other, result
        shown = _numbers_at(case, result)
        if shown and _is_plain(other, result):
            yield _finding(case, result, other, shown[0], equation)


def _is_plain(left: Side, right: Side) -> bool:
    """Whether neither side leaves out the unit that the other has, as "8 / 3 ps" does where it means 8 ps."""
    if left.amount.dimension == right.amount.dimension:
        return True
    divides = any(token.kind == "over" for token in left.tokens)
    return bool(left.amount.dimension and right.amount.dimension) and not divides


def _finding(case: Case, result: Side, other: Side, shown: Quantity, equation: Equation) -> Finding:
    """Compare the sides; what nobody states among the operands leaves all numbers but a wrong result to be settled."""
    origins = [_origin(case, token.amount) for token in other.tokens if token.amount]
    known = None not in origins
    taken = frozenset(at for at in origins if at is not None and at != CITED)
    settled = tuple(one.text for side in (other, result) for one in _numbers_at(case, side)) if known else ()
    working = f"{_text(case, other)} = "
    if _is_same(other.amount, result, shown, equation.about):
        return Finding(working + _text(case, result), None, settled, taken if known else frozenset())
    computed = shown_like(other.amount, shown if other.amount.dimension == result.amount.dimension else None)
    return Finding(working + computed, (shown.text, computed), (*settled, shown.text), taken)


def _is_same(computed: Amount, result: Side, shown: Quantity, about: bool) -> bool:
    if computed.dimension != result.amount.dimension:
        return False
    stated = result.amount.value
    if not result.is_literal:
        return abs(computed.value - stated) * 10**6 <= abs(stated)
    if about and abs(computed.value - stated) <= Fraction(str(ABOUT)) * abs(stated):
        return True
    hundredfold = result.amount.percent and fits(computed.value / 100, shown)  # "x 100 = 20 %" is a way of writing
    return fits(computed.value, shown) or hundredfold or _is_one_temperature(computed, shown)


def _is_one_temperature(computed: Amount, shown: Quantity) -> bool:
    """Whether two readings are one temperature, as 25 degC and 298.15 K are."""
    if not computed.unit:
        return False
    there, here = (Fraction(str(scale_of(unit).offset)) for unit in (computed.unit, shown.unit))
    return there != here and fits(computed.value + there - here, shown)


def _origin(case: Case, amount: Amount) -> int | None:
    """Where an operand is stated; a constant counts as cited, and what nobody states is None."""
    for figure in case.figures:
        if (figure.amount.value, figure.amount.dimension) == (amount.value, amount.dimension):
            return figure.origin
    return CITED if not amount.dimension and amount.value in _CONSTANTS else None


def _numbers_at(case: Case, side: Side) -> list[Quantity]:
    return [one for one in case.numbers if side.start <= one.start < side.end]


def _text(case: Case, side: Side) -> str:
    return case.stated.text[side.start : side.end].replace(" - ", " − ")
