"""Checking a claim that somebody else made: against evidence given with it, cited by id, or found in the store."""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.pairs import Pair, judge
from app.cite import cite
from app.evidence import RELEVANCE_FLOOR, rank_spans
from app.retrieve import Filters, retrieve
from app.services import Models, Services
from app.types import Checked, Citation, Claim, Verdict
from ingest.errors import UnknownId
from ingest.sentences import sentences

SPANS_TRIED = 4
"""How many of the best spans of the store a claim is checked against, each by itself."""

NOTHING = Verdict("unsupported", 0.0, (), "Nothing in the store is about this claim.")


def check_against(claim: str, evidence: Sequence[str], models: Models) -> Checked:
    """Check a claim against texts, taken together."""
    [verdict] = _judge([Pair(None, claim, tuple(evidence))], models)
    return Checked(Claim(claim, ()), verdict)


def check_cited(claim: str, citation_ids: Sequence[str], services: Services) -> Checked:
    """Check a claim against spans of the store, taken together. Raises UnknownId for an id that never was."""
    spans = services.store.spans_by_id(citation_ids)
    for name in citation_ids:
        if name not in spans:
            raise UnknownId(f"the store holds no citation {name!r}")
    citations = cite(services.store, [spans[name] for name in citation_ids])
    [verdict] = _judge([_pair(claim, citations)], services)
    return Checked(Claim(claim, tuple(citations)), verdict)


def check_in_store(claim: str, services: Services) -> Checked:
    """Search the store for the claim, check it against each of the best spans, and keep what decides it.

    That is the span that supports it most; where none does, one that contradicts it before one that says nothing.
    """
    hits = retrieve(claim, services.view(), Filters(), services.settings, services.settings.passages)
    ranked = [one for one in rank_spans(claim, hits, services.relevance) if one.relevance >= RELEVANCE_FLOOR]
    citations = cite(services.store, [one.span for one in ranked[:SPANS_TRIED]])
    verdicts = _judge([_pair(claim, [citation]) for citation in citations], services)
    tried = [Checked(Claim(claim, (c,)), verdict) for c, verdict in zip(citations, verdicts, strict=True)]
    return max(tried, key=_decisive, default=Checked(Claim(claim, ()), NOTHING))


def claims_of(text: str) -> list[str]:
    """The sentences of a text, each of which is a claim."""
    return [text[start:end] for start, end in sentences(text)]


def _pair(claim: str, citations: Sequence[Citation]) -> Pair:
    return Pair(None, claim, tuple(citation.evidence for citation in citations))


def _judge(pairs: Sequence[Pair], models: Models) -> list[Verdict]:
    settings = models.settings
    return judge(pairs, models.verifier(settings), settings.min_confidence) if pairs else []


def _decisive(one: Checked) -> tuple[int, float]:
    rank = ("unsupported", "contradicted", "supported").index(one.verdict.label)
    return rank, -one.verdict.confidence if one.verdict.label == "contradicted" else one.verdict.confidence
