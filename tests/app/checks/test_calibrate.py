"""From the rungs' outcomes to confidence: what stops a claim, what lowers it, and that it is a probability."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.checks.calibrate import confidence
from app.types import Check

POINTER, QUOTE = Check("pointer", True), Check("quote", None)


def entailment(p: float) -> Check:
    return Check("entailment", p >= 0.5, {"p_supported": p, "p_contradicted": 0.0})


def facts(missing: int = 0, conflicts: int = 0) -> Check:
    return Check("facts", not missing and not conflicts, {"missing": ["x"] * missing, "conflicts": ["y"] * conflicts})


def test_a_quotation_is_certain_and_a_claim_that_nothing_was_asked_of_is_not() -> None:
    assert confidence([POINTER, QUOTE, Check("relevance", True)]) == 1.0
    assert confidence([POINTER]) == 0.0


def test_a_broken_pointer_or_quote_leaves_nothing() -> None:
    assert confidence([Check("pointer", False), entailment(0.9)]) == 0.0
    assert confidence([POINTER, Check("quote", False), entailment(0.9)]) == 0.0


def test_facts_that_disagree_lower_it_and_conflicts_most() -> None:
    sure = [
        confidence([POINTER, QUOTE, one, entailment(0.9)]) for one in (facts(), facts(missing=1), facts(conflicts=1))
    ]
    assert sure[0] > sure[1]
    assert sure[0] > sure[2]


def test_a_derivation_that_comes_to_another_result_leaves_little() -> None:
    assert confidence([POINTER, QUOTE, entailment(0.99), Check("derivation", False)]) <= 0.05


def test_neither_relevance_nor_a_dispute_changes_it() -> None:
    plain = [POINTER, QUOTE, facts(), entailment(0.7)]
    assert confidence(plain) == confidence([*plain, Check("relevance", False), Check("dispute", False)])


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 1), st.integers(0, 1))
def test_more_support_is_more_confidence(low: float, high: float, missing: int, conflicts: int) -> None:
    less, more = sorted((low, high))
    rungs = [POINTER, QUOTE, facts(missing, conflicts)]
    below, above = confidence([*rungs, entailment(less)]), confidence([*rungs, entailment(more)])
    assert 0.0 <= below <= above <= 1.0
