"""The form of `GET /v1/documents/<id>/revisions`, for /openapi.json."""

from __future__ import annotations

from typing import Literal

from app.api.schemas import Wire


class SpanCountsWire(Wire):
    """How many spans a revision added, changed and removed against the one before."""

    added: int
    changed: int
    removed: int


class RevisionWire(Wire):
    """What a generation did to a document; `revision` is null where it has none any more, `why` is of what was purged.

    `committed_at` is null where it is not known.
    """

    document: str
    what: Literal["added", "changed", "retired", "restored", "purged"]
    revision: str | None
    generation: int
    committed_at: str | None
    spans: SpanCountsWire
    why: str = ""


class RevisionsWire(Wire):
    """What became of a document, newest first."""

    revisions: list[RevisionWire]
