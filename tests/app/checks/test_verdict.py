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
