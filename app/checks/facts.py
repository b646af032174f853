"""Third rung: numbers with units, dates, versions, identifiers, names, negation and direction, claim against evidence.

Precision comes first: an honest paraphrase must pass, so that whatever may be said in another way is left to the
entailment model, and what fails here can be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.checks import binding, direction, negation
from app.checks.borne_out import agree, are_rivals, is_borne_out
from app.checks.left_out import is_ruled_out, may_be_left_out
from app.checks.names import Name
from app.checks.scan import Evidence, Fact, Scan, scan
from app.checks.words import share
from app.types import Check

SAME_SUBJECT = 0.4
"""Share of the claim's content that an evidence sentence must hold for its other value to be a conflict."""


def check(claim: str, evidence: Sequence[str], question: str = "", context: str = "") -> Check:
    """Compare the facts of a claim with its evidence. `context` is the evidence's title and headings.

    `detail["conflicts"]` lists `{"claim", "evidence"}` where the evidence says otherwise, `detail["missing"]` what it
    does not say at all, `detail["unnamed"]` the proper names and acronyms that it lacks, and `detail["from_question"]`
    what is missing and was brought up by the question. `passed` is None when the claim holds nothing to compare, or
    nothing but names that are lacking.

    A name fails nothing by itself: the evidence may mean the same by another word, "mRNA" or a pronoun, and of 60
    claims that lacked one and that the verifier believed, 40 were supported.
    """
    stated, told = scan(claim), Evidence(evidence, context)
    absent = [fact for fact in stated.facts if not is_borne_out(fact, stated, told)]
    absent = [fact for fact in absent if not is_ruled_out(fact, stated, told)]
    rivals = {fact: rival for fact in absent if (rival := _rival(fact, stated, told))}
    conflicts = [_told_apart(fact, rival, stated, sentence) for fact, (rival, sentence) in rivals.items()]
    conflicts += [{"claim": mine, "evidence": theirs} for mine, theirs in binding.swapped(stated, told)]
    conflicts += [{"claim": mine, "evidence": theirs} for mine, theirs in _flips(stated, told)]
    lacking = [fact for fact in absent if fact not in rivals and not may_be_left_out(fact, stated, told)]
    missing = [fact.text for fact in lacking if not _is_mere_name(fact)]
    if not stated.facts and not conflicts:
        return Check("facts", None)
    detail: dict[str, Any] = {"missing": missing, "conflicts": conflicts}
    if unnamed := [fact.text for fact in lacking if _is_mere_name(fact)]:
        detail["unnamed"] = unnamed
    if repeated := [text for text in missing if question and Evidence([question]).spells(text)]:
        detail["from_question"] = repeated
    if not conflicts and not missing and len(unnamed) == len(stated.facts):
        return Check("facts", None, detail)
    return Check("facts", not conflicts and not missing, detail)


def lacking(detail: Mapping[str, Any]) -> list[str]:
    """All that the evidence does not say, names too."""
    return [*detail.get("missing", ()), *detail.get("unnamed", ())]


def _is_mere_name(fact: Fact) -> bool:
    return isinstance(fact, Name) and fact.kind in ("name", "acronym")


def _rival(fact: Fact, stated: Scan, told: Evidence) -> tuple[Fact, Scan] | None:
    """What the evidence has in the place of a fact that it lacks, and the sentence nearest to the claim that has it."""
    candidates = [
        (share(stated.content, sentence.content), other, sentence)
        for other, sentence in told.facts
        if are_rivals(fact, other) and not any(agree(mine, other) for mine in stated.facts)
    ]
    nearest = max(candidates, key=lambda candidate: candidate[0], default=None)
    return nearest[1:] if nearest and nearest[0] >= SAME_SUBJECT else None


def _told_apart(fact: Fact, rival: Fact, stated: Scan, sentence: Scan) -> dict[str, str]:
    """A fact and its rival as they are written; with the words before them where these alone differ: "at least 8 %"."""
    if fact.text != rival.text:
        return {"claim": fact.text, "evidence": rival.text}
    return {"claim": _in_words(fact, stated.text), "evidence": _in_words(rival, sentence.text)}


def _in_words(fact: Fact, text: str) -> str:
    """A fact with up to three words before it and two after it."""
    ahead, behind = text[: fact.start].split()[-3:], text[fact.end :].split()[:2]
    return " ".join([*ahead, text[fact.start : fact.end], *behind])


def _flips(stated: Scan, told: Evidence) -> list[tuple[str, str]]:
    alike = [sentence for sentence in told.near(stated.content) if not direction.are_opposed(stated, sentence)]
    return [*negation.flips(stated, alike), *direction.flips(stated, told)]
