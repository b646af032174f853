"""The fitted numbers of the checks: how the signals of several verifiers become P(supported).

Logistic regressions, fitted by `python -m eval.fit_checks` on pairs that no model was trained on, and kept beside the
weights of the cross-encoder that they belong to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.checks.trusted import WEIGHTS

FITTED = WEIGHTS / "fitted.json"
LEAST = 1e-6
"""Probabilities nearer to 0 or 1 than this count as this near."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over features by name; one that is not there counts as 0."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """P in (0, 1)."""
        score = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return logistic(score)


@dataclass(frozen=True, slots=True)
class Fitted:
    """`small` joins the signals of the small models, `large` what that comes to with the language model's; the latter
    is asked where `small` lies between `low` and `high`."""

    small: Logistic
    large: Logistic
    low: float
    high: float


def logistic(score: float) -> float:
    """The probability in (0, 1) of which `score` is the log-odds; scores beyond 30 count as 30."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def log_odds(likely: float) -> float:
    """log(p / (1 - p)), with p kept off its ends."""
    kept = min(max(likely, LEAST), 1.0 - LEAST)
    return math.log(kept / (1.0 - kept))


def read_fitted(path: Path = FITTED) -> Fitted:
    """Read what `eval.fit_checks` wrote."""
    kept = json.loads(path.read_text("utf-8"))
    return Fitted(Logistic(**kept["small"]), Logistic(**kept["large"]), kept["low"], kept["high"])
