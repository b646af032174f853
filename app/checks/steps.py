"""Claims that rest on earlier claims of their answer: read with them, and withheld with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.checks import derivation, facts
from app.checks.premises import rests_on
from app.types import Check, Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """What a claim was read with: `on` are the places of the earlier claims that it rests on, most often none.

    `evidence` is what a verifier reads: the cited texts, those claims, and what was worked out again rightly.
    """

    on: tuple[int, ...]
    evidence: tuple[str, ...]
    checks: tuple[Check, ...]


def read(claim: str, evidence: Sequence[str], earlier: Sequence[str], question: str = "", context: str = "") -> Step:
    """Check the facts and the derivation of a claim against its evidence and what it rests on.

    `earlier` are the claims before it in its answer. A derivation is left out where nothing is derived. Its
    `detail["premises"]` are the places of the claims that it rests on.
    """
    derived = derivation.check(claim, evidence, earlier, context)
    on = tuple(sorted({*rests_on(claim, earlier), *derived.detail.get("premises", ())}))
    texts = (*evidence, *(earlier[at] for at in on))
    compared = derivation.excused(facts.check(claim, texts, question, context), derived)
    if derived.passed is None and not on:
        return Step((), texts, (compared,))
    derived = replace(derived, detail={**derived.detail, "premises": list(on)})
    workings = tuple(derived.detail["working"]) if derived.passed else ()
    return Step(on, (*texts, *(f"{working}." for working in workings)), (compared, derived))


def premises_of(checks: Sequence[Check]) -> Sequence[int]:
    """The places of the earlier claims that a claim rests on, as its checks have them."""
    return next((one.detail.get("premises", ()) for one in checks if one.name == "derivation"), ())


def with_fallen(checks: Sequence[Check], said: Sequence[str], verdicts: Sequence[Verdict]) -> tuple[Check, ...]:
    """The checks of a claim, its derivation failed where an earlier claim that it rests on was withheld.

    `said` and `verdicts` are the texts and the verdicts of the claims before it. `detail["fallen"]` holds the texts.
    """
    fallen = [said[at] for at in premises_of(checks) if verdicts[at].reason]
    if not fallen:
        return tuple(checks)
    return tuple(
        replace(one, passed=False, detail={**one.detail, "fallen": fallen}) if one.name == "derivation" else one
        for one in checks
    )
