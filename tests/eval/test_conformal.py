from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.conformal import GRID, needed, threshold_for

Rate = Callable[[np.ndarray], np.ndarray]
TARGET, DELTA, DRAWS = 0.9, 0.1, 250


@pytest.mark.parametrize(
    ("target", "delta", "wrong", "least"), [(0.95, 0.05, 0, 59), (0.95, 0.05, 1, 93), (0.9, 0.1, 0, 22)]
)
def test_how_many_labels_are_needed(target, delta, wrong, least):
    # 0.95^59 = 0.0485; 0.95^93 + 93 * 0.05 * 0.95^92 = 0.0500; 0.9^22 = 0.0985
    assert needed(target, delta, wrong) == least


def all_at(value: float, n: int, wrong: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return np.full(n, value), np.arange(n) >= wrong


def test_fifty_nine_without_error_suffice_and_fifty_eight_do_not():
    found = threshold_for(*all_at(0.7, 59), 0.95, 0.05)
    assert (found.value, found.above, found.wrong) == (0.001, 59, 0)
    found = threshold_for(*all_at(0.7, 58), 0.95, 0.05)
    assert (found.value, found.above, found.wrong, found.needed) == (None, 58, 0, 59)


def test_with_an_error_more_labels_are_needed_and_it_says_how_many():
    found = threshold_for(*all_at(0.7, 92, wrong=1), 0.95, 0.05)
    assert (found.value, found.wrong, found.needed) == (None, 1, 93)
    assert threshold_for(*all_at(0.7, 93, wrong=1), 0.95, 0.05).value is not None


def test_the_threshold_stands_just_above_what_is_wrong():
    confidence = np.concatenate([np.full(60, 0.9), np.full(40, 0.4)])
    supported = np.arange(100) < 60
    found = threshold_for(confidence, supported, 0.95, 0.05)
    assert (found.value, found.above, found.wrong) == (0.401, 60, 0)


def test_with_many_rows_one_wrong_on_top_does_not_end_it():
    confidence = np.linspace(0.5, 0.999, 1000)
    supported = np.arange(1000) != 999
    found = threshold_for(confidence, supported, 0.95, 0.05)
    assert (found.value, found.above, found.wrong) == (0.001, 1000, 1)


def test_the_sequence_ends_at_the_first_that_fails_though_later_ones_would_pass():
    confidence = np.repeat([0.9, 0.6, 0.3], [30, 3, 40])
    supported = confidence != 0.6
    assert threshold_for(np.full(73, 0.3), supported, 0.9, 0.1).value is not None, "3 wrong of 73 would pass"
    found = threshold_for(confidence, supported, 0.9, 0.1)
    assert (found.value, found.above, found.wrong) == (0.601, 30, 0)


def world(rate: Rate, seed: int) -> tuple[np.random.Generator, np.ndarray]:
    """Confidences are even over [0, 1]; `risk` is the true share of unsupported at or above each thousandth."""
    points = (np.arange(100 * GRID) + 0.5) / (100 * GRID)
    wrong = rate(points)[::-1].cumsum()[::-1] / np.arange(points.size, 0, -1)
    return np.random.default_rng(seed), wrong[::100]


def broken(rate: Rate, choose: Callable[[np.ndarray, np.ndarray], float | None], n: int = 200) -> float:
    """The share of draws of n labels after which the chosen threshold lets too many unsupported claims pass."""
    random, risk = world(rate, 7)
    bad = 0
    for _ in range(DRAWS):
        confidence = random.random(n)
        supported = random.random(n) >= rate(confidence)
        value = choose(confidence, supported)
        bad += value is not None and risk[round(value * GRID)] > 1 - TARGET
    return bad / DRAWS


def proven(confidence: np.ndarray, supported: np.ndarray) -> float | None:
    return threshold_for(confidence, supported, TARGET, DELTA).value


def as_counted(confidence: np.ndarray, supported: np.ndarray) -> float | None:
    """The lowest threshold at which the labels themselves show the target, without any correction."""
    order = np.argsort(-confidence)
    good = np.flatnonzero(np.cumsum(supported[order]) / np.arange(1, order.size + 1) >= TARGET)
    return None if not good.size else float(np.floor(confidence[order][good[-1]] * GRID) / GRID)


WORLDS: dict[str, Rate] = {
    "better with confidence": lambda x: (1 - x) / 2,
    "a little too bad everywhere": lambda x: np.full_like(x, 0.101),
    "good above, bad below": lambda x: np.where(x > 0.6, 0.04, 0.5),
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_guarantee_holds_over_many_draws(name):
    noise = 3 * (DELTA * (1 - DELTA) / DRAWS) ** 0.5
    assert broken(WORLDS[name], proven) <= DELTA + noise


@pytest.mark.parametrize("name", WORLDS)
def test_without_correction_it_would_not(name):
    assert broken(WORLDS[name], as_counted) > 2 * DELTA


def test_a_good_verifier_is_not_refused():
    random, _ = world(WORLDS["good above, bad below"], 3)
    found = []
    for _ in range(10):
        confidence = random.random(1000)
        found.append(proven(confidence, random.random(1000) >= WORLDS["good above, bad below"](confidence)))
    assert sum(value is not None and 0.5 < value < 0.75 for value in found) >= 9


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80),
    st.floats(0.05, 0.99),
    st.floats(0.01, 0.5),
)
def test_what_is_found_is_of_its_rows(rows, target, delta):
    confidence, supported = np.array([c for c, _ in rows]), np.array([s for _, s in rows])
    found = threshold_for(confidence, supported, target, delta)
    if found.value is None:
        assert found.needed > found.above
    else:
        assert 0 < found.value <= 1
        assert found.above == (confidence >= found.value).sum() >= found.needed
        assert found.wrong == (~supported[confidence >= found.value]).sum()
        assert 1 - found.wrong / found.above >= target or found.wrong == 0
