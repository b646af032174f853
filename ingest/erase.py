"""The transaction of a purge: all that the truth holds of a document goes, and a tombstone takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ingest.database import writing
from ingest.purged import PURGED
from ingest.redact import Redactor
from ingest.rows import StoredDocument, now
from ingest.schema import (
    cited,
    documents,
    generations,
    meta,
    passages,
    purged_citations,
    purges,
    read_generation,
    revisions,
    sources,
    spans,
    vectors,
)
from ingest.standing import put_unchecked
from ingest.store import Store
from ingest.unsaid import unsay

_NOTHING = sha256(b"").hexdigest()
"""The name of the empty source, which a tombstone has for its file."""


def erase(
    store: Store, document: StoredDocument, by: str, why: str, redactor: Redactor, pending: Mapping[str, Any]
) -> None:
    """Take a document out in one transaction, which makes a new generation; `pending` is kept with its purge.

    Kept answers lose what they say of it, and receipts that say something of it go. Its id, its collection and the
    place of its file stay, so that what cited it says so and the file does not come back; its title does not.
    """
    with writing(store.engine).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        generation = read_generation(connection) + 1
        own = _own_sources(connection, document.id)
        said = {"generation": generation, "sources": own, "answers": len(unsay(connection, redactor).texts)}
        row = {"document_id": document.id, "title": PURGED, "purged_at": now(), "purged_by": by, "why": why}
        connection.execute(purges.insert(), row | {"detail": said | {"pending": pending}})
        _note_citations(connection, document.id)
        _take_out(connection, document)
        this = select(cited.c.answer_id).where(cited.c.document_id == document.id, cited.c.shown)
        put_unchecked(connection, generation, this)
        connection.execute(update(meta).where(meta.c.key == "generation").values(value=generation))
        connection.execute(generations.insert(), {"number": generation, "committed_at": now()})


def _note_citations(connection: Connection, document_id: str) -> None:
    ids = connection.scalars(select(spans.c.id).where(spans.c.document_id == document_id).distinct()).all()
    if ids:
        connection.execute(purged_citations.insert(), [{"citation_id": one, "document_id": document_id} for one in ids])


def _own_sources(connection: Connection, document_id: str) -> list[str]:
    """The files that the document was read from, and no other was."""
    own = select(revisions.c.source_sha256).where(revisions.c.document_id == document_id)
    others = select(revisions.c.source_sha256).where(revisions.c.document_id != document_id)
    return sorted(set(connection.scalars(own)) - set(connection.scalars(others)))


def _take_out(connection: Connection, document: StoredDocument) -> None:
    """Delete what is the document's, and every file and vector that nothing uses then, whoever left it behind."""
    nothing = {"sha256": _NOTHING, "media_type": "text/plain", "data": b""}
    connection.execute(sources.insert().prefix_with("OR IGNORE", dialect="sqlite"), nothing)
    tombstone = replace(
        document,
        title=PURGED,
        uri="",
        media_type="text/plain",
        metadata={},
        current_revision="",
        source_sha256=_NOTHING,
        fingerprint="",
        status="retired",
        updated_at=now(),
    )
    connection.execute(update(documents).where(documents.c.id == document.id).values(asdict(tombstone)))
    for table in (spans, passages, revisions):
        connection.execute(delete(table).where(table.c.document_id == document.id))
    used = select(documents.c.source_sha256).union(select(revisions.c.source_sha256))
    connection.execute(delete(sources).where(sources.c.sha256.not_in(used)))
    connection.execute(delete(vectors).where(vectors.c.key.not_in(select(passages.c.vector_key))))
