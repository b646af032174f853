"""The transaction of a purge: all that the truth holds of a document goes, and a tombstone takes its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ingest.cited import cited_by
from ingest.database import writing
from ingest.purged import PURGED
from ingest.redact import Redactor
from ingest.rows import StoredDocument, now
from ingest.schema import (
    answers,
    cited,
    documents,
    generations,
    meta,
    passages,
    purged_citations,
    purges,
    read_generation,
    receipts,
    revisions,
    sources,
    spans,
    standings,
    vectors,
)
from ingest.standing import put_unchecked
from ingest.store import Store

_NOTHING = sha256(b"").hexdigest()
"""The name of the empty source, which a tombstone has for its file."""


def erase(
    store: Store, document: StoredDocument, by: str, why: str, redactor: Redactor, pending: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Take a document out in one transaction, which makes a new generation; `pending` is kept with its purge.

    Returns the answers that said something of it, by id, as they are without it.

    Its id, its collection and the place of its file stay, so that what cited it says so and the file does not come
    back; its title does not.
    """
    with writing(store.engine).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        generation = read_generation(connection) + 1
        changed = redacted_answers(connection, redactor)
        row = {"document_id": document.id, "title": PURGED, "purged_at": now(), "purged_by": by, "why": why}
        said = {"generation": generation, "sources": _own_sources(connection, document.id), "answers": len(changed)}
        connection.execute(purges.insert(), row | {"detail": said | {"pending": pending}})
        _redact(connection, changed, redactor)
        _note_citations(connection, document.id)
        _take_out(connection, document)
        this = select(cited.c.answer_id).where(cited.c.document_id == document.id, cited.c.shown)
        put_unchecked(connection, generation, this)
        connection.execute(update(meta).where(meta.c.key == "generation").values(value=generation))
        connection.execute(generations.insert(), {"number": generation, "committed_at": now()})
    return changed


def redacted_answers(connection: Connection, redactor: Redactor) -> dict[str, dict[str, Any]]:
    """The bodies of those kept answers that say something of the document, as they are without it, by id."""
    changed: dict[str, dict[str, Any]] = {}
    rows = connection.execution_options(yield_per=100).execute(
        select(answers.c.id, answers.c.body).order_by(answers.c.created, answers.c.id)
    )
    for row in rows:
        body = redactor.body(row.body, row.body.get("follows") in changed)
        if body != row.body:
            changed[row.id] = body
    return changed


def _redact(connection: Connection, changed: Mapping[str, dict[str, Any]], redactor: Redactor) -> None:
    for name, body in changed.items():
        connection.execute(update(answers).where(answers.c.id == name).values(body=body))
        shown = [one.citation_id for one in cited_by(body) if one.shown]
        these = (cited.c.answer_id == name) & cited.c.citation_id.in_(shown)
        connection.execute(update(cited).where(these).values(shown=True))
    for row in connection.execute(select(receipts)).all():
        before = json.loads(row.body)
        if redactor.body(before, row.answer_id in changed) != before:  # redacted it would prove nothing any more
            connection.execute(receipts.delete().where(receipts.c.answer_id == row.answer_id))
    for row in connection.execute(select(standings.c.answer_id, standings.c.detail)).all():
        detail = redactor.body(row.detail)
        if detail != row.detail:
            connection.execute(update(standings).where(standings.c.answer_id == row.answer_id).values(detail=detail))


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
