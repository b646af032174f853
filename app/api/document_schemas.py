"""The forms of documents, of what is found in them, and of what became of a citation of one, for /openapi.json."""

from __future__ import annotations

from typing import Literal

from app.api.schemas import CitationWire, Wire


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
