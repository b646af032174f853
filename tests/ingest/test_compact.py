"""A file that cannot be written anew says why, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest import compact as compacting
from ingest.compact import compact
from ingest.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly

WORDS = "Some words of a row that goes."


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database with a deleted row, whose log is open in another connection; waiting is cut short."""
    monkeypatch.setattr(compacting, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE said (what TEXT)")
        connection.execute("INSERT INTO said VALUES (?), ('Another row stays.')", (WORDS,))
        connection.execute("DELETE FROM said WHERE what = ?", (WORDS,))
        yield path


def holds(path: Path) -> bool:
    return any(WORDS.encode() in one.read_bytes() for one in path.parent.iterdir())


def test_nothing_is_left_of_what_was_deleted(file: Path) -> None:
    assert holds(file)
    compact(file)
    assert not holds(file)


@pytest.mark.parametrize(("begun", "said"), [("BEGIN IMMEDIATE", "is being written"), ("BEGIN", "is being read")])
def test_it_says_that_others_use_the_file(file: Path, begun: str, said: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(begun)
        other.execute("SELECT * FROM said").fetchall()
        with pytest.raises(StoreLocked, match=rf"a\.db {said}.* stop the server"):
            compact(file)
    compact(file)
    assert not holds(file)


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        (sqlite3.SQLITE_FULL, StoreFull, r"no room to write .*a\.db anew: [0-9,]+ bytes are needed there and in"),
        (sqlite3.SQLITE_READONLY, StoreReadOnly, r"a\.db cannot be written anew"),
        (sqlite3.SQLITE_CORRUPT, StoreError, r"a\.db cannot be written anew: it went wrong"),
    ],
)
def test_it_says_what_the_disk_refuses(
    file: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[StoreError], said: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        refused = sqlite3.OperationalError("it went wrong")
        refused.sqlite_errorcode = code
        raise refused

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(error, match=said):
        compact(file)
