"""What the doctor finds: a table of what was told, of one bit flipped at random places of every file of a store.

`python -m eval.bench_doctor STORE [PLACES [NAMES]]`, NAMES being a pattern such as `*.db`. A flip that leaves every
value of every table as it was (a free page, the rest of a page) is harmless; one that changes a value and is not told
was missed.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

from ingest.doctor.examine import CHECKS, examine, look
from ingest.doctor.opened import opened
from ingest.doctor.subject import Subject
from ingest.embed import Embedder, RememberingEmbedder, load_embedder

PLACES = 20
_REWRITTEN = ("session.key", "write.pid")
"""Another key ends all sessions; the other is for a message."""

_GRAPH = ("data_level0.bin", "link_lists.bin", "header.bin", "length.bin")
"""Chroma's graph, which only proposes: all of its vectors were compared, and the nearest of each were found."""

_BESIDE = ("thresholds", "index files", "indexes", "leftovers")


def flipped(store: Path, file: Path, place: int, bit: int, aside: Path) -> Path:
    """A copy of a store in which one bit of one file is another."""
    copy = aside / "store"
    shutil.copytree(store, copy)
    target = copy / file.relative_to(store)
    data = bytearray(target.read_bytes())
    data[place] ^= 1 << bit
    target.write_bytes(data)
    return copy


def outcome(store: Path, copy: Path, file: Path, embedder: Embedder) -> tuple[str, str]:
    """`found` with the checks that told, `harmless`, or `missed` with the table and column that differ."""
    told = list(_told(copy, embedder)) if file.suffix == ".db" else list(islice(_told_beside(copy), 1))
    if told:
        return "found", ", ".join(told)
    if file.name in (*_REWRITTEN, *_GRAPH):
        return "harmless", ""
    if file.suffix in (".db", ".sqlite3"):
        where = differing(file, copy / file.relative_to(store))
        return ("missed", where) if where else ("harmless", "")
    return "missed", ""


def _told(copy: Path, embedder: Embedder) -> Iterator[str]:
    return (one.check.name for one in examine(copy, None, embedder) if not one.passed)


def _told_beside(copy: Path) -> Iterator[str]:
    """Of the checks that look at more than databases, those that told, one after the other."""
    with opened(copy) as (store, _):
        subject = Subject(copy, store, store.generation(), None, None)
        for check in CHECKS:
            if check.name in _BESIDE and look(check, subject).findings:
                yield check.name


def differing(one: Path, other: Path) -> str:
    """The first table and column of which two databases hold other values; empty where there is none."""
    pairs = zip(_digests(one), _digests(other), strict=True)
    return next((name for (name, before), (_, after) in pairs if before != after), "")


def _digests(file: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        connection.text_factory = bytes
        names = [row[0].decode() for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(names):
            for _, column, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                rows = connection.execute(f'SELECT "{column.decode()}" FROM {table}').fetchall()  # noqa: S608
                yield f"{table}.{column.decode()}", sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()


def main(store: Path, places: int = PLACES, names: str = "*") -> None:
    """Print the table, a line a file, and under it which checks told how often."""
    chance, embedder = random.Random(0), RememberingEmbedder(load_embedder())  # noqa: S311
    for file in sorted(path for path in store.rglob(names) if path.is_file() and path.stat().st_size):
        counts: Counter[str] = Counter()
        details: Counter[str] = Counter()
        for _ in range(places):
            place, bit = chance.randrange(file.stat().st_size), chance.randrange(8)
            with tempfile.TemporaryDirectory() as name:
                copy = flipped(store, file, place, bit, Path(name))
                said, where = outcome(store, copy, file, embedder)
            counts[said] += 1
            details[f"{said}: {where}"] += 1
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        print(f"{file.relative_to(store)} ({file.stat().st_size} bytes): {told}", flush=True)  # noqa: T201
        for name, count in details.most_common():
            print(f"    {count} {name}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else PLACES, *sys.argv[3:4])
