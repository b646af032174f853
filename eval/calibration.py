"""How far confidence can be read as a frequency, and what withholding the least confident claims is worth.

`truth` says of each claim whether it is supported, `likely` is its confidence; both are of the same length, not empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, norm, rankdata

Truth = NDArray[np.bool_]
Scores = NDArray[np.float64]

BINS = 15
"""Bins of equal mass."""

LEVEL = 0.95
DRAWS = 1000
"""How many times the rows are drawn anew for a bootstrap interval, and the level of every interval."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Neighbours in confidence: their mean confidence, the share supported with its interval, how many they are."""

    confidence: float
    supported: float
    low: float
    high: float
    n: int


def expected_calibration_error(truth: Truth, likely: Scores, bins: int = BINS) -> float:
    """The mean gap between confidence and accuracy over bins of equal mass, weighted by their sizes.

    ECE = sum over bins b of n_b / n * |mean(truth_b) - mean(likely_b)| (Naeini et al. 2015; equal-mass bins as in
    Nguyen & O'Connor 2015). Ties may be split between bins, in the order of the sort, which is stable.
    """
    return sum(one.n * abs(one.supported - one.confidence) for one in _binned(truth, likely, bins)) / truth.size


def debiased_calibration_error(truth: Truth, likely: Scores, bins: int = BINS) -> float:
    """The ECE less what chance adds to it, as far as that can be told; 0 where chance would explain more than all.

    Each bin's share is taken as normal around its true value, with variance p(1 - p)/n_b; the mean gap of draws from
    it, less the gap itself, is the bias (Kumar, Liang, Ma 2019, "Verified Uncertainty Calibration", for the L1 norm).
    They draw; the mean of a folded normal is known. Of perfect confidence about three fifths of the bias remain.
    """
    total = 0.0
    for one in _binned(truth, likely, bins):
        gap = abs(one.supported - one.confidence)
        total += one.n * (2 * gap - _folded_mean(gap, (one.supported * (1 - one.supported) / one.n) ** 0.5))
    return max(0.0, total / truth.size)


def _folded_mean(mean: float, deviation: float) -> float:
    """E|X| of a normal X (Leone, Nelson, Nottingham 1961)."""
    if deviation == 0:
        return abs(mean)
    ratio = mean / deviation
    return float(2 * deviation * norm.pdf(ratio) + mean * (1 - 2 * norm.cdf(-ratio)))


def brier_score(truth: Truth, likely: Scores) -> float:
    """The mean squared distance of confidence from what is so (Brier 1950)."""
    return float(np.mean((likely - truth) ** 2))


def reliability(truth: Truth, likely: Scores, bins: int = BINS) -> list[Bin]:
    """The bins of the ECE, least confident first, each with the Clopper-Pearson interval of its share supported."""
    return [_with_interval(one) for one in _binned(truth, likely, bins)]


def _with_interval(one: Bin) -> Bin:
    exact = binomtest(round(one.supported * one.n), one.n).proportion_ci(LEVEL, "exact")
    return Bin(one.confidence, one.supported, float(exact.low), float(exact.high), one.n)


def _binned(truth: Truth, likely: Scores, bins: int) -> list[Bin]:
    order = np.argsort(likely, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return [Bin(float(likely[part].mean()), float(truth[part].mean()), 0.0, 1.0, part.size) for part in parts]


def risk_curve(truth: Truth, likely: Scores) -> Scores:
    """For k from 1 to n, the share of unsupported claims among the k most confident (El-Yaniv & Wiener 2010).

    Among claims of the same confidence it is the mean over all their orders, so that the order of rows says nothing.
    """
    _, place, sizes = np.unique(-likely, return_inverse=True, return_counts=True)
    wrong = np.bincount(place, weights=~truth) / sizes
    curve: Scores = np.cumsum(np.repeat(wrong, sizes)) / np.arange(1, truth.size + 1)
    return np.clip(curve, 0.0, 1.0)


def risk_at(curve: Scores, coverage: float) -> float:
    """The risk where this share of the claims, in (0, 1], is shown; rounded up to whole claims."""
    return float(curve[max(0, int(np.ceil(coverage * curve.size - 1e-9)) - 1)])


def area_under_risk(truth: Truth, likely: Scores) -> float:
    """The mean of the risk over all coverages: AURC (Geifman, Uziel, El-Yaniv 2019)."""
    return float(risk_curve(truth, likely).mean())


def auroc(truth: Truth, likely: Scores) -> float:
    """The probability that a supported claim is more confident than another; ties count half. NaN without both."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return float("nan")
    ranks = rankdata(likely)[truth].sum()
    return float((ranks - positive * (positive + 1) / 2) / (positive * negative))


def balanced_accuracy(truth: Truth, said: Scores) -> float:
    """The mean of the shares of supported and of other claims that were told; `said` is 1 or 0. NaN without both."""
    if truth.all() or not truth.any():
        return float("nan")
    return float((said[truth].mean() + (1 - said[~truth]).mean()) / 2)


def interval(
    measure: Callable[[Truth, Scores], float], truth: Truth, values: Scores, seed: int, draws: int = DRAWS
) -> tuple[float, float]:
    """The percentile bootstrap interval of a measure, over rows drawn anew with replacement (Efron 1979).

    Draws for which the measure is not defined, since all rows are of one side, are left out.
    """
    random = np.random.default_rng(seed)
    found = [measure(truth, values)]  # so that something is left whatever is drawn
    for _ in range(draws):
        rows = random.integers(truth.size, size=truth.size)
        found.append(measure(truth[rows], values[rows]))
    low, high = np.nanquantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
