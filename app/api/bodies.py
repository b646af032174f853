"""The forms of requests: what a body, a path or a query may hold. /openapi.json is made from these."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.answer import Request
from app.retrieve import Filters
from ingest.standing import Status

MAX_QUESTION = 8000
"""Characters of the longest question, claim or evidence text."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Confidence = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Body(BaseModel):
    """A JSON object: no field beyond those named, no value turned from one type into another."""

    model_config = ConfigDict(strict=True, extra="forbid")


class FilterBody(Body):
    """What may be searched; an empty field filters nothing. Superseded documents are left out unless asked for."""

    collections: list[Name] = Field(default=[], max_length=50)
    documents: list[Name] = Field(default=[], max_length=200)
    metadata: dict[Name, Name] = Field(default={}, max_length=20)
    superseded: bool = False

    def filters(self) -> Filters:
        """The filters as retrieval takes them."""
        return Filters(tuple(self.collections), tuple(self.documents), self.metadata, self.superseded)


class AnswerBody(Body):
    """A question, with what its asker chooses; what is left out takes the server's setting."""

    question: Text
    model: Name | None = None
    min_confidence: Confidence | None = None
    filters: FilterBody = FilterBody()
    follows: Name | None = None
    as_of: Annotated[int, Field(ge=1)] | Name | None = Field(
        default=None, description="A generation of the store, or a date or time in ISO 8601: answered as it was then."
    )
    stream: bool = False

    def to_request(self) -> Request:
        """The request as the main path takes it."""
        filters = self.filters.filters()
        return Request(self.question, self.model, self.min_confidence, filters, follows=self.follows, as_of=self.as_of)


class SearchBody(Body):
    """A query for the k best passages."""

    query: Text
    k: int = Field(default=10, ge=1, le=100)
    filters: FilterBody = FilterBody()


class CheckBody(Body):
    """A claim, or a text each sentence of which is a claim, and at most one kind of evidence.

    Without evidence the store is searched for it.
    """

    claim: Text | None = None
    text: Text | None = None
    evidence: Text | None = None
    evidence_sentences: list[Text] | None = Field(default=None, min_length=1, max_length=50)
    citations: list[Name] | None = Field(default=None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def one_of_each(self) -> Self:
        """Require one of claim and text, and at most one kind of evidence."""
        if (self.claim is None) == (self.text is None):
            raise ValueError("give either `claim` or `text`")
        if sum(given is not None for given in (self.evidence, self.evidence_sentences, self.citations)) > 1:
            raise ValueError("give only one of `evidence`, `evidence_sentences` and `citations`")
        return self


class AnswerPath(BaseModel):
    """The id of a kept answer."""

    answer_id: str


class AnswersQuery(BaseModel):
    """Which answers are listed: those with this standing, or with any; `before` is the id of the last one had."""

    status: Status | None = None
    limit: int = Field(default=20, ge=1, le=100)
    before: Name | None = None


class CitationPath(BaseModel):
    """A citation id."""

    citation_id: str


class DocumentPath(BaseModel):
    """A document id."""

    document_id: str


class PlaceQuery(BaseModel):
    """Where a citation stood when it was cited; without it, its newest place is meant."""

    revision: str | None = None
    start: int | None = Field(default=None, ge=0, le=2**53)
