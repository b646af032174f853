"""Several verifiers joined: what each says counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks.fitted import Logistic, read_fitted
from app.checks.stacked import Stacked, joined
from app.types import Entailment

FITTED = Logistic(0.0, {"words": 1.0, "names": 0.5})


class Says:
    """Says of each claim what it was told to."""

    def __init__(self, name: str, values: dict[str, float]) -> None:
        self.name, self.values = name, values

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        return [Entailment(0.0, 0.0, {self.name: self.values[claim]}) for _, claim in pairs]


def test_what_each_says_counts_by_its_weight() -> None:
    words, names = Says("words", {"a": 4.0, "b": 0.0}), Says("names", {"a": -2.0, "b": 2.0})
    found = Stacked([words, names], FITTED).verify([("e", "a"), ("e", "b")])
    assert [round(one.p_supported, 3) for one in found] == [0.953, 0.731]


def test_contradiction_is_shared_out_as_those_say_who_know_of_it() -> None:
    said = Entailment(0.2, 0.6, {"a": 0.0}), Entailment(0.5, 0.0, {"b": 0.0})
    one = joined(said, Logistic(0.0, {}), long=False)
    assert one.p_supported == 0.5
    assert one.p_contradicted == pytest.approx(0.5 * 0.6 / 0.8)


def test_where_one_read_nothing_nothing_is_supported() -> None:
    said = Entailment(0.9, 0.0, {"a": 1.0}), Entailment(0.0, 0.0)
    assert joined(said, Logistic(5.0, {}), long=False) == Entailment(0.0, 0.0)


def test_signals_mean_something_else_on_a_page() -> None:
    fitted = Logistic(0.0, {"words": 1.0, "long": -1.0, "long_words": 1.0})
    page = "A sentence that says nothing of it. " * 30
    short, long = Stacked([Says("words", {"c": 2.0})], fitted).verify([("e", "c"), (page, "c")])
    assert short.signals == {"words": 2.0}
    assert long.signals == {"words": 2.0, "long": 1.0, "long_words": 2.0}
    assert [round(one.p_supported, 3) for one in (short, long)] == [0.881, 0.953]


def test_nothing_to_judge() -> None:
    assert Stacked([Says("words", {})], FITTED).verify([]) == []


@given(st.floats(-1e9, 1e9), st.floats(0, 1), st.floats(0, 1))
def test_probabilities_stay_probabilities(signal: float, yes: float, no: float) -> None:
    one = joined([Entailment(yes, no * (1 - yes), {"a": signal})], Logistic(0.3, {"a": 2.0}), long=True)
    assert 0.0 <= one.p_supported <= 1.0
    assert 0.0 <= one.p_contradicted <= 1.0 - one.p_supported + 1e-9


def test_what_was_fitted_is_read_back(tmp_path: Path) -> None:
    kept = {name: {"bias": 0.5, "weights": {"x": 1.0, "y": -2.0}} for name in ("small", "large")}
    (tmp_path / "fitted.json").write_text(json.dumps({**kept, "low": 0.1, "high": 0.9}))
    found = read_fitted(tmp_path / "fitted.json")
    assert found.small.probability({"x": 1.5, "y": 1.0}) == 0.5
    assert (found.low, found.high) == (0.1, 0.9)


def test_the_committed_numbers_say_that_support_supports() -> None:
    fitted = read_fitted()
    assert 0.0 <= fitted.low < fitted.high <= 1.0
    good = {
        "cross_encoder": 4.0,
        "contradiction": -4.0,
        "coverage": 1.0,
        "cosine": 0.9,
        "small": 3.0,
        "language_model": 4.0,
    }
    bad = {
        "cross_encoder": -4.0,
        "contradiction": 4.0,
        "coverage": 0.2,
        "cosine": 0.1,
        "small": -3.0,
        "language_model": -4.0,
    }
    for model in (fitted.small, fitted.large):
        assert model.probability(good) > 0.8 > 0.2 > model.probability(bad)
