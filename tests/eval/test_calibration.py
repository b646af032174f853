from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import calibration as c


def of(*rows: tuple[bool, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([t for t, _ in rows]), np.array([p for _, p in rows], dtype=np.float64)


FOUR = of((True, 0.2), (True, 0.8), (False, 0.4), (False, 0.6))


def test_calibration_error_of_bins_by_hand() -> None:
    assert c.expected_calibration_error(*FOUR, bins=2) == pytest.approx((2 * 0.2 + 2 * 0.2) / 4)


def test_the_debiased_error_by_hand() -> None:
    # One bin: half of 100 are supported at 0.6. The deviation of the share is 0.05, the gap 0.1 two of them.
    truth, likely = np.arange(100) < 50, np.full(100, 0.6)
    folded = 0.05 * math.sqrt(2 / math.pi) * math.exp(-2) + 0.1 * math.erf(math.sqrt(2))
    assert c.debiased_calibration_error(truth, likely, bins=1) == pytest.approx(2 * 0.1 - folded)
    assert c.expected_calibration_error(truth, likely, bins=1) == pytest.approx(0.1)


def test_the_debiased_error_is_never_below_nothing() -> None:
    assert c.debiased_calibration_error(np.arange(100) < 50, np.full(100, 0.5), bins=1) == 0.0


def test_of_perfect_confidence_the_debiased_error_is_much_smaller() -> None:
    random = np.random.default_rng(5)
    plain, debiased = [], []
    for _ in range(20):
        likely = random.random(600)
        truth = random.random(600) < likely
        plain.append(c.expected_calibration_error(truth, likely))
        debiased.append(c.debiased_calibration_error(truth, likely))
    assert np.mean(debiased) < 0.7 * np.mean(plain)


def test_of_bad_confidence_the_debiased_error_is_nearly_the_same() -> None:
    random = np.random.default_rng(5)
    likely = random.random(3000)
    truth = random.random(3000) < likely**4
    plain = c.expected_calibration_error(truth, likely)
    assert 0.9 * plain < c.debiased_calibration_error(truth, likely) < plain


def test_brier_by_hand() -> None:
    assert c.brier_score(*FOUR) == pytest.approx((0.64 + 0.04 + 0.16 + 0.36) / 4)


def test_the_bins_of_a_diagram_by_hand() -> None:
    low, high = c.reliability(*FOUR, bins=2)
    assert (low.confidence, low.supported, low.n) == (pytest.approx(0.3), 0.5, 2)
    assert (high.confidence, high.supported, high.n) == (pytest.approx(0.7), 0.5, 2)
    # Clopper-Pearson for one of two: 1 - sqrt(0.975), and the same from above.
    assert (low.low, low.high) == (pytest.approx(1 - math.sqrt(0.975)), pytest.approx(math.sqrt(0.975)))


def test_the_interval_of_a_bin_without_error_by_hand() -> None:
    [one] = c.reliability(np.ones(10, bool), np.full(10, 0.9), bins=1)
    assert (one.low, one.high) == (pytest.approx(0.025 ** (1 / 10)), 1.0)


def test_the_risk_falls_on_the_least_confident_last() -> None:
    assert c.risk_curve(*of((False, 0.3), (True, 0.9), (True, 0.8))) == pytest.approx([0, 0, 1 / 3])
    # By confidence: right, wrong, wrong, right.
    assert c.risk_curve(*FOUR) == pytest.approx([0, 1 / 2, 2 / 3, 2 / 4])
    assert c.area_under_risk(*FOUR) == pytest.approx((0 + 1 / 2 + 2 / 3 + 1 / 2) / 4)
    curve = c.risk_curve(*FOUR)
    assert [c.risk_at(curve, share) for share in (0.25, 0.5, 0.75, 1.0)] == pytest.approx([0, 1 / 2, 2 / 3, 1 / 2])
    assert c.risk_at(curve, 0.26) == pytest.approx(1 / 2), "shares are rounded up to whole claims"


def test_the_risk_of_claims_alike_in_confidence_is_their_mean() -> None:
    assert c.risk_curve(*of((True, 0.7), (False, 0.7), (True, 0.9))) == pytest.approx([0, 0.25, 1 / 3])
    assert c.risk_curve(*of((False, 0.7), (True, 0.7), (True, 0.9))) == pytest.approx([0, 0.25, 1 / 3])


def test_auroc_by_hand_with_a_tie() -> None:
    # Of 2 x 2 comparisons: 0.9 beats both, 0.4 ties with one and beats one.
    assert c.auroc(*of((True, 0.9), (True, 0.4), (False, 0.4), (False, 0.1))) == pytest.approx(3.5 / 4)


def test_balanced_accuracy_by_hand() -> None:
    assert c.balanced_accuracy(*of((True, 1), (True, 0), (False, 0), (False, 0), (False, 1))) == pytest.approx(
        (1 / 2 + 2 / 3) / 2
    )


def test_the_bootstrap_interval_repeats_and_is_that_of_a_mean() -> None:
    truth, values = np.tile([True, False], 200), np.linspace(0, 1, 400)

    def mean(_truth: np.ndarray, drawn: np.ndarray) -> float:
        return float(drawn.mean())

    low, high = c.interval(mean, truth, values, seed=1)
    assert (low, high) == c.interval(mean, truth, values, seed=1) != c.interval(mean, truth, values, seed=2)
    # Even over [0, 1], the deviation of one is 1 / sqrt(12); of the mean of 400 it is 0.0144, and 1.96 of them are 0.0283.
    assert (low, high) == (pytest.approx(0.4717, abs=0.004), pytest.approx(0.5283, abs=0.004))


def test_draws_of_one_side_are_left_out_of_an_interval() -> None:
    assert c.interval(c.auroc, *of((True, 0.9), (False, 0.1)), seed=0, draws=50) == (1.0, 1.0)


ROWS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60)


@settings(max_examples=40)
@given(ROWS)
def test_all_measures_stay_in_range_whatever_comes(rows) -> None:
    truth, likely = of(*rows)
    plain, debiased = c.expected_calibration_error(truth, likely), c.debiased_calibration_error(truth, likely)
    curve = c.risk_curve(truth, likely)
    found = [plain, debiased, c.brier_score(truth, likely), *curve, *c.interval(c.area_under_risk, truth, likely, 0, 5)]
    assert all(0 <= value <= 1 + 1e-12 for value in found)
    assert debiased <= plain + 1e-12
    assert curve[-1] == pytest.approx((~truth).mean())
    for one in c.reliability(truth, likely):
        assert 0 <= one.low <= one.supported <= one.high <= 1
        assert 0 <= one.confidence <= 1


@settings(max_examples=40)
@given(ROWS)
def test_auroc_and_its_interval_are_in_range_where_both_sides_are_there(rows) -> None:
    truth, likely = of((True, 0.5), (False, 0.5), *rows)
    low, high = c.interval(c.auroc, truth, likely, seed=0, draws=10)
    assert 0 <= low <= high <= 1
    assert 0 <= c.auroc(truth, likely) <= 1
    assert c.auroc(truth, likely) == pytest.approx(1 - c.auroc(~truth, likely))
