"""A claim of what holds after a thing is no answer to what holds before it."""

from __future__ import annotations

import pytest

from app.checks import condition

BEFORE = "How much setup uncertainty must be applied before CTS at sign-off?"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (BEFORE, "Setup sign-off after CTS uses an uncertainty of 25 ps."),
        (BEFORE, "The post-CTS setup uncertainty at sign-off is 25 ps."),
        (BEFORE, "Setup uncertainty after CTS | 25 | ps"),
        (BEFORE, "Following CTS, 25 ps are applied."),
        (BEFORE, "After clock tree synthesis the setup uncertainty is 25 ps."),
        ("What is applied before clock tree synthesis?", "The post-CTS uncertainty is 25 ps."),
        ("What is applied prior to the CTS?", "25 ps are applied after CTS."),
        ("Which pre\u2011CTS uncertainty is applied?", "25 ps are applied after CTS."),
        ("Which post-route checks are there?", "Two checks run before routing."),
        ("What is done following the release of a waiver?", "The owner signs before the release of the waiver."),
        ("What holds before version 1.4?", "After version 1.4 it is 15 ps."),
    ],
)
def test_a_claim_of_the_other_side_fails(question: str, claim: str) -> None:
    found = condition.check(question, claim)
    assert found is not None
    assert found.passed is False


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (BEFORE, "Before CTS the setup uncertainty is 60 ps."),
        (BEFORE, "The pre-CTS uncertainty of 60 ps is not left in place after CTS."),
        (BEFORE, "It is 60 ps before and 25 ps after CTS."),
        (BEFORE, "The values before/after CTS are 60 ps and 25 ps."),
        ("May hold be fixed before CTS?", "Hold is fixed only after CTS."),
        ("May hold be fixed before CTS?", "Hold must not be fixed until after CTS."),
    ],
)
def test_a_claim_of_the_same_side_or_both_or_that_may_deny_the_other_passes(question: str, claim: str) -> None:
    found = condition.check(question, claim)
    assert found is not None
    assert found.passed is True


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (BEFORE, "The setup uncertainty is 60 ps."),
        (BEFORE, "CTS runs after placement."),
        (BEFORE, "Netlists are compared before and after an ECO."),
        ("How much uncertainty is there?", "After CTS it is 25 ps."),
        ("What is the uncertainty before and after CTS?", "After CTS it is 25 ps."),
        ("Why is the uncertainty lower after CTS than before?", "Before CTS skew is estimated."),
        ("What if the pre-CTS uncertainty is left in place after CTS?", "Before CTS skew is estimated."),
        ("What must hold before reset is released?", "After reset is asserted the clock stops."),
        ("What holds before version 1.4?", "After version 1.2 it is 15 ps."),
        ("Which checks run before CTS?", "The following CTS checks run: one, two."),
    ],
)
def test_nothing_is_compared_where_no_one_side_is_asked_for_or_the_claim_names_no_such_thing(
    question: str, claim: str
) -> None:
    assert condition.check(question, claim) is None


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        ("After the clock tree it is 1.", "the clock tree"),
        ("After the clock tree is built by hand, 1.", "the clock tree is built"),
    ],
)
def test_the_side_that_was_asked_for_is_told_with_the_shortest_name_of_the_thing(claim: str, of: str) -> None:
    found = condition.check("What holds in sign-off before the clock tree is built?", claim)
    assert found is not None
    assert found.detail == {"asked": "before", "of": of}
