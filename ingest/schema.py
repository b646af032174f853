"""The tables of the truth, and the engine that opens them.

Spans and passages are kept by generation: a row is visible in the generations from `first_generation` to
`last_generation`, both included; a row without the latter is current. So a reader that has opened generation g goes on
reading g while a writer commits g + 1, and nothing that was ever cited is overwritten.

`cited` says which answers cite what; a citation is `shown` where a claim that was not withheld rests on it, and its
text stood in the newest generation when the answer was given.
`standings` holds what has become of answers whose citations changed or went away since; one that is not in it stands
as it was given. A document that was purged leaves a row in `purges` and its citation ids, and none of its text.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    or_,
    select,
)

from ingest.database import counters_table, open_database
from ingest.migrations import MIGRATIONS
from ingest.rows import SpanRow

SCHEMA_VERSION = 2
DATABASE = "verispan.db"

_metadata = MetaData()

meta = counters_table(_metadata)

generations = Table(
    "generations",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("committed_at", String, nullable=False),
)

sources = Table(
    "sources",
    _metadata,
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

documents = Table(
    "documents",
    _metadata,
    Column("id", String, primary_key=True),
    Column("collection", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("uri", String, nullable=False),
    Column("path", String, nullable=False, index=True),
    Column("media_type", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("current_revision", String, nullable=False),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False, index=True),
    Column("fingerprint", String, nullable=False),
    Column("status", String, nullable=False),
    Column("added_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
)

revisions = Table(
    "revisions",
    _metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("revision", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("layout", LargeBinary, nullable=False),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("first_generation", Integer, nullable=False),
)

spans = Table(
    "spans",
    _metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("revision", String, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("first_generation", Integer, primary_key=True),
    Column("last_generation", Integer),
    Column("id", String, nullable=False, index=True),
    Column("end", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("section", Text, nullable=False),
    Column("header_start", Integer),
    Column("header_end", Integer),
    Column("boxes", Text, nullable=False),
    sqlite_with_rowid=False,
)

SPAN_COLUMNS = tuple(spans.c[name] for name in SpanRow._fields)

passages = Table(
    "passages",
    _metadata,
    Column("id", String, primary_key=True),
    Column("first_generation", Integer, primary_key=True),
    Column("last_generation", Integer),
    Column("collection", String, nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("revision", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("vector_key", String, nullable=False),
    Index("passages_by_collection", "collection", "id"),
)

vectors = Table(
    "vectors",
    _metadata,
    Column("key", String, primary_key=True),
    Column("embedder", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

answers = Table(
    "answers",
    _metadata,
    Column("id", String, primary_key=True),
    Column("created", String, nullable=False),
    Column("body", JSON, nullable=False),
)

cited = Table(
    "cited",
    _metadata,
    Column("answer_id", ForeignKey("answers.id"), primary_key=True),
    Column("citation_id", String, primary_key=True, index=True),
    Column("document_id", String, nullable=False, index=True),
    Column("shown", Boolean, nullable=False),
)

receipts = Table(
    "receipts",
    _metadata,
    Column("answer_id", ForeignKey("answers.id"), primary_key=True),
    Column("body", Text, nullable=False),
)

standings = Table(
    "standings",
    _metadata,
    Column("answer_id", ForeignKey("answers.id"), primary_key=True),
    Column("status", String, nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("checked_at", String, nullable=False),
    Column("detail", JSON, nullable=False),
)

purges = Table(
    "purges",
    _metadata,
    Column("document_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("purged_at", String, nullable=False),
    Column("purged_by", String, nullable=False),
    Column("why", String, nullable=False),
    Column("detail", JSON, nullable=False),
)

purged_citations = Table(
    "purged_citations",
    _metadata,
    Column("citation_id", String, primary_key=True),
    Column("document_id", ForeignKey("purges.document_id"), nullable=False),
)


def visible(table: Table, generation: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition that a row of `spans` or `passages` is visible in a generation."""
    last = table.c.last_generation
    return and_(table.c.first_generation <= generation, or_(last.is_(None), last >= generation))


def read_generation(connection: Connection) -> int:
    """The newest generation that a connection sees."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "generation")).scalar_one())


def open_engine(folder: Path, create: bool) -> Engine:
    """Open the store in a folder, or make one; one of an older version is brought up to this one.

    Raises StoreError when there is none, or one of a newer version.
    """
    counters = {"schema_version": SCHEMA_VERSION, "generation": 0}
    return open_database(folder / DATABASE, _metadata, counters, create, MIGRATIONS)
