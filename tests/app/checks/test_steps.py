"""Steps of an argument: what they rest on, what they are read with, and that they fall with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks import derivation, steps
from app.checks.premises import rests_on

PERIOD, PATH = "The clock period is 0.60 ns.", "The longest path takes 0.48 ns."


@pytest.mark.parametrize(
    ("claim", "earlier", "on"),
    [
        ("Therefore the clock period is met.", ["Skew is small.", PERIOD, PATH], (1,)),
        ("Therefore it is met.", [PERIOD, PATH], (1,)),
        ("Thus setup fails.", [PERIOD], (0,)),
        ("So the reset is asynchronous.", ["Resets are asynchronous.", "The reset is asynchronous."], (0, 1)),
        ("It follows that the clock period is met.", [PERIOD, "Skew is small."], (0,)),
        ("Data is early, so hold fails.", [PERIOD], ()),
        ("The path is long; hence the clock period is missed.", [PERIOD, "Skew is small."], (0,)),
        ("As a result, power falls.", [PERIOD, PATH], (1,)),
        ("Therefore it is met.", [], ()),
        ("The clock period is met.", [PERIOD, PATH], ()),
        ("So far the clock period is met.", [PERIOD, PATH], ()),
        ("So-called clock period paths exist.", [PERIOD, PATH], ()),
        ("The clock period is short so that it is met.", [PERIOD, PATH], ()),
        ("It is set, and so on, for the clock period.", [PERIOD], ()),
    ],
)
def test_what_a_step_rests_on(claim: str, earlier: list[str], on: tuple[int, ...]) -> None:
    assert rests_on(claim, earlier) == on


def test_figures_of_earlier_claims_are_worked_with_and_named() -> None:
    step = steps.read(
        "Therefore a slack of 0.12 ns is left.", ["Slack must be positive."], ["Skew is small.", PERIOD, PATH]
    )
    facts, derived = step.checks
    assert (facts.name, facts.passed, derived.passed) == ("facts", True, True)
    assert derived.detail["working"] == ["0.60 ns − 0.48 ns = 0.12 ns"]
    assert step.on == (1, 2)
    assert derived.detail["premises"] == [1, 2]
    assert step.evidence == ("Slack must be positive.", PERIOD, PATH, "0.60 ns − 0.48 ns = 0.12 ns.")


def test_what_the_evidence_itself_has_rests_on_no_earlier_claim() -> None:
    step = steps.read("A slack of 0.12 ns is left.", [PERIOD, PATH], [PERIOD, PATH])
    assert step.on == ()
    assert step.checks[1].detail["working"] == ["0.60 ns − 0.48 ns = 0.12 ns"]


def test_a_step_may_repeat_a_number_of_its_premise() -> None:
    step = steps.read("Thus the clock period of 0.60 ns is met.", ["The path meets its clock period."], [PERIOD])
    assert [(one.name, one.passed) for one in step.checks] == [("facts", True), ("derivation", None)]
    assert step.evidence[1:] == (PERIOD,)


def test_a_wrong_working_is_no_evidence_and_no_missing_fact() -> None:
    step = steps.read("Therefore a slack of 0.15 ns is left.", ["Slack must be positive."], [PERIOD, PATH])
    facts, derived = step.checks
    assert facts.passed is not False
    assert derived.detail["wrong"] == [{"claim": "0.15 ns", "computed": "0.12 ns"}]
    assert step.evidence[-1] == PATH


def test_a_claim_that_derives_nothing_has_no_derivation() -> None:
    step = steps.read("The clock period is 0.60 ns.", [PERIOD], [PATH])
    assert [one.name for one in step.checks] == ["facts"]
    assert (step.on, step.evidence) == ((), (PERIOD,))


def test_other_facts_are_still_asked_for() -> None:
    step = steps.read("report_checks gives a slack of 0.12 ns.", [PERIOD, PATH], [])
    assert step.checks[0].detail == {"missing": ["report_checks"], "conflicts": []}


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=3), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_can_be_read(claim: str, evidence: list[str], earlier: list[str]) -> None:
    step = steps.read(claim, evidence, earlier)
    assert all(0 <= at < len(earlier) for at in step.on)


NUMBER = st.sampled_from(
    ["0", "-0", "1e400", "9" * 400, "0.00", "1e-400", "5 ps", "0 V", "12 %", "1/0", "9**9**9", "$0", "0 degC"]
)
WORD = st.sampled_from(
    ["total", "percent of", "more than", "twice", "=", "-", "x", "per", "average", "by", "less", "is", "/", "("]
)


@given(st.lists(NUMBER | WORD, max_size=14).map(" ".join), st.lists(NUMBER, max_size=6).map(" and ".join))
def test_no_number_makes_it_fall_over(claim: str, evidence: str) -> None:
    found = derivation.check(claim, [evidence], [evidence])
    assert "nan" not in str(found.detail)
    assert "inf" not in str(found.detail)


def test_a_huge_claim_is_not_looked_at() -> None:
    assert derivation.check("The total of 1 ps and 2 ps is 5 ps. " * 1000, [PERIOD]).passed is None
    assert derivation.check("The total is 9 ps.", [f"It takes {n} ps." for n in range(2000, 3000)]).passed is None
