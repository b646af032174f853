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

from app.checks.cross_encoder import WEIGHTS

FITTED = WEIGHTS / "fitted.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over features by name; one that is not there counts as 0."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """P in (0, 1)."""
        score = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True, slots=True)
class Fitted:
    """`small` joins the signals of the small models, `large` those of the language model with them; the language model
    is asked where `small` lies between `low` and `high`."""

    small: Logistic
    large: Logistic
    low: float
    high: float


def read_fitted(path: Path = FITTED) -> Fitted:
    """Read what `eval.fit_checks` wrote."""
    kept = json.loads(path.read_text("utf-8"))
    return Fitted(Logistic(**kept["small"]), Logistic(**kept["large"]), kept["low"], kept["high"])
