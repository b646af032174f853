"""Checking a claim that somebody else made: against evidence given with it, cited by id, or found in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice

from app.checks.ladder import evidence_of, headings_of
from app.checks.pairs import Pair, judge
from app.checks.steps import with_fallen
from app.checks.verdict import reach
from app.cite import cite
from app.disputes import Disputes
from app.evidence import RELEVANCE_FLOOR, rank_spans
from app.retrieve import Filters, retrieve
from app.services import Models, Services
from app.types import Checked, Citation, Claim, Verdict, Verifier
from ingest.errors import BadInput, UnknownId
from ingest.sentences import sentences

SPANS_TRIED = 4
"""How many of the best spans of the store a claim is checked against, each by itself."""

MAX_CLAIMS = 20
"""How many sentences of a text are checked in one call: each costs a search and up to `SPANS_TRIED` verifications."""

NOTHING = Verdict("unsupported", 0.0, (), "Nothing in the store is about this claim.")


def check_against(claim: str, evidence: Sequence[str], models: Models) -> Checked:
    """Check a claim against texts, taken together."""
    [checked] = check_each_against([claim], evidence, models)
    return checked


def check_each_against(claims: Sequence[str], evidence: Sequence[str], models: Models) -> list[Checked]:
    """Check each claim against texts, taken together; the verifier is asked once for all."""
    earlier = _before_each(claims)
    pairs = [Pair(None, one, tuple(evidence), earlier=said) for one, said in zip(claims, earlier, strict=True)]
    verdicts = _judge(pairs, models)
    return _fallen([Checked(Claim(one, ()), verdict) for one, verdict in zip(claims, verdicts, strict=True)], models)


def check_each_cited(claims: Sequence[str], citation_ids: Sequence[str], services: Services) -> list[Checked]:
    """Check each claim against spans of the store, taken together; the verifier is asked once for all.

    Raises UnknownId for an id that never was.
    """
    spans = services.store.spans_by_id(citation_ids)
    for name in citation_ids:
        if name not in spans:
            raise UnknownId(f"the store holds no citation {name!r}")
    cited = tuple(cite(services.store, [spans[name] for name in citation_ids]))
    return check_each([Claim(claim, cited) for claim in claims], services)


def check_each(
    claims: Sequence[Claim], services: Services, verifier: Verifier | None = None, least: float | None = None
) -> list[Checked]:
    """Check each claim of a text against what it cites and the claims before it; the verifier is asked once for all.

    `verifier` is asked in place of the one that settings name, and `least` is the confidence needed in place of theirs.
    """
    earlier = _before_each([one.text for one in claims])
    return _fallen(_checked(claims, earlier, services, verifier, least), services)


def check_in_store(claim: str, services: Services) -> Checked:
    """Search the store for the claim, check it against each of the best spans, and keep what decides it.

    That is the span that supports it most; where none does, one that contradicts it before one that says nothing.
    """
    [checked] = check_each_in_store([claim], services)
    return checked


def check_each_in_store(claims: Sequence[str], services: Services) -> list[Checked]:
    """Check each claim as `check_in_store` does; the verifier is asked once for all.

    A claim that holds is searched for once more, for what contradicts it elsewhere.
    """
    found = [[Claim(claim, (citation,)) for citation in _best_spans(claim, services)] for claim in claims]
    earlier = [said for said, tried in zip(_before_each(claims), found, strict=True) for _ in tried]
    waiting = iter(_checked(list(chain.from_iterable(found)), earlier, services))
    best = [
        max(islice(waiting, len(tried)), key=_decisive, default=Checked(Claim(claim, ()), NOTHING))
        for claim, tried in zip(claims, found, strict=True)
    ]
    disputes = _disputes(services)
    return [disputes.beside(one) for one in _fallen(best, services)]


def claims_of(text: str) -> list[str]:
    """The sentences of a text, each of which is a claim. Raises BadInput for more than `MAX_CLAIMS`."""
    claims = [text[start:end] for start, end in sentences(text)]
    if len(claims) > MAX_CLAIMS:
        raise BadInput(f"`text` has {len(claims)} sentences; at most {MAX_CLAIMS} are checked in one call")
    return claims


def _disputes(services: Services) -> Disputes:
    settings = services.settings
    return Disputes(services.store, services.view(), Filters(), settings, services.contradicting(settings))


def _best_spans(claim: str, services: Services) -> list[Citation]:
    hits = retrieve(claim, services.view(), Filters(), services.settings, services.settings.passages)
    ranked = [one for one in rank_spans(claim, hits, services.relevance) if one.relevance >= RELEVANCE_FLOOR]
    return cite(services.store, [one.span for one in ranked[:SPANS_TRIED]])


def _checked(
    claims: Sequence[Claim],
    earlier: Sequence[tuple[str, ...]],
    services: Services,
    verifier: Verifier | None = None,
    least: float | None = None,
) -> list[Checked]:
    """Check each claim against what it cites, under the headings that stand above it, and the claims before it."""
    pairs = [
        Pair(None, one.text, tuple(evidence_of(one)), context=headings_of(one.citations), earlier=said)
        for one, said in zip(claims, earlier, strict=True)
    ]
    return [
        Checked(claim, verdict) for claim, verdict in zip(claims, _judge(pairs, services, verifier, least), strict=True)
    ]


def _before_each(claims: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(claims[:at]) for at in range(len(claims))]


def _fallen(checked: Sequence[Checked], models: Models) -> list[Checked]:
    """The claims of one text, each withheld that rests on one before it which does not hold."""
    said, verdicts = [one.claim.text for one in checked], list[Verdict]()
    for one in checked:
        checks = with_fallen(one.verdict.checks, said, verdicts)
        same = checks == one.verdict.checks
        verdicts.append(one.verdict if same else reach(checks, models.settings.min_confidence))
    return [replace(one, verdict=verdict) for one, verdict in zip(checked, verdicts, strict=True)]


def _judge(
    pairs: Sequence[Pair], models: Models, verifier: Verifier | None = None, least: float | None = None
) -> list[Verdict]:
    settings = models.settings
    needed = settings.min_confidence if least is None else least
    return judge(pairs, verifier or models.verifier(settings), needed) if pairs else []


def _decisive(one: Checked) -> tuple[int, float]:
    rank = ("unsupported", "contradicted", "supported").index(one.verdict.label)
    return rank, -one.verdict.confidence if one.verdict.label == "contradicted" else one.verdict.confidence
