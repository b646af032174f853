"""Writing a SQLite file anew, so that nothing is left in it, or in its write-ahead log, of what was deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.database import BUSY_TIMEOUT_MS
from ingest.disk import is_full
from ingest.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def compact(file: Path) -> None:
    """Write a file anew and empty its log; cut off, it is as it was.

    Raises StoreLocked while others write or read what was, StoreFull, StoreReadOnly and StoreError.
    """
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise _explained(file, error) from error
    if is_busy:
        raise StoreLocked(f"{file} is being read, so that its log cannot be emptied; stop the server, or wait")


def _explained(file: Path, error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return StoreLocked(f"{file} is being written by another process; stop the server, or wait")
    if is_full(error):
        needed = f"{file.stat().st_size:,} bytes are needed there and in the folder for temporary files"
        return StoreFull(f"there is no room to write {file} anew: {needed}")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return StoreReadOnly(f"{file} cannot be written anew: {error}")
    return StoreError(f"{file} cannot be written anew: {error}")
