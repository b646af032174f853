"""The forms of answers, and of claims that were checked, for /openapi.json."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.api.schemas import CheckWire, CitationWire, ClaimWire, Wire, WithheldWire
from app.types import Label, ModelFailure, Reason, Status


class FoundPassageWire(Wire):
    """A passage that was found for a question."""

    id: str
    document: str
    section: list[str]
    score: float


class NamedDocumentWire(Wire):
    """A document by id and title."""

    id: str
    title: str


class NearMissWire(Wire):
    """A span that was looked at and not used."""

    id: str
    document: NamedDocumentWire
    section: list[str]
    text: str
    score: float
    why: str
    url: str


class SearchedWire(Wire):
    """What was searched for an answer."""

    query: str
    passages: list[FoundPassageWire]
    near_misses: list[NearMissWire]


class UsageWire(Wire):
    """One call of a language model."""

    agent: str
    task: str
    model: str
    input_tokens: int
    output_tokens: int
    prefill_ms: float
    decode_ms: float
    cost_usd: str | None


class AsOfWire(Wire):
    """The generation that was asked for, and when it was committed, if that is known (ISO 8601, UTC).

    `outdated` are the ids of citations whose text stood no longer in the newest generation when the answer was given.
    """

    generation: int
    committed_at: str | None
    outdated: list[str]


class AnswerWire(Wire):
    """An answer, or an abstention with its reason."""

    id: str
    question: str
    follows: str | None = Field(
        default=None,
        description="The id of the answer before; `searched.query` is what the question was understood as.",
    )
    created: str
    model: str
    status: Status
    reason: Reason | None
    text: str
    confidence: float
    calibrated: bool
    claims: list[ClaimWire]
    withheld: list[WithheldWire]
    searched: SearchedWire
    usage: list[UsageWire]
    timing_ms: dict[str, float]
    store_generation: int
    as_of: AsOfWire | None = Field(default=None, description="Null where the newest generation was meant.")
    notes: list[str]
    model_failure: ModelFailure | None


class CheckResultWire(BaseModel):
    """A claim against the evidence that decides it, or for a text each of its claims."""

    text: str = ""
    label: Label | None = None
    confidence: float = 0.0
    checks: list[CheckWire] = []
    citations: list[CitationWire] = []
    reason: str = ""
    claims: list[WithheldWire] = []
