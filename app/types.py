"""The values an answer is made of: pure, frozen data.

`confidence` means one thing everywhere: the probability, in [0, 1], that the cited evidence supports the claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ingest.types import Hit, Span

Label = Literal["supported", "contradicted", "unsupported"]
Status = Literal["answered", "abstained"]
Reason = Literal["no_evidence", "low_confidence", "budget"]
ModelFailure = Literal["refused", "failed"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span as cited: it exists only if `span.text` stands at its offsets in the document's canonical text.

    `prefix` and `suffix` are the up to 32 code points around it (W3C Web Annotation's TextQuoteSelector).
    `header` is the text of the column names when the span is a row of a table, else empty.
    """

    span: Span
    title: str
    uri: str
    prefix: str
    suffix: str
    header: str = ""

    @property
    def evidence(self) -> str:
        """What a check reads: the span, under its column names when it is a row of a table."""
        return f"{self.header}\n{self.span.text}" if self.header else self.span.text


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer with the spans it cites.

    `verbatim` when it is a quotation of its one cited span; `by_model` when a language model that read the question
    chose to say it.
    """

    text: str
    citations: tuple[Citation, ...]
    verbatim: bool = False
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What one rung of the ladder found. `passed` is None where the rung had nothing to compare."""

    name: str
    passed: bool | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One fact of a claim that states several, with what a verifier says of it alone."""

    text: str
    p_supported: float
    p_contradicted: float


@dataclass(frozen=True, slots=True)
class Entailment:
    """A verifier's two probabilities for a claim against its evidence; the rest, up to 1, is "says nothing of it".

    `signals` is what they were made of, by name. `parts` are the claim's facts where it states several; the
    probabilities are then those of the weakest.
    """

    p_supported: float
    p_contradicted: float
    signals: Mapping[str, float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rungs together say of a claim. `reason` says why it is withheld, and is empty when it is shown."""

    label: Label
    confidence: float
    checks: tuple[Check, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its verdict; `start` and `end` are its place in the answer's text, absent when it is withheld."""

    claim: Claim
    verdict: Verdict
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call of a language model took, or the calls that checked one claim.

    Tokens count as the model counts them. `cost_usd` is in decimal dollars, None where the price is not known.
    """

    agent: str
    model: str
    input_tokens: int
    output_tokens: int
    prefill_ms: float = 0.0
    decode_ms: float = 0.0
    cost_usd: str | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A span that was looked at and not used, and why."""

    span: Span
    title: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched for an answer: the query, the passages found, and what nearly served."""

    query: str
    hits: tuple[Hit, ...]
    near_misses: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class AsOf:
    """The generation that an answer was to be given as of; `committed_at` (ISO 8601, UTC) is None where not known.

    `outdated` are the ids of citations of which the text stood no longer in the newest generation when it was given.
    """

    generation: int
    committed_at: str | None
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or an abstention with its reason. `notes` say what a reader must know, such as a missing model.

    `question` is what was asked, `searched.query` what it was understood as, `follows` the id of the answer before it.
    `as_of` is there where the documents were to be as they were at some time. `model_failure` when the drafting model
    declined or did not finish; quotations stand in where it said nothing.
    """

    id: str
    question: str
    created: str
    model: str
    status: Status
    reason: Reason | None
    text: str
    confidence: float
    calibrated: bool
    claims: tuple[Checked, ...]
    withheld: tuple[Checked, ...]
    searched: Searched
    usage: tuple[Usage, ...]
    timing_ms: Mapping[str, float]
    store_generation: int
    notes: tuple[str, ...] = ()
    model_failure: ModelFailure | None = None
    follows: str | None = None
    as_of: AsOf | None = None


class Verifier(Protocol):
    """An entailment model."""

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order, one Entailment each."""
        ...
