"""Fourth rung: a model's judgement, evidence against claim, as a Check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.checks.tables import unfold
from app.types import Check, Entailment


def premise(evidence: Sequence[str]) -> str:
    """What a verifier reads: all that a claim rests on, a blank line between texts, rows under their column names."""
    return "\n\n".join(map(unfold, evidence))


def check(entailment: Entailment) -> Check:
    """Put a verifier's probabilities into a Check, with what they were made of and the claim's parts where there are
    any; it passes where support is the likelier half."""
    detail: dict[str, Any] = {"p_supported": entailment.p_supported, "p_contradicted": entailment.p_contradicted}
    if entailment.signals:
        detail["signals"] = dict(entailment.signals)
    if entailment.parts:
        detail["parts"] = [asdict(part) for part in entailment.parts]
    return Check("entailment", entailment.p_supported >= 0.5, detail)
