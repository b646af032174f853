"""The ladder: each claim climbs the rungs, cheapest first, and comes down with a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.checks import calibrate, entailment, facts, pointer, quote
from app.checks.verdict import reach
from app.evidence import subject_of
from app.relevance import Subject
from app.types import Check, Citation, Claim, Verdict, Verifier
from ingest.types import heading_path

MIN_RELEVANCE = 0.5
"""A quotation less relevant to the question than this, in [0, 1], is withheld."""


class Relevance(Protocol):
    """The part of `app.relevance.Relevance` that is needed here."""

    def score(self, question: str, subjects: Sequence[Subject]) -> list[float]:
        """The relevance of each subject to the question, in order, in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class Climb:
    """A claim with what the rungs that need no model found; `stopped` when one of them ends the climb."""

    claim: Claim
    checks: tuple[Check, ...]
    stopped: bool


class Ladder:
    """Judges claims against the evidence they cite. Safe in many threads if its verifier and relevance are."""

    calibrated: bool = calibrate.CALIBRATED

    def __init__(
        self, verifier: Verifier, relevance: Relevance, resolve: pointer.Resolve, min_confidence: float
    ) -> None:
        self._verifier = verifier
        self._relevance = relevance
        self._resolve = resolve
        self._min_confidence = min_confidence

    def verify(self, question: str, claims: Sequence[Claim], offered: frozenset[str]) -> list[Verdict]:
        """One verdict for each claim, in order. `offered` holds the citation ids that the model was shown.

        All claims that reach the verifier go through it in one call, all quotations through the relevance in one.
        """
        climbs = [self._first_rungs(question, claim, offered) for claim in claims]
        last = {**self._entailments(climbs), **self._relevances(question, climbs)}
        return [
            reach((*climb.checks, *filter(None, [last.get(index)])), self._min_confidence)
            for index, climb in enumerate(climbs)
        ]

    def _first_rungs(self, question: str, claim: Claim, offered: frozenset[str]) -> Climb:
        """Pointer, quote and facts. A quotation's facts are its evidence's own, so they are not compared."""
        checks = [pointer.check(claim, offered, self._resolve)]
        if checks[-1].passed:
            checks.append(quote.check(claim))
        stopped = checks[-1].passed is False
        if not stopped and not claim.verbatim:
            checks.append(facts.check(claim.text, evidence_of(claim), question, headings_of(claim.citations)))
        return Climb(claim, tuple(checks), stopped)

    def _entailments(self, climbs: Sequence[Climb]) -> Mapping[int, Check]:
        chosen = {i: c.claim for i, c in enumerate(climbs) if not c.stopped and not c.claim.verbatim}
        pairs = [(entailment.premise(evidence_of(claim)), claim.text) for claim in chosen.values()]
        judged = self._verifier.verify(pairs) if pairs else []
        return {index: entailment.check(one) for index, one in zip(chosen, judged, strict=True)}

    def _relevances(self, question: str, climbs: Sequence[Climb]) -> Mapping[int, Check]:
        chosen = {i: c.claim for i, c in enumerate(climbs) if not c.stopped and c.claim.verbatim}
        cited = [claim.citations[0] for claim in chosen.values()]
        scores = self._relevance.score(question, [subject_of(one.span, one.title) for one in cited])
        return {
            index: Check("relevance", score >= MIN_RELEVANCE, {"score": score, "needed": MIN_RELEVANCE})
            for index, score in zip(chosen, scores, strict=True)
        }


def evidence_of(claim: Claim) -> list[str]:
    """The texts that a claim cites, in order."""
    return [citation.evidence for citation in claim.citations]


def headings_of(citations: Sequence[Citation]) -> str:
    """The titles and headings that the cited spans stand under."""
    return "\n".join(" - ".join(heading_path(one.title, one.span.section)) for one in citations)
