"""Drafting alone, without the checks: what evals of the drafting model need."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from app.answer import Found, Request, answer
from app.draft import draft
from app.errors import ModelUnavailable
from app.prompts import DRAFT_SYSTEM
from app.retrieve import Filters
from app.types import Citation, Claim
from eval.answers.ask import RecordingServices
from eval.answers.examples import Example


def evidence_for(example: Example, services: RecordingServices) -> tuple[Citation, ...]:
    """What a draft to this question is shown."""
    request = Request(example.question, filters=Filters(documents=example.documents), keep=False)
    with closing(answer(request, services)) as events:
        found = next((event for event in events if isinstance(event, Found)), None)
    return found.evidence if found else ()


def drafted(
    question: str, evidence: Sequence[Citation], services: RecordingServices, system: str = DRAFT_SYSTEM
) -> list[Claim] | None:
    """The claims of a draft that cite something; None when the model fails."""
    settings = services.settings
    try:
        model = services.chat_model(settings)
        claims = draft(question, evidence, model, settings.max_claims, lambda _: None, settings.model_timeout_s, system)
        return [one for one in claims if one.citations]
    except ModelUnavailable:
        return None
