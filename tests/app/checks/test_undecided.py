"""The language model is asked about what the small models leave open, as a whole, and about nothing else."""

from __future__ import annotations

import pytest

from app.checks.by_parts import ByParts
from app.checks.fitted import Fitted, Logistic
from app.checks.undecided import Undecided
from app.types import Entailment

FITTED = Fitted(Logistic(0.0, {}), Logistic(-1.0, {"small": 0.5, "language_model": 2.0}), low=0.2, high=0.8)


class Small:
    """Gives claims the probabilities that it was told."""

    def __init__(self, likely: dict[str, float]) -> None:
        self.likely = likely

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(self.likely[claim], 0.0, {"words": 1.0}) for _, claim in pairs]


class Large:
    """Says the same of every claim, and keeps what it was asked."""

    def __init__(self, signal: float) -> None:
        self.signal = signal
        self.asked: list[tuple[str, str]] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.asked += pairs
        return [Entailment(0.25, 0.5, {"language_model": self.signal}) for _ in pairs]


PAIRS = [("e", "sure"), ("e", "open"), ("e", "not at all")]


def test_only_what_is_undecided_is_asked_about() -> None:
    large = Large(2.0)
    found = Undecided(Small({"sure": 0.9, "open": 0.5, "not at all": 0.1}), large, FITTED).verify(PAIRS)
    assert large.asked == [("e", "open")]
    assert [round(one.p_supported, 3) for one in found] == [0.9, 0.953, 0.1]
    assert found[1].signals == {"words": 1.0, "small": 0.0, "language_model": 2.0}


def test_contradiction_is_as_the_large_one_knows_it() -> None:
    [found] = Undecided(Small({"open": 0.5}), Large(0.0), FITTED).verify([("e", "open")])
    assert found.p_contradicted == pytest.approx((1 - found.p_supported) * 0.5 / 0.75)


def test_a_claim_of_several_parts_is_asked_about_once_and_keeps_its_parts() -> None:
    large = Large(0.0)
    small = ByParts(Small({"A and B": 0.7, "A": 0.9, "B": 0.4}), split=lambda claim: claim.split(" and "))
    [found] = Undecided(small, large, FITTED).verify([("e", "A and B")])
    assert large.asked == [("e", "A and B")]
    assert [part.text for part in found.parts] == ["A", "B"]
    assert found.signals["small"] == pytest.approx(0.5946, abs=1e-4)  # B, leniently: log-odds of 0.4, plus 1


def test_nothing_to_judge_asks_nobody() -> None:
    large = Large(0.0)
    assert Undecided(Small({}), large, FITTED).verify([]) == []
    assert large.asked == []
