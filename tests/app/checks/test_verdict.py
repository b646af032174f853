"""Why a claim of several facts is withheld: by the part that fell."""

from __future__ import annotations

import pytest

from app.checks import entailment
from app.checks.verdict import reach
from app.types import Check, Entailment, Part

HELD, FELL, WORSE = Part("A holds.", 0.9, 0.0), Part("B falls.", 0.2, 0.1), Part("C falls.", 0.12, 0.3)
AGAINST = Part("D is wrong.", 0.05, 0.9)


def reason(p_supported: float, p_contradicted: float, *parts: Part) -> str:
    return reach([entailment.check(Entailment(p_supported, p_contradicted, {}, parts))], 0.5).reason


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((0.12, 0.3, HELD, FELL, WORSE), 'The evidence supports "C falls" with a probability of only 0.12.'),
        ((0.2, 0.1, FELL, HELD), 'The evidence supports "B falls" with a probability of only 0.20.'),
        # The whole is weaker still, yet a part says better what is wrong.
        ((0.1, 0.1, HELD, FELL), 'The evidence supports "B falls" with a probability of only 0.20.'),
        ((0.3, 0.0, HELD, HELD), "The evidence supports the claim with a probability of only 0.30."),
        ((0.3, 0.0), "The evidence supports the claim with a probability of only 0.30."),
        ((0.05, 0.9, WORSE, AGAINST), 'The evidence contradicts "D is wrong" with a probability of 0.90.'),
        # Each part by itself is undecided, and all together are contradicted.
        ((0.12, 0.5, WORSE, HELD), "The evidence contradicts the claim with a probability of 0.50."),
        ((0.05, 0.9), "The evidence contradicts the claim with a probability of 0.90."),
    ],
)
def test_a_reason_names_the_part_that_fell(given: tuple[float, float], said: str) -> None:
    assert reason(*given) == said


LACKS = Check("facts", None, {"missing": [], "conflicts": [], "unnamed": ["Larkfield"]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((0.3, 0.0), "The evidence does not mention Larkfield."),
        ((0.3, 0.0, HELD, HELD), "The evidence does not mention Larkfield."),
        ((0.12, 0.3, HELD, FELL), 'The evidence supports "B falls" with a probability of only 0.20.'),
        ((0.05, 0.9), "The evidence contradicts the claim with a probability of 0.90."),
        ((0.9, 0.0), ""),
    ],
)
def test_a_name_that_is_lacking_is_the_reason_where_nothing_says_more(given: tuple[float, float], said: str) -> None:
    supported, against, *parts = given
    checks = [LACKS, entailment.check(Entailment(supported, against, {}, tuple(parts)))]
    assert reach(checks, 0.5).reason == said


@pytest.mark.parametrize(
    ("score", "needed", "said"),
    [
        (0.41, 0.5, "0.41; 0.50"),
        (0.4961, 0.5, "0.496; 0.500"),
        (0.49999999999999994, 0.5, "0.4999999999999999; 0.5000000000000000"),
    ],
)
def test_what_is_and_what_is_needed_never_read_the_same(score: float, needed: float, said: str) -> None:
    quoted = [Check("quote", None), Check("relevance", False, {"score": score, "needed": needed})]
    assert reach(quoted, 0.5).reason == f"Its relevance to the question is {said} is needed."
    drafted = [Check("entailment", True, {"p_supported": score})]
    assert reach(drafted, needed).reason == f"The evidence supports the claim with a confidence of {said} is needed."


def test_a_claim_of_another_condition_is_withheld_as_one_that_is_true_to_its_source() -> None:
    other = Check("condition", False, {"asked": "before", "of": "CTS"})
    found = reach([Check("quote", None), other, Check("relevance", True, {"score": 0.9, "needed": 0.5})], 0.5)
    assert (found.label, found.confidence) == ("supported", 1.0)
    assert found.reason == "It is about after CTS; the question asks about before CTS."
