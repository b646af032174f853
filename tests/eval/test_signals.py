"""What is said of a labelled pair, in numbers."""

from __future__ import annotations

from pathlib import Path

from app.types import Check, Entailment
from eval.signals import Kept, facts_of


def facts(missing: int = 0, conflicts: int = 0) -> Check:
    return Check("facts", not missing and not conflicts, {"missing": ["x"] * missing, "conflicts": ["y"] * conflicts})


def test_the_outcome_of_facts_in_numbers() -> None:
    assert facts_of(facts()) == {"agree": 1.0, "missing": 0.0, "conflict": 0.0}
    assert facts_of(facts(1, 1)) == {"agree": 0.0, "missing": 1.0, "conflict": 1.0}
    assert facts_of(Check("facts", None)) == {"agree": 0.0, "missing": 0.0, "conflict": 0.0}


class Counting:
    """A verifier that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [Entailment(len(claim) / 100, 0.25, {"length": float(len(claim))}) for _, claim in pairs]


def test_what_was_judged_once_is_not_asked_again(tmp_path: Path) -> None:
    first, again = Counting(), Counting()
    pairs = [("It is late.", "late"), ("It is so late.", "late"), ("It is late.", "latest")]
    said = Kept(first, tmp_path / "said.jsonl").verify([*pairs, pairs[0]])
    assert first.asked == pairs
    assert Kept(again, tmp_path / "said.jsonl").verify([pairs[2], ("e", "c"), pairs[0]]) == [
        said[2],
        Entailment(0.01, 0.25, {"length": 1.0}),
        said[0],
    ]
    assert again.asked == [("e", "c")]
