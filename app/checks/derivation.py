"""Fifth rung: what a claim works out is worked out again, from its evidence and the earlier claims of its answer.

Equations, sums, differences, shares, ratios, counts and comparisons; the working is shown. A number is called wrong
only where it is plain which figures it should come from; of any other this rung says nothing, and the facts rung asks
whether the evidence has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from app.checks import comparisons, counts, workings, written
from app.checks.findings import Case, Finding
from app.types import Check

MAX_CHARACTERS = 2000
"""Longer claims are not looked at: no sentence that works something out is."""

_LOOKERS = (written, workings, counts, comparisons)


def check(claim: str, evidence: Sequence[str], premises: Sequence[str] = (), context: str = "") -> Check:
    """Work out again what a claim works out. `premises` are the earlier claims of the same answer, in order.

    `detail["working"]` holds each calculation as a text, `detail["wrong"]` `{"claim", "computed"}` where it comes to
    something else, `detail["premises"]` the places of the earlier claims that it took figures from, and
    `detail["recomputed"]` the claim's numbers that it settles. `passed` is None when the claim works nothing out.
    """
    if len(claim) > MAX_CHARACTERS:
        return Check("derivation", None)
    case = Case(claim, evidence, premises, context)
    found = _without_second_thoughts(list(chain.from_iterable(looker.findings(case) for looker in _LOOKERS)))
    if not found:
        return Check("derivation", None)
    detail = {
        "working": list(dict.fromkeys(one.working for one in found)),
        "wrong": [{"claim": one.wrong[0], "computed": one.wrong[1]} for one in found if one.wrong],
        "premises": sorted(frozenset[int]().union(*(one.premises for one in found))),
        "recomputed": list(dict.fromkeys(text for one in found for text in one.settles)),
    }
    return Check("derivation", not detail["wrong"], detail)


def _without_second_thoughts(found: Sequence[Finding]) -> list[Finding]:
    """The findings, without those that call wrong a number which an earlier one settled."""
    kept: list[Finding] = []
    for one in found:
        settled = {text for other in kept for text in other.settles}
        if not (one.wrong and one.wrong[0] in settled):
            kept.append(one)
    return kept


def excused(facts: Check, derivation: Check) -> Check:
    """The facts rung without the numbers that were worked out again, for which the derivation answers."""
    settled = frozenset(derivation.detail.get("recomputed", ()))
    if facts.passed is not False or not settled:
        return facts
    detail: dict[str, Any] = dict(facts.detail)
    detail["missing"] = [text for text in facts.detail["missing"] if text not in settled]
    detail["conflicts"] = [pair for pair in facts.detail["conflicts"] if pair["claim"] not in settled]
    if "from_question" in detail:
        detail["from_question"] = [text for text in detail["from_question"] if text in detail["missing"]]
    return replace(facts, passed=not detail["missing"] and not detail["conflicts"], detail=detail)
