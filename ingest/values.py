"""The values of a database, as they stand in its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from ingest.errors import StoreError

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"


def values_in(file: Path, chosen: Mapping[str, str] | None = None, **given: str) -> Iterator[bytes]:
    """The texts and blobs in the tables of a database, row by row, and the words in which it was laid out.

    `chosen` are the queries by which a table is read, an empty one to leave it out, with what is `given` to them.
    Raises StoreError where it cannot be read.
    """
    chosen = chosen or {}
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            for table in ("sqlite_master", *(name for (name,) in connection.execute(_TABLES).fetchall())):
                query = chosen.get(table, f'SELECT * FROM "{table}"')  # noqa: S608  # a name of the file's own
                for row in connection.execute(query, given) if query else ():
                    yield b"\x00".join(_bytes(value) for value in row if isinstance(value, str | bytes))
    except sqlite3.Error as error:
        if file.exists():
            raise StoreError(f"{file} cannot be read: {error}") from error


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
