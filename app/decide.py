"""What is shown: claims that hold stand in the text, the others are withheld with their reason, or nothing is said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from app.evidence import RELEVANCE_FLOOR, Ranked
from app.record import Record
from app.types import Answer, AsOf, Checked, NearMiss, Reason, Searched

NEAR_MISSES = 5
"""How many spans that were looked at and not used an answer lists."""


def decide(
    model: str,
    question: str,
    checked: Sequence[Checked],
    searched: Searched,
    record: Record,
    calibrated: bool,
    generation: int,
    follows: str | None = None,
    as_of: AsOf | None = None,
) -> Answer:
    """Assemble the answer. Its confidence is that of its weakest claim: all of it must hold for it to hold.

    `question` is what was asked, and `searched` says what it was understood as.
    """
    text, shown, withheld = place(checked)
    return Answer(
        id=f"ans_{uuid4().hex[:16]}",
        question=question,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model,
        status="answered" if shown else "abstained",
        reason=None if shown else why_silent(checked),
        text=text,
        confidence=min((one.verdict.confidence for one in shown), default=0.0),
        calibrated=calibrated,
        claims=shown,
        withheld=withheld,
        searched=searched,
        usage=tuple(record.usage),
        timing_ms=record.timing_ms(),
        store_generation=generation,
        notes=tuple(record.notes),
        model_failure=record.model_failure,
        follows=follows,
        as_of=as_of,
    )


def place(checked: Sequence[Checked]) -> tuple[str, tuple[Checked, ...], tuple[Checked, ...]]:
    """Put the claims that hold into a text: the text, the claims with their offsets in it, and the withheld ones."""
    text, shown = "", list[Checked]()
    for one in checked:
        if one.verdict.reason:
            continue
        text += _separator(shown[-1] if shown else None, one)
        shown.append(replace(one, start=len(text), end=len(text) + len(one.claim.text)))
        text += one.claim.text
    return text, tuple(shown), tuple(one for one in checked if one.verdict.reason)


def why_silent(checked: Sequence[Checked]) -> Reason:
    """Why nothing is said: some claim did not hold, or there was nothing relevant to draft from."""
    return "low_confidence" if any(one.verdict.label != "supported" for one in checked) else "no_evidence"


def near_misses(ranked: Sequence[Ranked], checked: Sequence[Checked], offered: Collection[str]) -> tuple[NearMiss, ...]:
    """The spans that no shown claim cites, each with the reason it was not used: those of withheld claims first, then
    the most relevant. `offered` holds the ids of the spans that could be cited."""
    cited = {c.span.id for one in checked if not one.verdict.reason for c in one.claim.citations}
    failed = {c.span.id: one.verdict.reason for one in checked for c in one.claim.citations if c.span.id not in cited}
    missed = sorted((one for one in ranked if one.span.id not in cited), key=lambda one: one.span.id not in failed)
    return tuple(
        NearMiss(one.span, one.title, one.relevance, failed.get(one.span.id) or _unused(one, offered))
        for one in missed[:NEAR_MISSES]
    )


def _unused(one: Ranked, offered: Collection[str]) -> str:
    if one.span.id in offered:
        why = "No claim was drafted from it"
    elif one.relevance < RELEVANCE_FLOOR:
        why = "It is not about the question"
    else:
        why = f"It was left out of the draft, which had room for no more than {len(offered)}"
    return f"{why}; its relevance to the question is {one.relevance:.2f}."


def _separator(before: Checked | None, one: Checked) -> Literal["", " ", "\n"]:
    if before is None:
        return ""
    return "\n" if _stands_alone(before) or _stands_alone(one) else " "


def _stands_alone(one: Checked) -> bool:
    """Whether a claim is a quotation that is not running text, such as a row of a table or code."""
    other = "\n" in one.claim.text or any(c.span.kind != "sentence" for c in one.claim.citations)
    return one.claim.verbatim and other
