"""What makes a store of one version into one of the next. What stands here is never changed: stores were made by it.

So nothing that may change is used: the forms of answers and ids are read here as they were then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from ingest.database import Migration

_VERSION_2 = """
CREATE TABLE generations (number INTEGER NOT NULL PRIMARY KEY, committed_at VARCHAR NOT NULL);
CREATE TABLE cited (
    answer_id VARCHAR NOT NULL REFERENCES answers (id), citation_id VARCHAR NOT NULL, document_id VARCHAR NOT NULL,
    shown BOOLEAN NOT NULL, PRIMARY KEY (answer_id, citation_id)
);
CREATE INDEX ix_cited_citation_id ON cited (citation_id);
CREATE INDEX ix_cited_document_id ON cited (document_id);
CREATE TABLE receipts (answer_id VARCHAR NOT NULL PRIMARY KEY REFERENCES answers (id), body TEXT NOT NULL);
CREATE TABLE standings (
    answer_id VARCHAR NOT NULL PRIMARY KEY REFERENCES answers (id), status VARCHAR NOT NULL,
    generation INTEGER NOT NULL, checked_at VARCHAR NOT NULL, detail JSON NOT NULL
);
CREATE INDEX ix_standings_status ON standings (status);
CREATE TABLE purges (
    document_id VARCHAR NOT NULL PRIMARY KEY, title VARCHAR NOT NULL, purged_at VARCHAR NOT NULL,
    purged_by VARCHAR NOT NULL, why VARCHAR NOT NULL, detail JSON NOT NULL
);
CREATE TABLE purged_citations (
    citation_id VARCHAR NOT NULL PRIMARY KEY, document_id VARCHAR NOT NULL REFERENCES purges (document_id)
)
"""


def _to_2(connection: Connection) -> None:
    """Note which answers cite what. When earlier generations were committed is not known; the newest was by now."""
    for statement in _VERSION_2.split(";"):
        connection.exec_driver_sql(statement)
    rows = connection.exec_driver_sql("SELECT id, body FROM answers").all()
    for answer_id, body in rows:
        _note_cited(connection, answer_id, json.loads(body))
    connection.exec_driver_sql(
        "INSERT INTO generations SELECT value, ? FROM meta WHERE key = 'generation' AND value > 0",
        (datetime.now(UTC).isoformat(timespec="seconds"),),
    )


def _note_cited(connection: Connection, answer_id: str, body: Mapping[str, Any]) -> None:
    insert = "INSERT INTO cited (answer_id, citation_id, document_id, shown) VALUES (?, ?, ?, ?)"
    found = dict[str, bool]()
    for name in ("claims", "withheld"):
        for claim in body.get(name, ()):
            for citation in claim.get("citations", ()):
                found.setdefault(str(citation["id"]), name == "claims")
    rows = [(answer_id, cited, _document_of(cited), shown) for cited, shown in found.items()]
    if rows:
        connection.exec_driver_sql(insert, rows)


def _document_of(citation_id: str) -> str:
    document, _, mark = citation_id.partition("~")
    if not document or not mark:
        raise ValueError(f"{citation_id!r} is no citation id")
    return document


MIGRATIONS: dict[int, Migration] = {1: _to_2}
