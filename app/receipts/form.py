"""The form of a receipt. `receipt.schema.json` is made from it and published; a test holds both together.

To write the schema anew: `python -m app.receipts.form > app/receipts/receipt.schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.types import Label, Reason, Status
from ingest.canonical import LARGEST

SCHEMA = Path(__file__).with_name("receipt.schema.json")

Offset = Annotated[int, Field(ge=0, le=LARGEST)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Form(BaseModel):
    """A JSON object with these fields and no others, none of which may be left out."""

    model_config = ConfigDict(strict=True, extra="forbid")


class DocumentForm(Form):
    """The document revision that a citation points into."""

    id: str
    title: str
    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    uri: str


class CitationForm(Form):
    """A cited span; `start` and `end` are code points of the revision's text, `sha256` is that of `exact` in UTF-8.

    `prefix` and `suffix` are the words around it. `header` names a table row's columns, and is empty elsewhere.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[^~@\s]+~[0-9a-hjkmnp-tv-z]{10}$")]
    document: DocumentForm
    section: list[str]
    start: Offset
    end: Offset
    unit: Literal["codepoint"]
    exact: str
    prefix: str
    suffix: str
    header: str
    page: int | None
    sha256: Sha256


class CheckForm(Form):
    """What one rung of the ladder found; `passed` is null where it had nothing to compare."""

    name: str
    passed: bool | None
    detail: dict[str, Any]


class CheckedForm(Form):
    """A claim with its verdict.

    `index` is its place among all claims that were drafted, shown or withheld, from 0: a check that says what a claim
    rests on means these places. `verbatim` when it is a quotation of its one citation. `needed` is the confidence that
    it had to reach.
    """

    index: Offset
    text: str
    verbatim: bool
    label: Label
    confidence: Share
    needed: Share
    checks: list[CheckForm]
    citations: list[CitationForm]


class ShownForm(CheckedForm):
    """A claim that holds; `start` and `end` are its place in the answer's text, in code points."""

    start: Offset
    end: Offset


class WithheldForm(CheckedForm):
    """A claim that is not shown as true, and why."""

    reason: str


class ProgramForm(Form):
    """The program; `rules_sha256` is that of the checks which need no model: with the same they find the same."""

    name: Literal["verispan"]
    version: str
    rules_sha256: Sha256


class ModelForm(Form):
    """Who drafted. `served_as` are the names under which it answered; `sha256` is that of its weights, if known."""

    id: str
    served_as: list[str]
    sha256: Sha256 | None


class PromptForm(Form):
    """The words that were said to the model, by their hash."""

    id: str
    sha256: Sha256


class RetrievalForm(Form):
    """The settings that evidence was found with; `sha256` is that of their canonical form without it."""

    passages: int
    evidence_tokens: int
    max_claims: int
    fusion: str
    fusion_weight: Share
    sha256: Sha256


class EmbedderForm(Form):
    """The embedder, by the name that identifies its weights."""

    id: str


class VerifierForm(Form):
    """The entailment model, by the name that identifies it, and the hashes of its files; `judge` is empty for none."""

    id: str
    sha256: dict[str, Sha256]
    judge: str


class GuaranteeForm(Form):
    """A threshold that was proven for a collection that the answer cites."""

    collection: str
    threshold: Share
    target_precision: Share
    delta: Share
    n: int
    verifier: str
    created: str


class CalibrationForm(Form):
    """How findings became confidence: the hash of what was fitted, the least confidence asked for, what is proven."""

    sha256: Sha256
    min_confidence: Share
    guarantees: list[GuaranteeForm]


class MadeWithForm(Form):
    """What an answer was made with; `prompt` is null where no language model drafted."""

    program: ProgramForm
    model: ModelForm
    prompt: PromptForm | None
    retrieval: RetrievalForm
    embedder: EmbedderForm
    verifier: VerifierForm
    calibration: CalibrationForm


class AsOfForm(Form):
    """The generation that was asked for, when it was committed (ISO 8601, UTC) if that is known, and which citations
    stood no longer in the newest one then."""

    generation: Offset
    committed_at: str | None
    outdated: list[str]


class SignatureForm(Form):
    """A signature over the same bytes as `sha256`."""

    algorithm: Literal["Ed25519"]
    public_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    value: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


class ReceiptForm(Form):
    """All that is needed to check an answer again without the service that gave it.

    `sha256` is that of the canonical form (RFC 8785) of everything but `sha256` and `signature`. `as_of` is there
    from version 2 on, and null where the newest generation was meant.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"receipt_version": {"const": 1}}},
            "then": {"properties": {"as_of": False}},
            "else": {"required": ["as_of"]},
        }
    )

    receipt_version: Literal[1, 2]
    answer_id: str
    created: str
    question: str
    understood_as: str
    follows: str | None
    status: Status
    reason: Reason | None
    text: str
    confidence: Share
    calibrated: bool
    claims: list[ShownForm]
    withheld: list[WithheldForm]
    notes: list[str]
    store_generation: Offset
    as_of: AsOfForm | None = None
    made_with: MadeWithForm
    sha256: Sha256
    signature: SignatureForm | None

    @model_validator(mode="after")
    def _of_its_version(self) -> Self:
        if ("as_of" in self.model_fields_set) != (self.receipt_version > 1):
            raise ValueError("`as_of` must be there from version 2 on, and not before")
        return self


def schema() -> dict[str, Any]:
    """The JSON Schema of receipts, as it is published."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | ReceiptForm.model_json_schema()


if __name__ == "__main__":
    import click

    click.echo(json.dumps(schema(), indent=2))
