"""The parser of arithmetic: against Python's own fractions, and against whatever could make it fall over."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks.arithmetic import MAX_LENGTH, Amount, BadExpression, evaluate, tokens, worked_out
from app.checks.units import combined

NUMBERS = st.integers(0, 9999) | st.decimals(0, 999, places=2).map(float)
OPERATORS = st.sampled_from([" + ", " - ", " * ", " / ", "+", "*", "/"])
EXPRESSIONS = st.recursive(
    NUMBERS.map(str),
    lambda inner: (
        st.tuples(inner, OPERATORS, inner).map("".join)
        | inner.map(lambda one: f"({one})")
        | inner.map(lambda one: f"-({one})")
        | st.tuples(inner, st.integers(-3, 3)).map(lambda one: f"({one[0]}) ** {one[1]}")
    ),
    max_leaves=8,
)


def by_python(expression: str) -> Fraction:
    """Python's own reading of an expression, in fractions."""
    import re

    exact = re.sub(r"(?<![\w.])\d+(?:\.\d+)?", lambda match: f"Fraction('{match.group()}')", expression)
    exact = re.sub(r"\*\* (-?)Fraction\('(\d)'\)", r"** \1\2", exact)
    return Fraction(eval(exact, {"Fraction": Fraction}))


def worked_or_refused(expression: str) -> Amount | str:
    """The amount, or why there is none."""
    try:
        return evaluate(expression)
    except BadExpression as error:
        return str(error)


@given(EXPRESSIONS)
def test_numbers_come_out_as_pythons_fractions(expression: str) -> None:
    found = worked_or_refused(expression)
    try:
        expected = by_python(expression)
    except ZeroDivisionError:
        assert isinstance(found, str)
        return
    assert found == Amount(expected) or "power of" in str(found) or "characters" in str(found) or "deep" in str(found)


@given(NUMBERS, NUMBERS, st.sampled_from(["ps", "ns", "us", "s", "h"]), st.sampled_from(["ps", "ns", "ms", "min"]))
def test_units_are_converted_before_they_are_added(one: float, other: float, unit: str, second: str) -> None:
    scales = {"ps": 12, "ns": 9, "us": 6, "ms": 3}
    value = {
        name: Fraction(1, 10 ** scales.get(name, 0)) * {"min": 60, "h": 3600}.get(name, 1) for name in (unit, second)
    }
    found = evaluate(f"{one} {unit} + {other} {second}")
    assert found.dimension == "second"
    assert found.value == Fraction(str(one)) * value[unit] + Fraction(str(other)) * value[second]


@given(st.text())
def test_any_text_is_worked_out_or_refused(text: str) -> None:
    found = worked_or_refused(text)
    assert found
    assert isinstance(found, str) or math.isfinite(found.value)


@given(st.text("0123456789.,()+-*/^%e =xk nspsVmW", max_size=60))
def test_what_looks_like_arithmetic_is_worked_out_or_refused(text: str) -> None:
    assert all(text[token.start : token.end] == token.text for token in tokens(text))
    found = worked_or_refused(text)
    assert isinstance(found, str) or math.isfinite(found.value)


@pytest.mark.parametrize(
    ("expression", "value", "dimension"),
    [
        ("0.60 ns - 0.48 ns", Fraction(12, 10**11), "second"),
        ("0.60 ns − 480 ps", Fraction(12, 10**11), "second"),
        ("20% of 50 MHz", Fraction(10**7), "1 / second"),
        ("50 MHz + 10 %", Fraction(55 * 10**6), "1 / second"),
        ("50 MHz - 10 percent", Fraction(45 * 10**6), "1 / second"),
        ("5 % + 10 %", Fraction(15, 100), ""),
        ("1 / (0.8 ns)", Fraction(125 * 10**7), "1 / second"),
        ("10 GHz / 5 GHz", Fraction(2), ""),
        ("3 x 100 ps", Fraction(3, 10**10), "second"),
        ("5 x 10^-9 A", Fraction(5, 10**9), "ampere"),
        ("64 × 32 bits", Fraction(2048), "bit"),
        ("$3 million + $4", Fraction(3_000_004), "money"),
        ("125 °C − 25 °C", Fraction(100), "kelvin"),
        ("1,000 minus 1", Fraction(999), ""),
        ("12 divided by 8", Fraction(3, 2), ""),
        ("-2 ** 2", Fraction(-4), ""),
        ("2 ^ 3 ^ 2", Fraction(512), ""),
        ("４ + ４", Fraction(8), ""),
        ("2 ** -2", Fraction(1, 4), ""),
    ],
)
def test_what_engineers_write(expression: str, value: Fraction, dimension: str) -> None:
    found = evaluate(expression)
    assert (found.value, found.dimension) == (value, dimension)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "well-formed"),
        ("1 / 0", "division by zero"),
        ("0 ** -1", "division by zero"),
        ("1 / (2 - 2)", "division by zero"),
        ("9**9**9", "exponent"),
        ("2 ** 0.5", "exponent"),
        ("2 ** 65", "exponent"),
        ("2 ** (3 s)", "exponent"),
        ("(9**64)**64", "power of 100"),
        ("1e999", "power of 100"),
        ("1e-999", "power of 100"),
        ("2 s + 3 V", "cannot be added"),
        ("2 + 3 V", "cannot be added"),
        ("5 3", "well-formed"),
        ("5 (3)", "well-formed"),
        ("((1", "well-formed"),
        ("1 = 1", "'='"),
        ("a", "'a' is no number"),
        ("__import__('os')", "is no number"),
        ("2 .real", "is no number"),
        ("[1]", "is no number"),
        ("1 if 1 else 2", "is no number"),
        ("\0", "is no number"),
        ("五 + 三", "is no number"),
        ("1 " * MAX_LENGTH, "characters"),
        ("+".join("1" * 41), "numbers"),
        ("(" * 30 + "1" + ")" * 30, "deep"),
        ("-" * 100 + "1", "deep"),
    ],
)
def test_what_is_refused_and_why(expression: str, says: str) -> None:
    with pytest.raises(BadExpression, match=says):
        evaluate(expression)


def test_other_words_between_the_pieces_are_passed_over() -> None:
    found = tokens("We add 3 ps of setup + 4 ps in all")
    assert [token.kind for token in found] == ["number", "of", "plus", "number"]
    assert worked_out([token for token in found if token.kind != "of"]).value == Fraction(7, 10**12)


def test_dimensions_combine() -> None:
    assert combined("", "second", -1) == "1 / second"
    assert combined("second", "second", -1) == ""
    assert combined("money", "second", -1) == "money / second"
