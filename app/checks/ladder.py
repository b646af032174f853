"""The ladder: each claim climbs the rungs, cheapest first, and comes down with a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.checks import condition, entailment, pointer, quote, steps
from app.checks.fallback import Fallback
from app.checks.judge import Judge, is_undecided
from app.checks.verdict import reach
from app.evidence import subject_of
from app.guarantee import Thresholds
from app.relevance import Subject
from app.types import Check, Checked, Citation, Claim, Verdict
from ingest.types import heading_path

MIN_RELEVANCE = 0.5
"""A quotation less relevant to the question than this, in [0, 1], is withheld."""

MIN_RELEVANCE_BY_MODEL = 0.2
"""The same for a claim that a language model chose: it has read the question, so less is asked of it. Right answers
that it drafted to questions about `corpus/` went down to 0.22."""


class Relevance(Protocol):
    """The part of `app.relevance.Relevance` that is needed here."""

    def score(self, question: str, subjects: Sequence[Subject]) -> list[float]:
        """The relevance of each subject to the question, in order, in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class Climb:
    """A claim with what the rungs that need no model found; `stopped` when one of them ends the climb.

    `evidence` is what the verifier reads: the cited texts and the earlier claims that the claim rests on.
    """

    claim: Claim
    checks: tuple[Check, ...]
    stopped: bool
    evidence: tuple[str, ...] = ()


class Ladder:
    """Judges claims against the evidence they cite. Safe in many threads if its verifier and relevance are.

    `thresholds` are what it holds claims to.
    """

    def __init__(
        self,
        verifier: Fallback,
        relevance: Relevance,
        resolve: pointer.Resolve,
        thresholds: Thresholds,
        judge: Judge | None = None,
    ) -> None:
        self._verifier = verifier
        self._relevance = relevance
        self._resolve = resolve
        self.thresholds = thresholds
        self._judge = judge

    def verify(
        self, question: str, claims: Sequence[Claim], offered: frozenset[str], earlier: Sequence[Checked] = ()
    ) -> list[Verdict]:
        """One verdict for each claim, in order. `offered` holds the citation ids that the model was shown.

        `earlier` are the claims of the same answer before these; a claim may rest on them and on those of `claims`
        before it. All claims that reach the verifier go through it in one call, and so they do through the relevance.
        """
        said = [*(one.claim.text for one in earlier), *(claim.text for claim in claims)]
        before = len(earlier)
        climbs = [self._first_rungs(question, one, said[: before + at], offered) for at, one in enumerate(claims)]
        rungs = self._entailments(climbs), _conditions(question, climbs), self._relevances(question, climbs)
        verdicts = [one.verdict for one in earlier]
        for index, climb in enumerate(climbs):
            checks = (*climb.checks, *(found[index] for found in rungs if index in found))
            verdicts.append(self._reached(climb, steps.with_fallen(checks, said, verdicts)))
        return verdicts[before:]

    def is_proven(self, checked: Sequence[Checked]) -> bool:
        """Whether a proven threshold held back what is not shown: that of each claim's collections, with the verifier
        that it was proven for, and without a judge's word."""
        shown = [one for one in checked if not one.verdict.reason]
        judged = any(check.name == "judge" for one in shown for check in one.verdict.checks)
        proven = all(self.thresholds.is_proven(one.claim) for one in shown)
        return bool(shown) and proven and not judged and not self._verifier.gave_way

    def _reached(self, climb: Climb, checks: tuple[Check, ...]) -> Verdict:
        """The verdict that follows from the checks, and from what the judge says where they leave it undecided."""
        needed = self.thresholds.needed(climb.claim)
        verdict = reach(checks, needed)
        if self._judge is None or not is_undecided(checks, verdict.confidence):
            return verdict
        judged = self._judge.check(climb.claim.text, climb.evidence)
        return reach((*checks, judged), needed) if judged else verdict

    def _first_rungs(self, question: str, claim: Claim, said: Sequence[str], offered: frozenset[str]) -> Climb:
        """Pointer, quote, facts and derivation. A quotation's facts are its evidence's own, so they are not compared.

        `said` are the claims before this one.
        """
        checks = [pointer.check(claim, offered, self._resolve)]
        if checks[-1].passed:
            checks.append(quote.check(claim))
        if checks[-1].passed is False or claim.verbatim:
            return Climb(claim, tuple(checks), checks[-1].passed is False)
        step = steps.read(claim.text, evidence_of(claim), said, question, headings_of(claim.citations))
        return Climb(claim, (*checks, *step.checks), False, step.evidence)

    def _entailments(self, climbs: Sequence[Climb]) -> Mapping[int, Check]:
        chosen = {i: c for i, c in enumerate(climbs) if not c.stopped and not c.claim.verbatim}
        pairs = [(entailment.premise(climb.evidence), climb.claim.text) for climb in chosen.values()]
        judged = self._verifier.verify(pairs) if pairs else []
        return {index: entailment.check(one) for index, one in zip(chosen, judged, strict=True)}

    def _relevances(self, question: str, climbs: Sequence[Climb]) -> Mapping[int, Check]:
        chosen = {i: c.claim for i, c in enumerate(climbs) if not c.stopped}
        scores = self._relevance.score(question, [_subject(claim) for claim in chosen.values()])
        return {i: _relevance_check(chosen[i], score) for i, score in zip(chosen, scores, strict=True)}


def _conditions(question: str, climbs: Sequence[Climb]) -> Mapping[int, Check]:
    found = {i: condition.check(question, climb.claim.text) for i, climb in enumerate(climbs) if not climb.stopped}
    return {index: check for index, check in found.items() if check}


def _subject(claim: Claim) -> Subject:
    """What a claim says, under the headings of the first span that it cites."""
    first = claim.citations[0]
    return Subject(claim.text, subject_of(first.span, first.title).context)


def _relevance_check(claim: Claim, score: float) -> Check:
    needed = MIN_RELEVANCE_BY_MODEL if claim.by_model else MIN_RELEVANCE
    return Check("relevance", score >= needed, {"score": score, "needed": needed})


def evidence_of(claim: Claim) -> list[str]:
    """The texts that a claim cites, in order."""
    return [citation.evidence for citation in claim.citations]


def headings_of(citations: Sequence[Citation]) -> str:
    """The titles and headings that the cited spans stand under."""
    return "\n".join(" - ".join(heading_path(one.title, one.span.section)) for one in citations)
