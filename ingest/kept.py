"""Answers as a store keeps them: as they were given, each with what it cites and with its receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from ingest.cited import cited_by, documents_named
from ingest.errors import UnknownId
from ingest.schema import answers, cited, purges, read_generation, receipts
from ingest.standing import mark_missed

Body = Mapping[str, Any]
"""A JSON object that is kept."""


def write_answer(connection: Connection, answer_id: str, created: str, body: Body, receipt: Body | None) -> None:
    """Keep an answer in its wire form, what it cites, and its receipt where it has one.

    An ingest may have come between. Raises UnknownId where a document that it was made of has been purged.
    """
    _refuse_purged(connection, body)
    connection.execute(answers.insert(), {"id": answer_id, "created": created, "body": body})
    if noted := [{"answer_id": answer_id, **one._asdict()} for one in cited_by(body)]:
        connection.execute(cited.insert(), noted)
        mark_missed(connection, read_generation(connection), answer_id)
    if receipt is not None:
        written = json.dumps(receipt, ensure_ascii=False)
        connection.execute(receipts.insert(), {"answer_id": answer_id, "body": written})


def read_answer(connection: Connection, answer_id: str) -> dict[str, Any]:
    """An answer as it was given. Raises UnknownId."""
    body = connection.scalar(select(answers.c.body).where(answers.c.id == answer_id))
    if body is None:
        raise UnknownId(f"the store holds no answer {answer_id!r}")
    return dict(body)


def read_receipt(connection: Connection, answer_id: str) -> dict[str, Any]:
    """The receipt of an answer. Raises UnknownId, also for an answer that has none."""
    body = connection.scalar(select(receipts.c.body).where(receipts.c.answer_id == answer_id))
    if body is None:
        read_answer(connection, answer_id)
        why = "it was given before receipts were kept, or quotes what was purged"
        raise UnknownId(f"the answer {answer_id!r} has no receipt: {why}")
    return dict(json.loads(body))


def _refuse_purged(connection: Connection, body: Mapping[str, Any]) -> None:
    """Keep an answer from being kept that was made of a document which was purged meanwhile. Raises UnknownId."""
    found = documents_named(body)
    query = select(purges.c.document_id).where(purges.c.document_id.in_(sorted(found))).limit(1)
    if found and (purged := connection.scalar(query)):
        raise UnknownId(f"the document {purged} was purged while this was answered; ask again")
