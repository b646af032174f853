"""From what the rungs found to one number: `confidence`, a logistic regression of their outcomes (Platt 1999), fitted
by `python -m eval.fit_checks`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from app.checks.fitted import Fitted, read_fitted
from app.types import Check

CALIBRATED = False
"""Whether `confidence` was fitted on labelled claims of the store at hand, so that it can be read as a frequency."""

CONFLICT_CAP = 0.05
STOPPED_CAP = 0.0
LEAST = 1e-6


def confidence(checks: Sequence[Check]) -> float:
    """The probability, in [0, 1], that the evidence supports the claim: 1 for a quotation, 0 where a rung stopped it.

    A derivation that comes to another result leaves 0.05. Relevance and disputes change nothing: they are not about
    whether the cited evidence supports the claim. 0 when neither a quotation nor an entailment was checked.
    """
    failed = {check.name for check in checks if check.passed is False}
    if failed & {"pointer", "quote"}:
        return STOPPED_CAP
    likely = _supported(checks)
    return min(likely, CONFLICT_CAP) if "derivation" in failed else likely


def _supported(checks: Sequence[Check]) -> float:
    named = {check.name: check for check in checks}
    if "entailment" in named:
        return _fitted().confidence.probability(features(named))
    return 1.0 if "relevance" in named else 0.0


def features(checks: Mapping[str, Check]) -> dict[str, float]:
    """What the regression reads of the rungs' outcomes, by name."""
    likely = min(max(checks["entailment"].detail["p_supported"], LEAST), 1.0 - LEAST)
    found = {"entailment": math.log(likely / (1.0 - likely))}
    if "facts" in checks:
        found |= facts_of(checks["facts"])
    return found


def facts_of(check: Check) -> dict[str, float]:
    """The fact rung's outcome as numbers: whether facts were compared and agree, are missing, or are in conflict."""
    return {
        "agree": float(check.passed is True),
        "missing": float(bool(check.detail.get("missing"))),
        "conflict": float(bool(check.detail.get("conflicts"))),
    }


@cache
def _fitted() -> Fitted:
    return read_fitted()
