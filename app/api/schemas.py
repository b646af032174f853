"""The forms of responses, for /openapi.json alone; what is sent is made in `app.wire`, and tests hold both together."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.types import Label, ModelFailure, Reason, Status


class Wire(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


def reference(form: type[Wire]) -> dict[str, str]:
    """How /openapi.json points to a form, where a response is more than that form."""
    return {"$ref": f"#/components/schemas/{form.__name__}"}


class ErrorDetail(Wire):
    """What went wrong and what to do, for people (`message`) and programs (`code`)."""

    code: str
    message: str
    detail: dict[str, Any] = {}


class ErrorWire(Wire):
    """Every response whose status is 400 or more."""

    error: ErrorDetail


class CheckWire(Wire):
    """What one rung of the ladder found; `passed` is null where it had nothing to compare.

    The `detail` of `entailment` holds `p_supported` and `p_contradicted`, and for a claim that states several facts
    `parts`: each one's `text`, `p_supported` and `p_contradicted`. The weakest of the claim and its parts decides.
    """

    name: str
    passed: bool | None
    detail: dict[str, Any] = Field(
        description="Of `dispute`, which fails where a document that stands says otherwise but withholds nothing: "
        "`disputes`, each with `citation`, `why`, `p_contradicted` (null where no model was asked) and `standing`, "
        "one of `current`, `superseded`, and `supersedes` (the document of the claim's source)."
    )


class BoxWire(Wire):
    """A rectangle on a page, in fractions of it, origin top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class CitedDocumentWire(Wire):
    """The document revision that a citation points into."""

    id: str
    title: str
    revision: str
    uri: str


class CitationWire(Wire):
    """A cited span, with W3C Web Annotation's quote and position selectors; `header` names a table row's columns."""

    id: str
    document: CitedDocumentWire
    section: list[str]
    start: int
    end: int
    unit: Literal["codepoint"]
    exact: str
    prefix: str
    suffix: str
    header: str
    page: int | None
    page_source: Literal["measured"] | None
    boxes: list[BoxWire]
    url: str


class ClaimWire(Wire):
    """A claim that holds; `start` and `end` are its place in the answer's text, in code points."""

    text: str
    start: int
    end: int
    label: Label
    confidence: float
    checks: list[CheckWire]
    citations: list[CitationWire]


class WithheldWire(Wire):
    """A claim that is not shown as true, and why."""

    text: str
    label: Label
    confidence: float
    checks: list[CheckWire]
    citations: list[CitationWire]
    reason: str


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


class MovedOnWire(Wire):
    """A citation that stands no longer as it was cited; `status` is null while that is unchecked.

    `successor` is the id of what stands there now, where that has another one.
    """

    id: str
    status: Literal["moved", "changed", "gone", "purged"] | None
    successor: str | None


class ClaimStandingWire(Wire):
    """Whether a shown claim is supported by what stands there now, and if not why."""

    supported: bool
    reason: str


class StandingWire(Wire):
    """What has become of an answer, as of which generation; `claims` are those that it shows, in order.

    `holds`: every cited text still stands word for word. `changed`: some do not, and every claim is still supported.
    `broken`: some claim is supported no more, or what it cites is gone. `unchecked`: a source has changed since.
    """

    status: Literal["unchecked", "holds", "changed", "broken"]
    generation: int
    checked_at: str
    verifier: str | None
    citations: list[MovedOnWire]
    claims: list[ClaimStandingWire]


class MarkedAnswerWire(Wire):
    """A kept answer of which a source has changed."""

    id: str
    question: str
    created: str
    standing: StandingWire


class MarkedAnswersWire(Wire):
    """Such answers, those given last first."""

    answers: list[MarkedAnswerWire]


class HitDocumentWire(Wire):
    """The document revision that a hit stands in."""

    id: str
    title: str
    revision: str


class HitWire(Wire):
    """A retrieved passage, with the score of each searcher that found it."""

    passage_id: str
    document: HitDocumentWire
    section: list[str]
    score: float
    scores: dict[str, float]
    text: str
    spans: list[str]


class HitsWire(Wire):
    """Hits, best first."""

    hits: list[HitWire]


class CheckResultWire(BaseModel):
    """A claim against the evidence that decides it, or for a text each of its claims."""

    text: str = ""
    label: Label | None = None
    confidence: float = 0.0
    checks: list[CheckWire] = []
    citations: list[CitationWire] = []
    reason: str = ""
    claims: list[WithheldWire] = []


class DiffPartWire(Wire):
    """A run of words that is in both texts, in the old one only (`delete`), or in the new one only (`insert`)."""

    kind: Literal["equal", "delete", "insert"]
    text: str


class PurgeWire(Wire):
    """Who had a document purged, when (ISO 8601, UTC), and why."""

    at: str
    by: str
    why: str


class ResolutionWire(Wire):
    """A citation as it was cited (null when purged); its new place (`moved`) or what replaced it (`changed`).

    `superseded_by` is the document that replaces the cited one, `lapsed` says which of its dates have passed.
    """

    id: str
    status: Literal["current", "moved", "changed", "gone", "purged"]
    citation: CitationWire | None
    successor: CitationWire | None
    diff: list[DiffPartWire]
    superseded_by: str | None
    lapsed: list[str]
    purged: PurgeWire | None


class DocumentWire(Wire):
    """What is known of a document beside its text."""

    id: str
    title: str
    collection: str
    uri: str
    media_type: str
    revision: str
    status: Literal["current", "retired"]
    metadata: dict[str, str]
    added_at: str
    updated_at: str
    spans: int
    url: str


class DocumentsWire(Wire):
    """All documents, sorted by id."""

    documents: list[DocumentWire]


class HealthWire(Wire):
    """The process answers."""

    status: Literal["ok"]


class ReadyWire(Wire):
    """`generation` is the one that answers come from; while newer indexes are built it trails the newest."""

    ready: bool
    generation: int
    newest_generation: int
    collections: list[str]
    models: dict[str, bool]
