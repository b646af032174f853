"""Fourth rung: a model's judgement, evidence against claim, as a Check."""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.tables import unfold
from app.types import Check, Entailment


def premise(evidence: Sequence[str]) -> str:
    """What a verifier reads: all that a claim rests on, a blank line between texts, rows under their column names."""
    return "\n\n".join(map(unfold, evidence))


def check(entailment: Entailment) -> Check:
    """Put a verifier's probabilities into a Check; it passes where support is the likelier half."""
    detail = {"p_supported": entailment.p_supported, "p_contradicted": entailment.p_contradicted}
    return Check("entailment", entailment.p_supported >= 0.5, detail)
