"""A backup holds the store as it was at one moment, and is restored whole or not at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from ingest import backup
from ingest.backup import BrokenBackup, back_up
from ingest.database import writing
from ingest.errors import StoreError, StoreLocked
from ingest.purge import purge
from ingest.purged import purge_of
from ingest.resolve import resolve
from ingest.restore import BadBackup, FolderTaken, restore
from ingest.store import Store
from ingest.writer import write_lock

Stored = tuple[str, bytes]


def backed_up(folder: Path) -> bytes:
    out = io.BytesIO()
    back_up(folder, out)
    return out.getvalue()


def members(backup: bytes) -> list[Stored]:
    with tarfile.open(fileobj=io.BytesIO(backup)) as tar:
        return [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def packed(stored: list[Stored]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in stored:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return out.getvalue()


def unpacked(backup: bytes, folder: Path) -> dict[str, Any]:
    return restore(io.BytesIO(backup), folder)


@pytest.fixture
def store(folder: Any) -> Path:
    """A store with an answer, a proven threshold, a chat, and what no backup may hold."""
    folder.run()
    path: Path = folder.path
    (path / "session.key").write_text("sessions are signed with this")
    (path / "guarantees").mkdir()
    (path / "guarantees" / "default-37a8eec1.json").write_text('{"threshold": 0.9}')
    with closing(Store.open(path)) as opened:
        opened.save_answer("ans_7", "2026-01-01", {"claims": []})
    with sqlite3.connect(path / "chat.db") as chat:
        chat.execute("CREATE TABLE messages (text)")
        chat.execute("INSERT INTO messages VALUES ('Hello')")
    chat.close()
    return path


def contents(path: Path) -> list[tuple[Any, ...]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(path / "verispan.db")) as connection:
        names = sorted(row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return [(name, *row) for name in names for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2")]


def test_what_was_backed_up_is_restored_elsewhere(store: Path, tmp_path: Path) -> None:
    said = unpacked(backed_up(store), tmp_path / "deep" / "elsewhere")

    assert contents(tmp_path / "deep" / "elsewhere") == contents(store)
    assert (said["generation"], said["counts"]["documents"], said["counts"]["answers"]) == (1, 2, 1)
    assert said["files"] == ["chat.db", "verispan.db", "guarantees/default-37a8eec1.json"]
    with closing(sqlite3.connect(tmp_path / "deep" / "elsewhere" / "chat.db")) as chat:
        assert chat.execute("SELECT text FROM messages").fetchall() == [("Hello",)]
    assert os.listdir(tmp_path / "deep") == ["elsewhere"]


def test_sessions_and_indexes_stay_where_they_are(store: Path) -> None:
    backup = backed_up(store)
    names = [name for name, _ in members(backup)]
    assert names == ["manifest.json", "chat.db", "verispan.db", "guarantees/default-37a8eec1.json"]
    assert b"sessions are signed" not in backup


def test_backing_up_leaves_nothing_beside_the_store(store: Path) -> None:
    before = sorted(path.name for path in store.iterdir())
    backed_up(store)
    assert sorted(path.name for path in store.iterdir()) == before


def test_what_is_not_committed_is_not_in_it_and_holds_it_up_no_more_than_it_holds_up_a_writer(
    store: Path, tmp_path: Path
) -> None:
    with closing(Store.open(store)) as opened, writing(opened.engine).begin() as connection:
        connection.execute(sql("UPDATE documents SET title = 'Half done'"))
        backup = backed_up(store)
        connection.execute(sql("UPDATE meta SET value = 2 WHERE key = 'generation'"))
    unpacked(backup, tmp_path / "elsewhere")
    assert Store.open(tmp_path / "elsewhere").generation() == 1
    assert all(one.title != "Half done" for one in Store.open(tmp_path / "elsewhere").documents())


def test_each_of_many_backups_taken_while_answers_are_kept_is_whole(store: Path, tmp_path: Path) -> None:
    opened, done = Store.open(store), threading.Event()

    def keep() -> None:
        for number in range(100):
            opened.save_answer(f"ans_n{number}", "2026-01-01", {"number": number, "filler": "long " * 2000})
        done.set()

    thread = threading.Thread(target=keep)
    thread.start()
    found = []
    while not done.is_set() and len(found) < 50:
        unpacked(backed_up(store), tmp_path / f"copy{len(found)}")
        found.append(Store.open(tmp_path / f"copy{len(found)}").counts()["answers"])
    thread.join()
    opened.close()
    assert found == sorted(found)


def test_a_store_of_an_earlier_version_is_restored_and_brought_up(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    with closing(sqlite3.connect(old / "verispan.db")) as connection:
        connection.executescript((Path(__file__).with_name("stores") / "version_1.sql").read_text("utf-8"))
    unpacked(backed_up(old), tmp_path / "new")
    store = Store.open(tmp_path / "new")
    [claim] = store.answer("ans_1")["claims"]
    assert resolve(store, claim["citations"][0]["id"]).status == "changed"
    with closing(sqlite3.connect(old / "verispan.db")) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == (1,)


@pytest.mark.parametrize("there", ["store", "file", "folder with a file"])
def test_nothing_is_restored_over_what_is_there(store: Path, tmp_path: Path, there: str) -> None:
    place = store if there == "store" else tmp_path / "there"
    if there == "file":
        place.write_text("mine")
    elif there == "folder with a file":
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    with pytest.raises(FolderTaken):
        unpacked(backed_up(store), place)


def test_an_empty_folder_may_be_there(store: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert unpacked(backed_up(store), tmp_path / "empty")["generation"] == 1


def _told(stored: list[Stored], **values: Any) -> list[Stored]:
    """The same with other values in the manifest."""
    manifest = json.loads(stored[0][1]) | values
    return [("manifest.json", json.dumps(manifest).encode()), *stored[1:]]


def _renamed(stored: list[Stored], name: str) -> list[Stored]:
    """The same with the chat under another name, in the manifest too."""
    manifest = json.loads(stored[0][1])
    manifest["members"][0]["name"] = name
    return [("manifest.json", json.dumps(manifest).encode()), (name, stored[1][1]), *stored[2:]]


BROKEN: dict[str, Callable[[list[Stored]], list[Stored]]] = {
    "a byte is another": lambda all: [*all[:2], ("verispan.db", all[2][1][:5000] + b"?" + all[2][1][5001:]), *all[3:]],
    "a byte is lacking": lambda all: [*all[:2], ("verispan.db", all[2][1][:-1]), *all[3:]],
    "a file is lacking": lambda all: all[:-1],
    "a file too many": lambda all: [*all, ("extra.db", b"")],
    "a file twice": lambda all: [*all, all[1]],
    "no manifest": lambda all: all[1:],
    "manifest is no JSON": lambda all: [("manifest.json", b"{"), *all[1:]],
    "manifest of nothing": lambda all: [("manifest.json", b"[]"), *all[1:]],
    "a later format": lambda all: _told(all, format=2),
    "a later store": lambda all: _told(all, schema_version=99),
    "no store": lambda all: _told([all[0], all[1]], members=json.loads(all[0][1])["members"][:1]),
    "a path outside": lambda all: _renamed(all, "../chat.db"),
    "an absolute path": lambda all: _renamed(all, "/tmp/chat.db"),
    "a key": lambda all: _renamed(all, "session.key"),
    "nothing at all": lambda all: [],
}  # fmt: skip


@pytest.mark.parametrize("damage", BROKEN)
def test_what_is_not_as_it_was_written_is_refused_whole(store: Path, tmp_path: Path, damage: str) -> None:
    stored = members(backed_up(store))
    assert unpacked(packed(stored), tmp_path / "control")
    place = tmp_path / "restored" / "store"
    place.parent.mkdir()
    with pytest.raises(BadBackup):
        unpacked(packed(BROKEN[damage](stored)), place)
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_backup_that_was_cut_off_is_refused(store: Path, tmp_path: Path, share: float) -> None:
    backup = backed_up(store)
    with pytest.raises(BadBackup):
        unpacked(backup[: int(len(backup) * share)], tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_a_link_is_refused(store: Path, tmp_path: Path) -> None:
    stored, out = members(backed_up(store)), io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        header = tarfile.TarInfo("manifest.json")
        header.size = len(stored[0][1])
        tar.addfile(header, io.BytesIO(stored[0][1]))
        link = tarfile.TarInfo("chat.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BadBackup):
        unpacked(out.getvalue(), tmp_path / "place")


def test_what_there_is_no_room_for_is_not_begun(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = backed_up(store)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 0, 9))  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="are free"):
        unpacked(backup, tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_no_store_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        backed_up(tmp_path)


@pytest.mark.parametrize("at", [0, 5000])
def test_a_damaged_store_is_told_and_not_backed_up(store: Path, at: int) -> None:
    file = store / "verispan.db"
    data = bytearray(file.read_bytes())
    data[at : at + 4096] = b"junk" * 1024
    file.write_bytes(data)
    with pytest.raises(BrokenBackup, match=r"verispan\.db"):
        backed_up(store)


SECRET = "It is checked twice."


class Chat:
    """The chat of the store, which a purge redacts."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "chat.db"

    def redact(self, _answered: Any, without: Callable[[str], str]) -> int:
        with closing(sqlite3.connect(self._file)) as chat:
            rows = chat.execute("SELECT rowid, text FROM messages").fetchall()
            chat.executemany(
                "UPDATE messages SET text = ? WHERE rowid = ?", [(without(text), row) for row, text in rows]
            )
            chat.commit()
        return sum(without(text) != text for _, text in rows)

    def staying(self) -> Iterator[bytes]:
        return iter(())

    def compact(self) -> None:
        with closing(sqlite3.connect(self._file)) as chat:
            chat.execute("VACUUM")


@pytest.fixture
def quoted(store: Path) -> Path:
    """The same store, whose chat quotes a document."""
    with closing(sqlite3.connect(store / "chat.db")) as chat:
        chat.execute("INSERT INTO messages VALUES (?)", (f"So it says: {SECRET} Thanks.",))
        chat.commit()
    return store


def purge_hold(path: Path, embedder: Any) -> None:
    with closing(Store.open(path)) as opened, write_lock(path):
        purge(opened, "hold", "me", "it was private", embedder, [Chat(path)])


@pytest.mark.parametrize("after", ["chat.db", "verispan.db"])
def test_a_purge_between_two_copies_leaves_nothing_of_the_document_in_a_backup_that_says_it_was_purged(
    quoted: Path, tmp_path: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    copy, copied = backup._copy_database, []

    def copy_and_purge(file: Path, target: Path) -> None:
        copy(file, target)
        copied.append(file.name)
        if copied.count(after) == 1 and file.name == after:
            purge_hold(quoted, embedder)

    monkeypatch.setattr(backup, "_copy_database", copy_and_purge)
    monkeypatch.setattr(backup, "_WAIT_S", 0)
    taken = backed_up(quoted)
    unpacked(taken, tmp_path / "new")
    with closing(Store.open(tmp_path / "new")) as opened:
        is_purged = purge_of(opened, "hold") is not None
    assert is_purged == (after == "chat.db")
    assert (SECRET.encode() in taken) == (not is_purged)


def test_a_backup_waits_for_a_purge_that_goes_on_and_not_for_one_that_was_cut_off(
    quoted: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    purge_hold(quoted, embedder)
    with closing(sqlite3.connect(quoted / "verispan.db")) as connection:
        connection.execute("UPDATE purges SET detail = json_remove(detail, '$.proof')")
        connection.commit()
    monkeypatch.setattr(backup, "_WAIT_S", 0)
    with write_lock(quoted), pytest.raises(StoreLocked, match="being purged"):
        backed_up(quoted)
    assert backed_up(quoted)
