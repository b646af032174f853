"""Claims for a question: by the language model that was asked for, or as quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic

from app.draft import draft
from app.errors import ModelRefused, ModelUnavailable
from app.evidence import Ranked
from app.record import Record
from app.services import Services
from app.settings import Settings
from app.types import Citation, Claim
from ingest.identity import normalised


def draft_claims(
    question: str, evidence: Sequence[tuple[Ranked, Citation]], services: Services, settings: Settings, record: Record
) -> Iterator[Claim]:
    """Yield claims as they are drafted. A model that fails is noted; quotations stand in when it gave nothing."""
    if settings.model == "extractive" or not evidence:
        yield from quotations(evidence, settings.max_claims)
        return
    drafted, failure = 0, ""
    try:
        for claim in _by_model(question, [one for _, one in evidence], services, settings, record):
            drafted += 1
            yield replace(as_quotation(claim), by_model=True)
    except ModelUnavailable as error:
        failure = f"The model {settings.model} could not finish: {error.message}"
        record.model_failure = "refused" if isinstance(error, ModelRefused) else "failed"
        record.notes.append(failure)
    if failure and not drafted:
        record.notes.append("These are quotations chosen without a language model.")
        yield from quotations(evidence, settings.max_claims)


def _by_model(
    question: str, shown: Sequence[Citation], services: Services, settings: Settings, record: Record
) -> Iterator[Claim]:
    """Draft with the language model; loading it and drafting share the one time limit."""
    until = monotonic() + settings.model_timeout_s
    model = services.chat_model(settings)
    yield from draft(question, shown, model, settings.max_claims, record.usage.append, until - monotonic())


def as_quotation(claim: Claim) -> Claim:
    """A claim that says a cited span word for word is a quotation of it, and needs no model to be believed."""
    for citation in claim.citations:
        if normalised(citation.span.text) == normalised(claim.text):
            return Claim(citation.span.text, (citation,), verbatim=True)
    return claim


def quotations(evidence: Sequence[tuple[Ranked, Citation]], most: int) -> list[Claim]:
    """The most relevant spans, whole, best first; each is a claim that cites itself."""
    best = sorted(evidence, key=lambda one: (-one[0].relevance, one[0].span.id))[:most]
    return [Claim(citation.span.text, (citation,), verbatim=True) for _, citation in best]
