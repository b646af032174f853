"""From what the rungs found to one number, `confidence`: the fitted P(supported), under a cap where a fact failed.

Both are measured on the labelled pairs of `eval.fit_checks`. That facts agree, and that a name is missing, told nothing
beyond P(supported).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.types import Check

CONFLICT_CAP = 0.05
"""Of 178 labelled claims that the evidence contradicts in a fact, 7 were supported, whatever the verifier said; of 61
more that were written to mislead, mostly by what has to be worked out, 19."""

MISSING_CAP = 0.3
"""Of 243 whose evidence lacks one of their facts, and which the verifier gave more than this, 79 were supported."""

STOPPED_CAP = 0.0


def confidence(checks: Sequence[Check]) -> float:
    """The probability, in [0, 1], that the evidence supports the claim: 1 for a quotation, 0 where a rung stopped it.

    A fact that the evidence contradicts, or a derivation that comes to another result, leaves 0.05 at most; a fact that
    it lacks, other than a name, 0.3. Relevance and disputes change nothing: they are not about whether the cited
    evidence supports the claim. 0 when neither a quotation nor an entailment was checked.
    """
    named = {check.name: check for check in checks}
    return min(_supported(named), *(_cap(check) for check in checks if check.passed is False), 1.0)


def _cap(failed: Check) -> float:
    if failed.name == "facts":
        return cap_of_facts(bool(failed.detail["conflicts"]))
    return {"pointer": STOPPED_CAP, "quote": STOPPED_CAP, "derivation": CONFLICT_CAP}.get(failed.name, 1.0)


def cap_of_facts(in_conflict: bool) -> float:
    """What a failed fact rung leaves at most: a fact is in conflict, or else one is missing."""
    return CONFLICT_CAP if in_conflict else MISSING_CAP


def _supported(named: Mapping[str, Check]) -> float:
    if "entailment" in named:
        return float(named["entailment"].detail["p_supported"])
    return 1.0 if "relevance" in named else 0.0
