"""Writing a SQLite file anew, so that nothing is left in it, or in its write-ahead log, of what was deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.database import BUSY_TIMEOUT_MS
from ingest.errors import StoreError, StoreLocked


def compact(file: Path) -> None:
    """Write a file anew and empty its log. Raises StoreLocked while others read what was, and StoreError."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be written anew: {error}") from error
    if is_busy:
        raise StoreLocked(f"{file} is being read, so that its log cannot be emptied")
