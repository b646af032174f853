"""What is known of a document that was purged: who had it purged, when, and why; nothing of what it said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Row, select

from ingest.errors import LoadError, UnknownId
from ingest.schema import documents, purged_citations, purges

if TYPE_CHECKING:
    from ingest.discover import Candidate
    from ingest.store import Store

_PURGES = select(purges, documents.c.path).join(documents, documents.c.id == purges.c.document_id)

PURGED = "[purged]"
"""What stands where a purged text stood."""


@dataclass(frozen=True, slots=True)
class Purge:
    """A purge. `at` is its time (ISO 8601, UTC), `generation` the first without the document.

    `sources` are the SHA-256 of the files that it was read from, `place` is what is kept of where the last one stood.
    """

    document_id: str
    at: str
    by: str
    why: str
    generation: int
    sources: frozenset[str]
    place: str


def purge_of(store: Store, document_id: str) -> Purge | None:
    """The purge of a document; None where it was not purged, or is not seen."""
    try:
        store.document(document_id)
    except UnknownId:
        return None
    with store.engine.connect() as connection:
        row = connection.execute(_PURGES.where(purges.c.document_id == document_id)).one_or_none()
    return None if row is None else _read(row)


def all_purged(store: Store) -> tuple[Purge, ...]:
    """All purges of a whole store, sorted by document id."""
    with store.engine.connect() as connection:
        return tuple(_read(row) for row in connection.execute(_PURGES.order_by(purges.c.document_id)))


def unfinished_purges(store: Store) -> tuple[str, ...]:
    """The ids of the documents whose purge was cut off before it was proven, sorted."""
    query = select(purges.c.document_id, purges.c.detail).order_by(purges.c.document_id)
    with store.engine.connect() as connection:
        return tuple(row.document_id for row in connection.execute(query) if "proof" not in row.detail)


def hidden_place(path: str) -> str:
    """What is kept of the place of a purged document's file: enough to know it again, and not what it is called."""
    return f"sha256:{sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()}"


def refuse_purged(candidate: Candidate, document_id: str, digest: str, purged: Iterable[Purge]) -> None:
    """Keep a file from bringing back what was purged: by its document's id, its place, or its bytes. Raises LoadError.

    A file that was edited at its place is still the document, whichever id or collection a manifest gives it.
    """
    places = (candidate.path, hidden_place(candidate.path))
    for one in purged:
        if document_id == one.document_id or one.place in places or digest in one.sources:
            said = (
                f"{candidate.uri} is the document {one.document_id}, which was purged on {one.at[:10]} by {one.by}: "
                f"{one.why}. "
            )
            advice = "Take the file out of the folder; another document needs a place and an id of its own"
            raise LoadError("purged", said + advice)


def is_purged_citation(store: Store, citation_id: str) -> bool:
    """Whether a span of a purged document was named so."""
    query = select(purged_citations.c.citation_id).where(purged_citations.c.citation_id == citation_id)
    with store.engine.connect() as connection:
        return connection.scalar(query) is not None


def _read(row: Row[tuple[object, ...]]) -> Purge:
    values = row._mapping
    detail = values["detail"]
    said = (values["document_id"], values["purged_at"], values["purged_by"], values["why"])
    return Purge(*said, detail["generation"], frozenset(detail["sources"]), values["path"])
