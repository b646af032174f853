"""The forms of responses, for /openapi.json alone; what is sent is made in `app.wire`, and tests hold both together.

Here are those that others are made of; beside this, `answer_schemas`, `standing_schemas`, `document_schemas` and
`revision_schemas` hold the rest.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.types import Label


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
