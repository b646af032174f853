"""The tables of the truth, and the engine that opens them.

Spans and passages are kept by generation: a row is visible in the generations from `first_generation` to
`last_generation`, both included; a row without the latter is current. So a reader that has opened generation g goes on
reading g while a writer commits g + 1, and nothing that was ever cited is overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
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
    create_engine,
    event,
    inspect,
    or_,
    select,
)

from ingest.errors import StoreError
from ingest.rows import SpanRow

SCHEMA_VERSION = 1
DATABASE = "verispan.db"
BUSY_TIMEOUT_MS = 30_000

_metadata = MetaData()

meta = Table(
    "meta",
    _metadata,
    Column("key", String, primary_key=True),
    Column("value", Integer, nullable=False),
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


def visible(table: Table, generation: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition that a row of `spans` or `passages` is visible in a generation."""
    last = table.c.last_generation
    return and_(table.c.first_generation <= generation, or_(last.is_(None), last >= generation))


def open_engine(folder: Path, create: bool) -> Engine:
    """Open the store in a folder, or make one. Raises StoreError when there is none, or one of another version."""
    file = folder / DATABASE
    if not create and not file.is_file():
        raise StoreError(f"{folder} holds no store; `verispan ingest` makes one")
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        _check_version(connection, folder, create)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine, for transactions that take the write lock as they begin."""
    return engine.execution_options(verispan_writes=True)


def _prepare(connection: Any, _record: Any) -> None:
    """Give transactions to SQLAlchemy, which sqlite3 would begin too late, and make commits survive a power cut."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("verispan_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_version(connection: Connection, folder: Path, create: bool) -> None:
    if not inspect(connection).has_table("meta"):
        if not create:
            raise StoreError(f"{folder / DATABASE} is no Verispan store")
        connection.rollback()
        _make_tables(connection)
    version = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{folder / DATABASE} is of version {version}, this program reads version {SCHEMA_VERSION}; "
            "use the program that wrote it, or ingest the documents into a new store"
        )


def _make_tables(connection: Connection) -> None:
    with connection.execution_options(verispan_writes=True).begin():
        if inspect(connection).has_table("meta"):
            return
        _metadata.create_all(connection)
        rows = [{"key": "schema_version", "value": SCHEMA_VERSION}, {"key": "generation", "value": 0}]
        connection.execute(meta.insert(), rows)
