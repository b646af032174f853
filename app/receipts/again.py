"""The shown claims of an answer, checked again against what stands at their citations in a store today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from app.check import check_each
from app.checks.fallback import Fallback
from app.checks.verdict import told_apart
from app.checks.words import squeeze
from app.cite import cite
from app.receipts.findings import CitedNow, ClaimNow, Finding
from app.receipts.read import span_of
from app.services import Services
from app.stale import Now, resolved
from app.types import Claim, Verdict
from app.wire import Json
from ingest.history import generation_by
from ingest.identity import parse_id
from ingest.store import Store
from ingest.types import Span

GONE = "What it cites is gone."

QUOTED = Verdict("supported", 1.0, ())
"""Of a quotation that stands word for word."""


def otherwise_in(store: Store, claims: Sequence[Json]) -> list[Finding]:
    """The citations of claims of which the store knows that they never said so: not at this place of this revision."""
    cited = {one["id"]: span_of(one) for claim in claims for one in claim["citations"]}
    held = {name: {(at.revision, at.start, at.text) for at, _ in store.history(name)} for name in cited}
    wrong = [name for name, at in cited.items() if held[name] and (at.revision, at.start, at.text) not in held[name]]
    return [Finding(name, "The store has other words at this place of this revision.") for name in wrong]


def checked_again(
    receipt: Json, services: Services, say: Callable[[str], None]
) -> tuple[list[CitedNow], list[ClaimNow]]:
    """What has become of the citations of shown claims, and whether what stands there now supports each claim.

    The verifier that is served is asked once for all; `say` is told where it gave way to a smaller one.
    """
    claims, store = receipt["claims"], services.store
    became = _became(receipt, store)
    spans = {name: one.span for name, one in became.items() if one.span}
    made = [_claim_now(one, spans, store) for one in claims]
    verdicts = _verdicts(made, services, say)
    now = [_found(wire, one, verdict) for wire, one, verdict in zip(claims, made, verdicts, strict=True)]
    return [CitedNow(name, one.status, one.span.text if one.span else "") for name, one in became.items()], now


def _became(receipt: Json, store: Store) -> dict[str, Now]:
    """What has become of each citation of the shown claims, by its id; one that the store does not know is `gone`.

    One that stood no longer when the answer was given as of an earlier generation is `current` while the store has it:
    the answer was to say what stood there then.
    """
    cited = {one["id"]: one for claim in receipt["claims"] for one in claim["citations"]}
    given, generation = _outdated_when_given(receipt, store), store.generation()
    found = {name: resolved(store, one, generation) for name, one in cited.items() if name not in given}
    now = {name: Now(one.status, one.now) if one else Now("gone", None) for name, one in found.items()}
    return {name: now.get(name) or Now("current", given[name]) for name in cited}


def _outdated_when_given(receipt: Json, store: Store) -> dict[str, Span]:
    """The spans of the generation that was asked for which stood no longer when the answer was given, by id; the store
    is asked whether they did, since a receipt may say so of any."""
    as_of = receipt.get("as_of")
    if not as_of or not as_of["outdated"]:
        return {}
    # The time has no fraction; what was committed within that second may have come before.
    newest_then = generation_by(store, datetime.fromisoformat(receipt["created"]) + timedelta(seconds=1))
    found: dict[str, Span] = {}
    for document in {parse_id(name).document_id for name in as_of["outdated"]}:
        stood = {one.id for one in store.spans_at(document, newest_then)}
        found |= {one.id: one for one in store.spans_at(document, as_of["generation"]) if one.id not in stood}
    return {name: found[name] for name in as_of["outdated"] if name in found}


def _claim_now(wire: Json, spans: Mapping[str, Span], store: Store) -> Claim:
    cited = [spans[one["id"]] for one in wire["citations"] if one["id"] in spans]
    return Claim(wire["text"], tuple(cite(store, cited)))


def _verdicts(claims: Sequence[Claim], services: Services, say: Callable[[str], None]) -> list[Verdict]:
    """Where all are quotations that still stand no verifier is asked; one that asks a language model takes seconds."""
    if all(map(_stands, claims)):
        return [QUOTED] * len(claims)
    verifier = Fallback(services.verifier(services.settings), services.small, say)
    return [QUOTED if _stands(one.claim) else one.verdict for one in check_each(claims, services, verifier, 0.0)]


def _stands(claim: Claim) -> bool:
    return any(squeeze(one.span.text) == squeeze(claim.text) for one in claim.citations)


def _found(wire: Json, claim: Claim, verdict: Verdict) -> ClaimNow:
    reason = verdict.reason if len(claim.citations) == len(wire["citations"]) else GONE
    if not reason and verdict.confidence < wire["needed"]:
        found, needed = told_apart(verdict.confidence, wire["needed"])
        reason = f"The evidence supports the claim with a confidence of {found}; {needed} is needed."
    return ClaimNow(wire["text"], not reason, round(verdict.confidence, 4), reason)
