"""A store as one file, and back: taken while others read and write it, restored whole or not at all.

The file is a plain tar (POSIX pax). Its first member, `manifest.json`, names each other one with its size and SHA-256.
In it are the databases, as SQLite's online backup copies them, and the proven thresholds. Not in it are the indexes,
which are derived and built anew; `session.key`, for whoever has it can sign sessions, and a store that was restored
elsewhere should honour none; and the file of users, which is not in the store's folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from time import sleep
from typing import IO, Any

from ingest.database import no_store
from ingest.disk import PURGE_LOCK, connect_reading, copy_database, copying, is_locked
from ingest.errors import StoreError, StoreLocked
from ingest.rows import now
from ingest.schema import DATABASE

FORMAT = 1
MANIFEST = "manifest.json"
KEPT_BESIDE = "guarantees/*.json"
_BESIDE = re.compile(r"guarantees/[^/\0]+\.json")
DATABASES = ("chat.db", DATABASE)
"""The databases of a store that there may be, in the order in which they are copied."""

_ATTEMPTS, _WAIT_S = 60, 0.5
"""How often databases are copied while a purge goes on, and how long is waited in between."""


class BrokenBackup(StoreError):
    """A store cannot be backed up, since its own file is damaged."""

    code = "store_broken"
    next_step = "Run `verispan doctor`: it says what is damaged, and what to do."


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a backup: where it is in the store's folder, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `schema_version` and `generation` are the store's; `created` is ISO 8601, UTC."""

    format: int
    schema_version: int
    generation: int
    created: str
    members: tuple[Member, ...]


def is_kept(name: str) -> bool:
    """Whether a backup may hold a file of this name, as it is from the store's folder."""
    return name in DATABASES or bool(_BESIDE.fullmatch(name))


def back_up(folder: Path, out: IO[bytes]) -> Manifest:
    """Write a backup of the store in a folder; `out` need not seek. The store may be in use meanwhile.

    Raises StoreError where there is no store, and BrokenBackup.
    """
    if not (folder / DATABASE).is_file():
        raise no_store(folder)
    with tempfile.TemporaryDirectory(prefix="verispan-backup-") as name:
        aside = Path(name)
        manifest = _copy(folder, aside)
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, BytesIO(json.dumps(asdict(manifest), indent=2).encode()))
            for member in manifest.members:
                with (aside / member.name).open("rb") as file:
                    _add(tar, member.name, file)
    return manifest


def _copy(folder: Path, aside: Path) -> Manifest:
    """Copy what is kept; the copies are of one moment as far as purges go."""
    databases = [folder / name for name in DATABASES if (folder / name).is_file()]
    _copy_between_purges(folder, databases, aside)
    beside = sorted(one for one in folder.glob(KEPT_BESIDE) if one.is_file())
    for file in beside:
        (aside / file.relative_to(folder)).parent.mkdir(exist_ok=True)
        shutil.copyfile(file, aside / file.relative_to(folder))
    members = tuple(_member(aside, one.relative_to(folder)) for one in (*databases, *beside))
    counters = _counters(aside / DATABASE)
    return Manifest(FORMAT, counters["schema_version"], counters["generation"], now(), members)


def _copy_between_purges(folder: Path, databases: Sequence[Path], aside: Path) -> None:
    """Copy the databases again while a purge comes between, or goes on: one may have what the other has lost.

    The chat goes first: whatever answer it names is then in the store's own, later copy. Raises StoreLocked.
    """
    for _ in range(_ATTEMPTS):
        before = _purges(folder / DATABASE)
        for database in databases:
            _copy_database(database, aside / database.name)
        goes_on = not all(before.values()) and is_locked(folder / PURGE_LOCK)
        if _purges(aside / DATABASE) == before and not goes_on:
            return
        sleep(_WAIT_S)
    raise StoreLocked(f"a document is being purged from {folder}")


def _purges(file: Path) -> dict[str, bool]:
    """The documents that were purged, each with whether that was proven. Raises BrokenBackup."""
    said = "json_valid(detail) AND json_type(detail, '$.proof') IS NOT NULL"
    with copying(file, file, BrokenBackup), closing(connect_reading(file)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'purges'").fetchone():  # of version 1
            return {}
        return {name: bool(proven) for name, proven in connection.execute(f"SELECT document_id, {said} FROM purges")}  # noqa: S608


def _copy_database(file: Path, copy: Path) -> None:
    """Copy a database while it may be in use. Raises BrokenBackup for one that is damaged."""
    copy.unlink(missing_ok=True)
    with copying(file, copy, BrokenBackup):
        copy_database(file, copy)
        with closing(sqlite3.connect(copy)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if said != ["ok"]:
        raise BrokenBackup(f"{file} is damaged: {said[0]}")


def _member(aside: Path, name: Path) -> Member:
    with (aside / name).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        return Member(name.as_posix(), file.tell(), digest)


def _counters(copy: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(copy)) as connection:
        return dict(connection.execute("SELECT key, value FROM meta"))


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    """Add a file whose owner, rights and time say nothing of this machine."""
    header = tarfile.TarInfo(name)
    header.size = file.seek(0, os.SEEK_END)
    header.mode = 0o600
    file.seek(0)
    tar.addfile(header, file)
