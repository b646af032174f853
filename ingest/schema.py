"""The tables of the truth, and the engine that opens them.

Spans and passages are kept by generation: a row is visible in the generations from `first_generation` to
`last_generation`, both included; a row without the latter is current. So a reader that has opened generation g goes on
reading g while a writer commits g + 1, and nothing that was ever cited is overwritten.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
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

from ingest.errors import StoreError, StoreLocked
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
    """Open the store in a folder, or make one. Raises StoreError when there is none, or one of another version.

    All that is done with the engine raises StoreError when the file is broken, and StoreLocked when another process
    writes to it for too long.
    """
    file = folder / DATABASE
    if not create and not file.is_file():
        raise StoreError(f"{folder} holds no store; `verispan ingest` makes one")
    if create:
        make_folder(folder)
    engine = create_engine(URL.create("sqlite", database=str(file.absolute())))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explain)
    with engine.connect() as connection:
        _check_version(connection, folder, create)
    return engine


def make_folder(folder: Path) -> None:
    """Make the folder of a store where there is none. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made a folder for the store: {error.strerror}") from error


def writing(engine: Engine, wait_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """The same engine, for transactions that take the write lock as they begin.

    They wait at most `wait_ms` for another writer, then raise StoreLocked.
    """
    return engine.execution_options(verispan_wait_ms=wait_ms)


def _prepare(connection: Any, _record: Any) -> None:
    """Give transactions to SQLAlchemy, which sqlite3 would begin too late, and make commits survive a power cut."""
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    wait_ms = connection.get_execution_options().get("verispan_wait_ms")
    if wait_ms is None:
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _explain(context: ExceptionContext) -> None:
    """Put in place of what SQLite says of its file an error that a user understands, without SQL and its values.

    Errors of ours, such as a constraint that a row breaks, stay what they are.
    """
    error = context.original_exception
    if type(error) not in (sqlite3.DatabaseError, sqlite3.OperationalError) or context.engine is None:
        return
    file, code = context.engine.url.database, getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise StoreLocked(f"another process is writing to {file}") from error
    raise StoreError(f"{file} cannot be used: {error}") from error


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
    with connection.execution_options(verispan_wait_ms=BUSY_TIMEOUT_MS).begin():
        if inspect(connection).has_table("meta"):
            return
        _metadata.create_all(connection)
        rows = [{"key": "schema_version", "value": SCHEMA_VERSION}, {"key": "generation", "value": 0}]
        connection.execute(meta.insert(), rows)
