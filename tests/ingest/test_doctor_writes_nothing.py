"""The doctor writes nothing to a store unless it is asked to mend: older ones stay older, a log that was left stays."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.doctor.examine import Examined, examine
from ingest.doctor.mend import mend
from ingest.errors import StoreError

SHORT = {"answers", "vectors"}
"""What the store of version 1 falls short in: its vectors are of no unit length, its answer has no time."""


def all_bytes(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, less the index of a log, which every reader writes its place to."""
    files = (one for one in folder.rglob("*") if one.is_file() and not one.name.endswith("-shm"))
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of version 1."""
    (tmp_path / "old").mkdir()
    with closing(sqlite3.connect(tmp_path / "old" / "verispan.db")) as connection:
        connection.executescript((Path(__file__).with_name("stores") / "version_1.sql").read_text("utf-8"))
    return tmp_path / "old"


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "verispan.db")) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "verispan.db")) as connection:
        [found] = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    return int(found)


def failed(examined: list[Examined]) -> set[str]:
    return {one.check.name for one in examined if not one.passed}


def test_a_store_of_an_earlier_version_is_examined_and_stays_as_it_is(old: Path) -> None:
    before = all_bytes(old)
    examined = list(examine(old))
    assert all_bytes(old) == before
    assert failed(examined) == SHORT
    assert examined[0].result.note.startswith(f"{old} is of version 1; a copy that was brought to version 2")
    assert {one.check.name: one.result.looked_at for one in examined}["answers"] == 1


def test_damage_of_an_earlier_version_is_found(old: Path) -> None:
    damage(old, "UPDATE revisions SET text = text || '.'")
    before = all_bytes(old)
    assert "texts" in failed(list(examine(old)))
    assert all_bytes(old) == before


def test_mending_brings_it_up_to_date(old: Path, embedder: Any, small_indexes: None) -> None:
    assert mend(old, list(examine(old)), embedder)[0] == "brought from version 1 to 2"
    assert version(old) == 2
    assert next(examine(old)).result.note == ""


def test_one_that_cannot_be_brought_up_is_told_by_its_own_name(old: Path, embedder: Any) -> None:
    damage(old, "UPDATE answers SET body = substr(body, 1, 50)")
    with pytest.raises(StoreError) as told:
        list(examine(old))
    assert told.value.message.startswith(f"{old} cannot be brought from version 1 to 2: ")
    assert "verispan-doctor-" not in told.value.message
    assert version(old) == 1


def test_one_of_a_later_version_is_refused(old: Path) -> None:
    damage(old, "UPDATE meta SET value = 99 WHERE key = 'schema_version'")
    before = all_bytes(old)
    with pytest.raises(StoreError, match=f"{old}/verispan.db is of version 99, this program reads version 2"):
        list(examine(old))
    assert all_bytes(old) == before


@pytest.fixture
def left(folder: Any, tmp_path: Path) -> Path:
    """A store whose writer was killed: what it wrote last stands in the log alone."""
    folder.run()
    with closing(sqlite3.connect(folder.path / "verispan.db")) as connection:
        connection.execute("UPDATE meta SET value = 9 WHERE key = 'generation'")
        connection.commit()
        shutil.copytree(folder.path, tmp_path / "left")
    shutil.rmtree(tmp_path / "left" / "indexes")
    return tmp_path / "left"


def test_a_log_that_was_left_is_read_and_stays(left: Path, embedder: Any) -> None:
    assert (left / "verispan.db-wal").stat().st_size > 0
    before = all_bytes(left)
    assert failed(list(examine(left, None, embedder))) == {"generations"}
    assert all_bytes(left) == before


def test_what_cannot_be_opened_is_not_mended(left: Path, embedder: Any) -> None:
    (left / "verispan.db").write_bytes(b"This is no database. " * 300)
    (left / "verispan.db-wal").unlink()
    examined = list(examine(left))
    assert failed(examined) == {"databases"}
    assert mend(left, examined, embedder) == []
