"""The transaction of a purge: all that the truth holds of a document goes, and a tombstone takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ingest.database import writing
from ingest.errors import BadInput
from ingest.purged import PURGED, hidden_place
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
from ingest.sought import Retold, Sought, sought
from ingest.standing import put_unchecked
from ingest.store import Store
from ingest.traces import Traces
from ingest.unsaid import Unsaying

_NOTHING = sha256(b"").hexdigest()
"""The name of the empty source, which a tombstone has for its file."""


class Quoted(BadInput):
    """What is to be kept of a purge says what the document says."""

    next_step = "Give it in other words."


def erase(store: Store, document: StoredDocument, by: str, why: str, stays: Callable[[], Iterable[bytes]]) -> None:
    """Take a document out in one transaction, which makes a new generation; what it said is noted as fingerprints.

    Kept answers lose what they say of it, and receipts that say something of it go. Its id and its collection stay, so
    that what cited it says so; of the place of its file only a digest does, by which the file does not come back.
    `stays` gives what else stays. Raises Quoted where `by` or `why` quotes the document.

    What becomes of the answers is worked out before, while others write; in the transaction only that of new ones is.
    """
    retold = Retold(document.id)
    with store.engine.connect() as connection:
        retold.read(connection)
    wanted, unsaying = _prepared(store, document, retold, stays)
    with store.engine.connect() as connection:
        unsaying.read(connection)
    with writing(store.engine).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        if retold.read(connection):
            wanted, unsaying = _prepared(store, document, retold, stays)
        _refuse_quoting(unsaying.redactor, by=by, why=why)
        said = {"purged_by": by, "why": why}
        _erase(connection, document, unsaying, said, wanted.as_json())


def _prepared(
    store: Store, document: StoredDocument, retold: Retold, stays: Callable[[], Iterable[bytes]]
) -> tuple[Sought, Unsaying]:
    wanted = sought(store, document.id, retold, stays())
    return wanted, Unsaying(Redactor(document.id, Traces(wanted.traces)))


def _refuse_quoting(redactor: Redactor, by: str, why: str) -> None:
    for name, text in (("--by", by), ("--why", why)):
        if redactor.text(text) != text:
            raise Quoted(f"{name} quotes the document, and is kept")


def _erase(
    connection: Connection,
    document: StoredDocument,
    unsaying: Unsaying,
    said: Mapping[str, str],
    pending: Mapping[str, Any],
) -> None:
    generation = read_generation(connection) + 1
    own = _own_sources(connection, document.id)
    detail = {"generation": generation, "sources": own, "answers": len(unsaying.write(connection).texts)}
    row = {"document_id": document.id, "title": PURGED, "purged_at": now()}
    connection.execute(purges.insert(), {**row, **said, "detail": detail | {"pending": pending}})
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
        path=hidden_place(document.path),
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
