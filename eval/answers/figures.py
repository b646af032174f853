"""From scores of questions to figures with intervals, and to differences between two runs on the same questions.

Intervals are percentile bootstraps over questions (Efron 1979); those of a difference draw the same questions for both
runs, so that what a question adds to both cancels. What no question says anything of is None, not 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval import calibration
from eval.answers.scores import MEASURES, NOTHING, Score
from eval.calibration import DRAWS, LEVEL

Values = NDArray[np.float64]
Scores = Mapping[str, Mapping[str, Score]]
"""Scores by question and measure."""

FEW = 10
"""Where fewer questions say something of a measure, a bootstrap's interval is too narrow to decide anything by."""

NAMES = tuple(one.name for one in MEASURES)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over questions, with the ends of its interval, and how many questions say something of it."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    def plain(self) -> dict[str, Any]:
        """The figure as JSON has it; value and interval are null where no question says anything of the measure."""
        return {"value": self.value, "interval": None if self.low is None else [self.low, self.high], "n": self.n}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question on which some claim was drafted: how sure the surest of them is, and whether it would have been right
    to show them."""

    confidence: float
    right: bool


def figures_of(scores: Scores, seed: int = 0, names: Sequence[str] = NAMES) -> dict[str, Figure]:
    """Each named measure over all questions; those that say nothing of any question are there with None."""
    drawn = _draws(len(scores), seed)
    return {name: _figure(*_columns(scores, name), drawn) for name in names}


def differences(a: Scores, b: Scores, seed: int = 0, names: Sequence[str] = NAMES) -> dict[str, Figure]:
    """What `b` has more than `a` by each named measure, over the questions that both were asked, paired."""
    both = [name for name in a if name in b]
    drawn = _draws(len(both), seed)
    found = {}
    for measure in names:
        ours, theirs = _columns({n: b[n] for n in both}, measure), _columns({n: a[n] for n in both}, measure)
        n = int(((ours[1] > 0) & (theirs[1] > 0)).sum())
        found[measure] = _interval(_ratio(*ours, drawn) - _ratio(*theirs, drawn), n)
    return found


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile of how long questions took."""
    return {"p50": float(np.quantile(seconds, 0.5)), "p95": float(np.quantile(seconds, 0.95))} if seconds else {}


def confidence_figures(attempts: Sequence[Attempt], seed: int = 0) -> dict[str, Figure]:
    """How well confidence tells right attempts from wrong ones: AUROC, the area under risk-coverage, the ECE."""
    truth, likely = arrays(attempts)
    measures = {
        "auroc": calibration.auroc,
        "aurc": calibration.area_under_risk,
        "ece": calibration.expected_calibration_error,
    }
    return {name: _of_confidence(measure, truth, likely, seed) for name, measure in measures.items()}


def _of_confidence(
    measure: Callable[[NDArray[np.bool_], Values], float], truth: NDArray[np.bool_], likely: Values, seed: int
) -> Figure:
    value = measure(truth, likely) if truth.size else math.nan
    if math.isnan(value):
        return Figure(None, None, None, truth.size)
    return Figure(value, *calibration.interval(measure, truth, likely, seed), truth.size)


def arrays(attempts: Sequence[Attempt]) -> tuple[NDArray[np.bool_], Values]:
    """Which attempts are right, and their confidence, as `eval.calibration` takes them."""
    return np.array([one.right for one in attempts], bool), np.array([one.confidence for one in attempts], np.float64)


def _columns(scores: Scores, measure: str) -> tuple[Values, Values]:
    pairs = np.array([one.get(measure, NOTHING) for one in scores.values()], np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _draws(n: int, seed: int) -> Values:
    """How often each question is drawn, of shape (1 + DRAWS, n); in the first row each is drawn once."""
    random = np.random.default_rng(seed)
    drawn = random.multinomial(n, np.full(n, 1 / n), size=DRAWS) if n else np.zeros((DRAWS, 0))
    return np.vstack([np.ones(n), drawn]).astype(np.float64)


def _figure(amounts: Values, weights: Values, drawn: Values) -> Figure:
    return _interval(_ratio(amounts, weights, drawn), int((weights > 0).sum()))


def _ratio(amounts: Values, weights: Values, drawn: Values) -> Values:
    """The measure in each draw; NaN where a draw holds no question that says something of it."""
    total = drawn @ weights
    ratio: Values = np.divide(drawn @ amounts, total, out=np.full(len(drawn), np.nan), where=total > 0)
    return ratio


def _interval(values: Values, n: int) -> Figure:
    if np.isnan(values[0]):
        return Figure(None, None, None, n)
    values = values.round(12)  # a difference of 0 but for how floats add up is no difference
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(values[0]), float(low), float(high), n)
