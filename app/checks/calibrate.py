"""From what the rungs found to one number. Not fitted on labels yet: `CALIBRATED` says so, and answers repeat it."""

from __future__ import annotations

from collections.abc import Sequence

from app.types import Check

CALIBRATED = False
"""Whether `confidence` was fitted on labelled claims, so that it can be read as a frequency."""

STOPPED_CAP = 0.0
CONFLICT_CAP = 0.05
MISSING_CAP = 0.25


def confidence(checks: Sequence[Check]) -> float:
    """The verifier's P(supported), which is 1 for a quotation, lowered to the cap of each rung that failed.

    A broken pointer or quote leaves 0; a fact that the evidence contradicts at most 0.05, one that it lacks at most
    0.25. Relevance lowers nothing: it is not about support. 0 when neither a quotation nor an entailment was checked.
    """
    return min([_support(checks), *(_cap(check) for check in checks if check.passed is False)])


def _support(checks: Sequence[Check]) -> float:
    for check in checks:
        if check.name == "entailment":
            return float(check.detail["p_supported"])
    return 1.0 if any(check.name == "relevance" for check in checks) else 0.0


def _cap(check: Check) -> float:
    if check.name == "facts":
        return CONFLICT_CAP if check.detail["conflicts"] else MISSING_CAP
    return 1.0 if check.name in ("entailment", "relevance") else STOPPED_CAP
