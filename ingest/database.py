"""A SQLite file as a store keeps its truth in: opened safely, written by one at a time, its errors explained."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
)

from ingest.disk import connect_reading, is_full, is_read_only
from ingest.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly

BUSY_TIMEOUT_MS = 30_000

Migration = Callable[[Connection], None]
"""Makes a database of the next version of one, within a transaction."""


def counters_table(tables: MetaData) -> Table:
    """The table `meta` of a database: its version under `schema_version`, and numbers that count what happens to it."""
    return Table(
        "meta",
        tables,
        Column("key", String, primary_key=True),
        Column("value", Integer, nullable=False),
    )


def open_database(
    file: Path,
    tables: MetaData,
    counters: Mapping[str, int],
    create: bool,
    migrations: Mapping[int, Migration] | None = None,
) -> Engine:
    """Open a database, or make one with these tables and counters; an older one is brought up to date.

    `migrations` has for each older version what makes the next one of it, in one transaction with its new number.
    Raises StoreError when there is none, or one that cannot become one of `counters["schema_version"]`. All that is
    done with the engine raises StoreError when the file is broken, StoreLocked when another process writes to it
    for too long, StoreFull when the disk is full, and StoreReadOnly where a disk takes no writes.
    """
    if not create and not file.is_file():
        raise no_store(file.parent)
    if create:
        make_folder(file.parent)
    engine = _listening(_reading(file) if is_read_only(file) else _writing(file))
    with engine.connect() as connection:
        if not inspect(connection).has_table("meta"):
            if not create:
                raise StoreError(f"{file} is no Verispan store")
            connection.rollback()
            _make_tables(connection, tables, counters)
        _bring_up(connection, file, tables, counters["schema_version"], migrations or {})
    return engine


def open_reading(file: Path) -> Engine:
    """Open a database to read it as it is, of whatever version: nothing is written to it. Raises StoreError."""
    if not file.is_file():
        raise no_store(file.parent)
    return _listening(_reading(file))


def no_store(folder: Path) -> StoreError:
    """The error to raise for a folder in which there is no store."""
    return StoreError(f"{folder} holds no store; `verispan ingest` makes one")


def _listening(engine: Engine) -> Engine:
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explain)
    return engine


def _writing(file: Path) -> Engine:
    engine = create_engine(_url(file))
    event.listen(engine, "connect", _prepare)
    return engine


def _reading(file: Path) -> Engine:
    engine = create_engine(_url(file), creator=lambda: connect_reading(file))
    event.listen(engine, "connect", _prepare_reading)
    return engine


def _url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file.absolute()))


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


def _prepare_reading(connection: Any, _record: Any) -> None:
    """Give transactions to SQLAlchemy, which sqlite3 would begin too late."""
    connection.isolation_level = None
    connection.create_function("casefold", 1, str.casefold, deterministic=True)  # SQLite's lower() knows ASCII alone
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _prepare(connection: Any, record: Any) -> None:
    """Let readers go on while one writes, and make commits survive a power cut."""
    _prepare_reading(connection, record)
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on while one writes. When several do this to a new file SQLite waits for none of them itself."""
    until = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)


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
    if isinstance(error, sqlite3.Error) and is_full(error):
        raise StoreFull(f"there is no room to write to {file}") from error
    if code == sqlite3.SQLITE_READONLY:
        raise StoreReadOnly(f"{file} cannot be written to") from error
    raise StoreError(f"{file} cannot be used: {error}") from error


def _bring_up(
    connection: Connection, file: Path, tables: MetaData, wanted: int, migrations: Mapping[int, Migration]
) -> None:
    """Bring a database up to the version that is wanted, one version after the other. Raises StoreError."""
    meta = tables.tables["meta"]
    this = meta.c.key == "schema_version"
    while (version := _version(connection, meta)) != wanted:
        if version is None or version not in migrations:
            raise other_version(file, version, wanted)
        if is_read_only(file):
            raise StoreReadOnly(f"{file} is of version {version}, and its disk takes no writes to bring it to {wanted}")
        with connection.execution_options(verispan_wait_ms=BUSY_TIMEOUT_MS).begin():
            if _version(connection, meta, begun=True) == version:  # else another process has done it meanwhile
                migrations[version](connection)
                connection.execute(meta.update().where(this).values(value=version + 1))


def other_version(file: Path, version: int | None, wanted: int) -> StoreError:
    """The error to raise for a database of a version that cannot be brought to the one that is wanted."""
    return StoreError(
        f"{file} is of version {version}, this program reads version {wanted}; "
        "use the program that wrote it, or ingest the documents into a new store"
    )


def _version(connection: Connection, meta: Table, begun: bool = False) -> int | None:
    version = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
    if not begun:
        connection.rollback()
    return version


def _make_tables(connection: Connection, tables: MetaData, counters: Mapping[str, int]) -> None:
    with connection.execution_options(verispan_wait_ms=BUSY_TIMEOUT_MS).begin():
        if inspect(connection).has_table("meta"):
            return
        tables.create_all(connection)
        rows = [{"key": key, "value": value} for key, value in counters.items()]
        connection.execute(tables.tables["meta"].insert(), rows)
