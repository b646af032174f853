"""The shown claims of an answer, checked again against what stands at their citations in a store today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.check import check_each
from app.checks.fallback import Fallback
from app.checks.verdict import told_apart
from app.checks.words import squeeze
from app.cite import cite
from app.receipts.findings import CitedNow, ClaimNow, Finding
from app.receipts.read import span_of
from app.services import Services
from app.stale import resolved
from app.types import Claim, Verdict
from app.wire import Json
from ingest.resolve import Resolution
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
    claims: Sequence[Json], services: Services, say: Callable[[str], None]
) -> tuple[list[CitedNow], list[ClaimNow]]:
    """What has become of the citations of shown claims, and whether what stands there now supports each claim.

    Claims are in their wire form; where `needed` is in it, that is the confidence that they need. The verifier that is
    served is asked once for all; `say` is told where it gave way to a smaller one.
    """
    cited = {one["id"]: one for claim in claims for one in claim["citations"]}
    store, generation = services.store, services.store.generation()
    became = {name: resolved(store, one, generation) for name, one in cited.items()}
    spans = {name: one.now for name, one in became.items() if one and one.now}
    made = [_claim_now(one, spans, store) for one in claims]
    verdicts = _verdicts(made, services, say)
    now = [_found(wire, one, verdict) for wire, one, verdict in zip(claims, made, verdicts, strict=True)]
    return [_cited_now(name, one) for name, one in became.items()], now


def _cited_now(name: str, one: Resolution | None) -> CitedNow:
    """What has become of a citation; one that the store does not know is `gone`."""
    return CitedNow(name, one.status if one else "gone", one.now.text if one and one.now else "")


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
    if not reason and verdict.confidence < wire.get("needed", 0.0):
        found, needed = told_apart(verdict.confidence, wire["needed"])
        reason = f"The evidence supports the claim with a confidence of {found}; {needed} is needed."
    return ClaimNow(wire["text"], not reason, round(verdict.confidence, 4), reason)
