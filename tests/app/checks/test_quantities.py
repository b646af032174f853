from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.checks import facts
from app.checks.read_quantities import quantities
from app.checks.units import _PINT, UNIT, scale_of
from app.checks.words import fold

FAMILIES = [
    {"fs": 1e-15, "ps": 1e-12, "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0},
    {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    {"mV": 1e-3, "V": 1.0, "kV": 1e3},
    {"nA": 1e-9, "uA": 1e-6, "mA": 1e-3, "A": 1.0},
    {"fF": 1e-15, "pF": 1e-12, "nF": 1e-9},
    {"Ω": 1.0, "ohm": 1.0, "kΩ": 1e3, "MΩ": 1e6},
    {"nm": 1e-9, "µm": 1e-6, "um": 1e-6, "mm": 1e-3},
    {"mW/mm²": 1e3, "W/mm^2": 1e6, "W/cm²": 1e4, "W/m^2": 1.0},
    {"bytes": 8.0, "kB": 8e3, "KiB": 8192.0, "MB": 8e6, "bits": 1.0},
    {"%": 1e-2, "percent": 1e-2, "ppm": 1e-6},
]
family = st.sampled_from(FAMILIES)
number = st.integers(1, 99_999).map(lambda n: n / 100)


def written(value: float) -> str:
    return f"{value:.10g}" if 1e-4 <= value < 1e9 else f"{value:.10e}".replace("e", " x 10^")


@settings(deadline=None)
@given(family, number, st.data())
def test_a_value_in_another_unit_of_its_kind_passes(units: dict[str, float], value: float, data: st.DataObject) -> None:
    mine, theirs = data.draw(st.sampled_from(sorted(units))), data.draw(st.sampled_from(sorted(units)))
    claim = f"The figure of the block is {written(value)} {mine}."
    evidence = f"For each block, the figure is {written(value * units[mine] / units[theirs])} {theirs}, no less."
    assert facts.check(claim, ["Nothing.", evidence]).passed is True


@settings(deadline=None)
@given(family, number, number, st.data())
def test_another_value_is_a_conflict(units: dict[str, float], value: float, other: float, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(sorted(units)))
    assume(not math.isclose(value, other, rel_tol=1e-4))
    check = facts.check(f"The figure is {written(value)} {unit}.", [f"Nothing. The figure is {written(other)} {unit}."])
    assert check.passed is False
    assert len(check.detail["conflicts"]) == 1


@settings(deadline=None)
@given(st.integers(-60, 200))
def test_temperatures_have_an_offset(celsius: int) -> None:
    claim = f"The junction is at {celsius} °C."
    assert facts.check(claim, [f"Here the junction is at {celsius + 273.15:.2f} K."]).passed is True
    assert facts.check(claim, [f"Here the junction is at {celsius + 274.15:.2f} K."]).passed is False


@settings(deadline=None)
@given(st.integers(1, 10**8))
def test_thousands_separators_do_not_matter(count: int) -> None:
    assert facts.check(f"It has {count} gates.", [f"In all it has {count:,} gates."]).passed is True
    assert facts.check(f"It has {count} gates.", [f"In all it has {count + 1:,} gates."]).passed is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-40 to 125 degC", [233.15, 398.15]),
        ("10–20 ps", [1e-11, 2e-11]),
        ("1, 2 and 4 ns", [1e-9, 2e-9, 4e-9]),
        ("5×10⁻⁹ s", [5e-9]),
        ("5e-9 s", [5e-9]),
        ("1.8 V ± 5 %", [1.8, 0.05, 1.71, 1.89]),
        ("1.8 V +/- 0.1 V", [1.8, 0.1, 1.7, 1.9]),
        ("twenty-one nets and two hundred and five cells", [21.0, 205.0]),
        ("ten and twelve nets, one hundred and two hundred cells", [10.0, 12.0, 100.0, 200.0]),
        ("one hundred and twenty-two thousand cells", [122_000.0]),
        ("two thousand three hundred and four cells", [2304.0]),
        ("nine hundred million two hundred and one thousand six cells", [900_201_006.0]),
        ("seven six", [7.0, 6.0]),
        ("half a million cells and a dozen nets", [5e5, 12.0]),
        ("half an hour, half-hour, a quarter of an hour and half a metre", [1800.0, 1800.0, 900.0, 0.5]),
        ("two and a half hours and two and a quarter hours", [9000.0, 8100.0]),
        ("half the hours, a quarter past, 2 and a half hours and 3 and a quarter hours", [0.5, 2.0, 3.0]),
        ("page 5, tenth day", [5.0, 864_000.0]),
        ("\u20ac2m, \u00a319k, $3bn and $4.5 million", [2e6, 19e3, 3e9, 4.5e6]),
        ("2m and 3 B of it", [2.0, 24.0]),
        ("AFTER 2 MINUTES OR 3 Per cent, 4 PERCENT", [120.0, 0.03, 0.04]),
        ("5 mW or 5 MW", [0.005, 5e6]),
        ("1.2 million cells", [1.2e6]),
        ("3 million bits", [3e6]),
        ("a 32-bit bus", [32.0]),
        ("64K words", [64000.0]),
        ("4 Gb/s", [4e9]),
        ("M4 and 3D", []),
        ("1) first, 2) next and (3) last of f(4)", [4.0]),
    ],
)
def test_numbers_as_they_are_written(text: str, expected: list[float]) -> None:
    assert [q.value for q in quantities(fold(f"Here {text} stand."))] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("claim", "evidence", "passed"),
    [
        ("Skew is about 25 ps", "Skew is 24.6 ps", True),
        ("Skew is 25 ps", "Skew is 24.6 ps", False),
        ("Skew is about 25 ps", "Skew is 35 ps", False),
        ("Skew is less than 25 ps", "Skew is 20 ps", True),
        ("Skew is less than 25 ps", "Skew is 30 ps", False),
        ("Skew must not exceed 25 ps", "Skew is at most 25 ps", True),
        ("Skew must exceed 25 ps", "Skew must not exceed 25 ps", False),
        ("Skew is at most 30 ps", "Skew is at most 25 ps", False),
        ("Skew is no less than 25 ps", "Skew is 25 ps or more", True),
    ],
)
def test_bounds(claim: str, evidence: str, passed: bool) -> None:
    assert facts.check(claim, ["Introduction.", evidence]).passed is passed


def test_vague_numbers_and_numbers_of_items_are_not_required() -> None:
    assert facts.check("2. The block has several hundred macros.", ["The block has hundreds of macros."]).passed is True
    assert facts.check("The block has two hundred macros.", ["The block has hundreds of macros."]).passed is False


@pytest.mark.parametrize(
    ("unit", "dimension", "factor"),
    [
        ("V/ns", "kilogram * meter ** 2 / ampere / second ** 4", 1e9),
        ("MT/s", "transfer / second", 1e6),
        ("dB", "decibel_ratio", 1),
    ],
)
def test_units_that_pint_needs_help_with(unit: str, dimension: str, factor: float) -> None:
    scale = scale_of(unit)
    assert scale.dimension == dimension
    assert scale.factor == pytest.approx(factor)


@settings(deadline=None)
@given(st.sampled_from(sorted(_PINT)), st.sampled_from(["/", " per ", "*"]), st.sampled_from(sorted(_PINT)))
def test_every_unit_converts_alone_and_in_every_compound(one: str, join: str, other: str) -> None:
    unit = f"{fold(one)}{join}{fold(other)}"
    found = re.match(UNIT, unit)
    assert found is not None
    assert scale_of(found.group()).factor > 0


def test_numbers_beyond_floats_are_infinite() -> None:
    assert [q.value for q in quantities("It is 5e999 or 1 x 10^-999.")] == [math.inf, 0.0]


@pytest.mark.parametrize(
    ("claim", "evidence", "passed"),
    [
        ("It lasted 71 years.", "FOUND AGAIN AFTER 71 YEARS", True),
        ("It lasted 72 years.", "IT LASTED 71 YEARS", False),
        ("It takes 30 days.", "Of the answer: it is due in 30 DAYS.", True),
        ("A ticket is twenty pounds.", "Tickets: \u00a320 each.", True),
        ("A ticket costs \u00a320.", "They ask twenty pounds for a ticket.", True),
        ("A ticket is twenty pounds.", "A ticket is \u00a325.", False),
        ("A ticket is forty dollars.", "Tickets: $40 each.", True),
        ("A ticket costs $40.", "A ticket costs \u00a340.", False),
        ("A ticket is forty euros.", "A ticket is forty pounds.", False),
        ("Repairs came to \u00a319k.", "For repairs \u00a319,000 was paid.", True),
        ("Repairs came to \u20ac2m.", "For repairs 2 million euros was paid.", True),
        ("Repairs came to \u20ac2m.", "For repairs 3 million euros was paid.", False),
        ("Repairs came to two million euros.", "Repairs: \u20ac2m.", True),
        ("A new roof costs a few thousand pounds.", "For a new roof \u00a32,000 is asked, or \u00a34,000.", True),
        ("A new roof costs five thousand pounds.", "For a new roof \u00a32,000 is asked, or \u00a34,000.", False),
        ("The walk takes half an hour.", "Allow for 30 minutes on foot.", True),
        ("The walk takes half an hour.", "The walk takes 40 minutes.", False),
        ("The walk takes a quarter of an hour.", "Allow for 15 minutes on foot.", True),
        ("The wall is half a metre thick.", "Its thickness is 0.5 m.", True),
        ("They fetched 12 eggs.", "There they fetched a dozen eggs.", True),
        ("They fetched half a dozen eggs.", "There they fetched 6 eggs.", True),
        ("The inn stood for two centuries.", "For 200 years the inn stood.", True),
        ("The inn stood for two centuries.", "The inn stood for 300 years.", False),
        ("The inn stood for three decades.", "For 30 years the inn stood.", True),
        ("The inn stood for 10 years.", "For a decade the inn stood.", True),
        ("The inn stood for about three centuries.", "From 1690 to 1994 the inn stood.", True),
        ("The inn was built in half a year.", "From May to October the inn was built.", True),
        ("The inn stood for a century.", "From 1700 to 1800 the inn stood.", True),
        ("The inn shut for a fortnight.", "For 14 days the inn was shut.", True),
        ("The inn shut for two weeks.", "For a fortnight the inn was shut.", True),
        ("The inn shut for a fortnight.", "The inn shut for three weeks.", False),
        ("Eggs hatch in between ten and twelve weeks.", "It takes ten to twelve weeks for eggs to hatch.", True),
        ("Eggs hatch in between ten and twelve weeks.", "It takes 10\u201312 weeks for eggs to hatch.", True),
        ("Eggs hatch in between ten and thirteen weeks.", "Eggs hatch in ten to twelve weeks.", False),
        ("Eggs hatch within thirty days.", "At last, on the thirtieth day, the eggs hatch.", True),
        ("Eggs hatch within 30 days.", "At last, on the 30th day, the eggs hatch.", True),
        ("Eggs hatch after 31 days.", "At last, on the thirtieth day, the eggs hatch.", False),
        ("Eggs hatch in the second week.", "In the week after the first week, the eggs hatch.", True),
        ("Eggs come in 30 trays.", "At last, on the thirtieth day, the eggs come in trays.", False),
    ],
)
def test_measures_in_words(claim: str, evidence: str, passed: bool) -> None:
    assert (facts.check(claim, ["Foreword.", evidence]).passed is not False) is passed
