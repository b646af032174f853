"""Arithmetic as sentences write it, `(0.60 ns - 0.48 ns) / 2`, evaluated exactly, and safely whoever wrote it.

Every number is replaced by its place in a list before Python's `ast` (https://docs.python.org/3/library/ast.html) reads
the expression, so its tree holds operators and such places alone: no name, call or attribute can be in it. Values are
fractions in base units, whose dimensions are pint's (see `app.checks.units`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.checks.numerals import LETTERS, SCALES, TAIL
from app.checks.units import UNIT, combined, scale_of
from app.checks.words import fold

MAX_LENGTH = 300
MAX_NUMBERS = 40
MAX_DEPTH = 20
MAX_EXPONENT = 64
MAX_DECADES = 100
"""Values beyond ten to this power, or nearer to zero than its inverse, are refused."""

_TOKEN = re.compile(
    rf"""(?P<number>(?<![\w.])(?P<currency>[$€£]\s?)?
        (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:\s?[x*×]\s?10\s?\^\s?(?P<ten>[-+]?\d{{1,3}})|[eE](?P<exponent>[-+]?\d{{1,3}}))?
        {TAIL}
        (?:(?:\s|-(?=[A-Za-z]))?(?P<unit>{UNIT})|(?![\w.]\w)))
    | (?P<power>\*\*|\^) | (?P<plus>\+|\bplus\b) | (?P<minus>-|\bminus\b) | (?P<over>/|÷|\bdivided\sby\b)
    | (?P<times>[*×·]|\bx(?=[\s\d])|\btimes\b|\bmultiplied\sby\b) | (?P<of>\bof\b)
    | (?P<open>\() | (?P<close>\)) | (?P<equals>=)""",
    re.VERBOSE,
)
_SIGNS = {"power": "**", "plus": "+", "minus": "-", "over": "/", "times": "*", "of": "*", "open": "(", "close": ")"}
_PERCENT = ("%", "percent", "per cent")

Kind = Literal["number", "power", "plus", "minus", "over", "times", "of", "open", "close", "equals"]


class BadExpression(ValueError):
    """A text is no arithmetic, or more than is worked out here."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in base units of `dimension`, "" without one; `unit` as written, empty for what was worked out.

    Degrees count as differences: 125 °C - 25 °C is 100 °C.
    """

    value: Fraction
    dimension: str = ""
    unit: str = ""

    @property
    def percent(self) -> bool:
        """Whether it was written as a percentage."""
        return self.unit in _PERCENT


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of an expression with its place in the folded text; a number carries its amount."""

    kind: Kind
    text: str
    start: int
    end: int
    amount: Amount | None = None


def evaluate(expression: str) -> Amount:
    """Work an expression out. Raises BadExpression, which says what is wrong with it.

    `%` of a number is a hundredth; `50 MHz + 10 %` adds a tenth of 50 MHz; `10 % of` multiplies.
    """
    if len(expression) > MAX_LENGTH:
        raise BadExpression(f"the expression has {len(expression)} characters; at most {MAX_LENGTH} are read")
    folded = fold(expression)
    found = tokens(folded)
    rest = _between(folded, found)
    if rest:
        raise BadExpression(f"{rest[:20]!r} is no number, unit or operator")
    return worked_out(found)


def tokens(text: str) -> list[Token]:
    """The pieces of arithmetic in a folded text, in order; whatever else it holds is passed over."""
    return [_token(match) for match in _TOKEN.finditer(text)]


def worked_out(found: Sequence[Token]) -> Amount:
    """The value of an expression in tokens. Raises BadExpression."""
    amounts = [token.amount for token in found if token.amount is not None]
    if len(amounts) > MAX_NUMBERS:
        raise BadExpression(f"the expression has {len(amounts)} numbers; at most {MAX_NUMBERS} are read")
    places = iter(range(len(amounts)))
    source = " ".join(str(next(places)) if token.kind == "number" else _sign(token) for token in found)
    if _nesting(found) > MAX_DEPTH:
        raise BadExpression(f"the expression is nested more than {MAX_DEPTH} deep")
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadExpression("the expression is not well-formed") from error
    return _value(tree.body, amounts, 0)


def _token(match: re.Match[str]) -> Token:
    kind: Kind = match.lastgroup  # type: ignore[assignment]  # the outermost groups are the kinds
    amount = _amount(match) if match["number"] else None
    return Token("number" if amount else kind, match.group(), match.start(), match.end(), amount)


def _amount(match: re.Match[str]) -> Amount:
    number = Fraction(f"{match['digits'].replace(',', '')}e{match['ten'] or match['exponent'] or 0}")
    number *= Fraction(LETTERS.get(match["letter"] or "", 1.0)) * Fraction(SCALES.get(match["scale"] or "", 1.0))
    unit = match["unit"] or ""
    if match["currency"]:
        return Amount(number, "money")
    return Amount(number * factor_of(unit), dimension_of(unit), unit)


def factor_of(unit: str) -> Fraction:
    """What one of a unit is in base units, as the decimal that was meant: 1e-12 for ps."""
    return Fraction(str(scale_of(unit).factor))


def dimension_of(unit: str) -> str:
    """The dimension of a unit; "" for none, and for a ratio such as percent."""
    return scale_of(unit).dimension.replace("dimensionless", "")


def _sign(token: Token) -> str:
    if token.kind == "equals":
        raise BadExpression("'=' is no operator")
    return _SIGNS[token.kind]


def _between(text: str, found: Sequence[Token]) -> str:
    """What of a text is in no token, without white space."""
    ends = [0, *(token.end for token in found)]
    starts = [*(token.start for token in found), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True)).strip()


def _nesting(found: Sequence[Token]) -> int:
    depth = deepest = 0
    for token in found:
        depth += (token.kind == "open") - (token.kind == "close")
        deepest = max(deepest, depth)
    return deepest


def _value(node: ast.expr, amounts: Sequence[Amount], depth: int) -> Amount:
    if depth > MAX_DEPTH + MAX_NUMBERS:
        raise BadExpression("the expression is nested too deep")
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return _bounded(amounts[node.value])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        inner = _value(node.operand, amounts, depth + 1)
        return inner if isinstance(node.op, ast.UAdd) else Amount(-inner.value, inner.dimension, inner.unit)
    if isinstance(node, ast.BinOp):
        left, right = (_value(side, amounts, depth + 1) for side in (node.left, node.right))
        return _bounded(_applied(node.op, left, right))
    raise BadExpression("the expression is not well-formed")


def _applied(operator: ast.operator, left: Amount, right: Amount) -> Amount:
    if isinstance(operator, ast.Add):
        return _added(left, right, 1)
    if isinstance(operator, ast.Sub):
        return _added(left, right, -1)
    if isinstance(operator, ast.Mult):
        return times(left, right)
    if isinstance(operator, ast.Div):
        return over(left, right)
    if isinstance(operator, ast.Pow):
        return _raised(left, right)
    raise BadExpression("only + - * / and powers are worked out")


def _added(left: Amount, right: Amount, sign: int) -> Amount:
    if right.percent and not left.percent:
        return Amount(left.value * (1 + sign * right.value), left.dimension)
    if left.dimension != right.dimension:
        raise BadExpression(f"{_named(left)} and {_named(right)} cannot be added")
    return Amount(left.value + sign * right.value, left.dimension, left.unit if left.unit == right.unit else "")


def times(left: Amount, right: Amount) -> Amount:
    """The product of two amounts."""
    return Amount(left.value * right.value, combined(left.dimension, right.dimension, 1))


def over(left: Amount, right: Amount) -> Amount:
    """The quotient of two amounts. Raises BadExpression where the second is zero."""
    if right.value == 0:
        raise BadExpression("division by zero")
    return Amount(left.value / right.value, combined(left.dimension, right.dimension, -1))


def _raised(base: Amount, exponent: Amount) -> Amount:
    power = exponent.value
    if exponent.dimension or power.denominator != 1 or abs(power) > MAX_EXPONENT:
        raise BadExpression(f"an exponent must be a whole number from -{MAX_EXPONENT} to {MAX_EXPONENT}")
    if base.value == 0 and power < 0:
        raise BadExpression("division by zero")
    dimension = combined("", base.dimension, int(power)) if base.dimension else ""
    return Amount(Fraction(base.value ** int(power)), dimension)


def _bounded(amount: Amount) -> Amount:
    size = abs(amount.value)
    if size and not Fraction(1, 10**MAX_DECADES) <= size <= 10**MAX_DECADES:
        raise BadExpression(f"a value lies beyond ten to the power of {MAX_DECADES}")
    return amount


def _named(amount: Amount) -> str:
    return amount.unit or amount.dimension or "a plain number"
