"""What is known of a document that was purged: who had it purged, when, and why; nothing of what it said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, select

from ingest.errors import UnknownId
from ingest.schema import purged_citations, purges
from ingest.store import Store

PURGED = "[purged]"
"""What stands where a purged text stood."""


@dataclass(frozen=True, slots=True)
class Purge:
    """A purge. `at` is its time (ISO 8601, UTC), `generation` the first without the document."""

    document_id: str
    at: str
    by: str
    why: str
    generation: int


def purge_of(store: Store, document_id: str) -> Purge | None:
    """The purge of a document; None where it was not purged, or is not seen."""
    try:
        store.document(document_id)
    except UnknownId:
        return None
    with store.engine.connect() as connection:
        row = connection.execute(select(purges).where(purges.c.document_id == document_id)).one_or_none()
    return None if row is None else _read(row)


def is_purged_citation(store: Store, citation_id: str) -> bool:
    """Whether a span of a purged document was named so."""
    query = select(purged_citations.c.citation_id).where(purged_citations.c.citation_id == citation_id)
    with store.engine.connect() as connection:
        return connection.scalar(query) is not None


def _read(row: Row[tuple[object, ...]]) -> Purge:
    values = row._mapping
    generation = int(values["detail"]["generation"])
    return Purge(values["document_id"], values["purged_at"], values["purged_by"], values["why"], generation)
