"""What SQLite itself can tell of its files: torn pages, indexes that do not match, rows that point nowhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ingest.disk import connect_reading, is_full
from ingest.doctor.subject import Finding, Result, gathered
from ingest.errors import StoreFull


def databases(folder: Path) -> Result:
    """Examine every database in a store's folder."""
    return gathered(_database(file) for file in sorted(folder.glob("*.db")))


def _database(file: Path) -> Iterator[Finding]:
    try:
        with closing(connect_reading(file)) as connection:
            for (said,) in connection.execute("PRAGMA integrity_check(20)"):
                if said != "ok":
                    yield Finding(file.name, said)
            for table, row, target, _ in connection.execute("PRAGMA foreign_key_check"):
                yield Finding(file.name, f"row {row} of {table} names what {target} does not have")
    except sqlite3.Error as error:
        if is_full(error):
            raise StoreFull(f"there is no room to open {file}") from error
        yield Finding(file.name, f"SQLite cannot read it: {error}")
