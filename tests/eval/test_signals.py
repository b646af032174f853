"""What is said of a labelled pair, in numbers."""

from __future__ import annotations

from app.types import Check
from eval.signals import facts_of


def facts(missing: int = 0, conflicts: int = 0) -> Check:
    return Check("facts", not missing and not conflicts, {"missing": ["x"] * missing, "conflicts": ["y"] * conflicts})


def test_the_outcome_of_facts_in_numbers() -> None:
    assert facts_of(facts()) == {"agree": 1.0, "missing": 0.0, "conflict": 0.0}
    assert facts_of(facts(1, 1)) == {"agree": 0.0, "missing": 1.0, "conflict": 1.0}
    assert facts_of(Check("facts", None)) == {"agree": 0.0, "missing": 0.0, "conflict": 0.0}
