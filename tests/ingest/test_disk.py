"""A disk that is full, or takes no writes: what it refuses is said, what was there before stays and is read."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy import text as sql

from ingest import disk
from ingest.disk import connect_reading, is_read_only, locked, refused
from ingest.errors import StoreError, StoreFull, StoreReadOnly
from ingest.indexes import build_indexes
from ingest.pipeline import ensure_indexes
from ingest.store import Store
from ingest.writer import write_lock

LONG = "\n\n".join(f"Sentence {number} says that the margin of corner {number} is 15 ps." for number in range(4000))


@contextmanager
def no_room() -> Iterator[None]:
    """Databases that may grow no further, as on a full disk; SQLite says the same of either."""

    def full(connection: sqlite3.Connection, _record: object) -> None:
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count={max(1, pages)}")

    event.listen(Engine, "connect", full)
    try:
        yield
    finally:
        event.remove(Engine, "connect", full)


def take_no_writes(patch: pytest.MonkeyPatch) -> None:
    """Have all disks take no writes, as far as is asked; to mount one that really does not takes root."""
    patch.setattr(disk, "is_read_only", lambda _: True)
    patch.setattr("ingest.database.is_read_only", lambda _: True)


def state(folder: Any) -> tuple[Any, ...]:
    with closing(folder.store()) as store:
        return store.generation(), store.documents(), [folder.ids(one.id) for one in store.documents()]


def test_an_ingest_on_a_full_disk_leaves_the_old_state(folder: Any) -> None:
    folder.run()
    before = state(folder)
    folder.write(**{"long.txt": LONG, "hold.txt": "Other words. They are short."})
    with no_room(), pytest.raises(StoreFull, match=r"no room to write to .*verispan\.db") as caught:
        folder.run()
    assert "Make room" in caught.value.next_step
    assert state(folder) == before


def test_an_answer_that_finds_no_room_is_told(folder: Any) -> None:
    folder.run()
    with no_room(), closing(folder.store()) as store:
        with pytest.raises(StoreFull):
            store.save_answer("ans_1", "2026-01-01", {"text": "long " * 50_000})
        assert store.counts()["answers"] == 0
        store.save_answer("ans_2", "2026-01-01", {"text": "short"})


def test_indexes_that_find_no_room_are_told_and_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("ingest.indexes.build_vectors", full)
    with pytest.raises(StoreFull, match="no room"):
        build_indexes(tmp_path, "default", 1, ["a"], ["Text."], None, "e")  # type: ignore[arg-type]
    [home] = tmp_path.iterdir()
    assert list(home.iterdir()) == []


def test_what_stood_in_the_store_is_read_and_nothing_is_made_beside_it(folder: Any, monkeypatch: Any) -> None:
    folder.run()
    before = state(folder)
    files = sorted(one.name for one in folder.path.iterdir())
    take_no_writes(monkeypatch)
    assert state(folder) == before
    assert sorted(one.name for one in folder.path.iterdir()) == files


def test_writing_where_nothing_can_be_written_is_told(folder: Any, monkeypatch: Any) -> None:
    folder.run()
    take_no_writes(monkeypatch)
    with closing(folder.store()) as store, pytest.raises(StoreReadOnly, match=r"verispan\.db cannot be written to"):
        store.save_answer("ans_1", "2026-01-01", {})


def test_an_older_store_is_not_brought_up_where_nothing_can_be_written(tmp_path: Path, monkeypatch: Any) -> None:
    with closing(sqlite3.connect(tmp_path / "verispan.db")) as connection:
        connection.executescript((Path(__file__).with_name("stores") / "version_1.sql").read_text("utf-8"))
    monkeypatch.setattr("ingest.database.is_read_only", lambda _: True)
    with pytest.raises(StoreReadOnly, match="of version 1, and its disk takes no writes"):
        Store.open(tmp_path)


def test_a_log_that_was_left_is_not_passed_over(folder: Any, tmp_path: Path, monkeypatch: Any) -> None:
    folder.run()
    with closing(folder.store()) as store, store.engine.connect() as connection:
        store.save_answer("ans_1", "2026-01-01", {})
        connection.execute(sql("SELECT 1"))
        monkeypatch.setattr(disk, "is_read_only", lambda _: True)
        with closing(connect_reading(folder.path / "verispan.db")) as reading:
            assert reading.execute("SELECT id FROM answers").fetchall() == [("ans_1",)]


def test_a_log_that_is_taken_away_meanwhile_is_none(folder: Any, monkeypatch: Any) -> None:
    folder.run()
    log, stat = folder.path / "verispan.db-wal", Path.stat
    log.write_bytes(b"")

    def stat_and_take_away(path: Path, **options: Any) -> os.stat_result:
        found = stat(path, **options)
        if path == log:
            log.unlink()
        return found

    monkeypatch.setattr(Path, "stat", stat_and_take_away)
    with closing(connect_reading(folder.path / "verispan.db")) as reading:
        assert reading.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_who_reads_cannot_write(folder: Any) -> None:
    folder.run()
    with closing(connect_reading(folder.path / "verispan.db")) as reading, pytest.raises(sqlite3.OperationalError):
        reading.execute("DELETE FROM answers")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EROFS, StoreReadOnly),
        (errno.EACCES, StoreReadOnly),
        (errno.EIO, StoreError),
    ],
)
def test_what_the_system_refuses_is_told(tmp_path: Path, monkeypatch: Any, number: int, kind: type[StoreError]) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("ingest.disk.FileLock.acquire", fail)
    with pytest.raises(StoreError) as caught, write_lock(tmp_path):
        pass
    assert type(caught.value) is kind
    assert str(tmp_path) in caught.value.message


def test_an_error_while_a_lock_is_held_is_not_the_locks(tmp_path: Path) -> None:
    error = OSError(errno.ENOSPC, "elsewhere")
    with pytest.raises(OSError, match="elsewhere") as caught, locked(tmp_path / "lock"):
        raise error
    assert caught.value is error


def test_lacking_indexes_that_cannot_be_built_are_told(folder: Any, monkeypatch: Any) -> None:
    folder.run()
    monkeypatch.setattr("ingest.pipeline.has_indexes", lambda *_: False)
    monkeypatch.setattr("ingest.pipeline.locked", _refusing)
    with closing(folder.store()) as store, pytest.raises(StoreReadOnly):
        ensure_indexes(store, folder.embedder)


def _refusing(file: Path, *_: Any) -> Any:
    raise refused(OSError(errno.EROFS, "Read-only file system"), file.parent)


def test_a_path_that_is_not_there_is_no_read_only_disk(tmp_path: Path) -> None:
    assert not is_read_only(tmp_path / "nothing")
    assert not is_read_only(tmp_path)


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="a file system that is read-only everywhere is Linux's")
def test_a_disk_that_takes_no_writes_is_known() -> None:
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if " ro," in line]
    assert all(is_read_only(Path(one)) for one in mounted if Path(one).exists())


def test_where_files_have_no_locks_nobody_holds_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    (tmp_path / "indexes.lock").touch()
    monkeypatch.setattr("ingest.disk.fcntl.flock", unknown)
    assert not disk.is_locked(tmp_path / "indexes.lock")


def test_whether_a_lock_is_held_is_found_out_without_a_trace(tmp_path: Path) -> None:
    assert not disk.is_locked(tmp_path / "indexes.lock")
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path / "indexes.lock"):
        assert disk.is_locked(tmp_path / "indexes.lock")
        assert disk.is_locked(tmp_path / "indexes.lock")
    assert not disk.is_locked(tmp_path / "indexes.lock")
    with locked(tmp_path / "indexes.lock", 0):
        pass
