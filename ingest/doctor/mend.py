"""What is derived, made anew from the truth: vectors, indexes, what is cited. The truth itself is never touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from filelock import Timeout
from sqlalchemy import Connection, Text, select

from ingest.cited import cited_by
from ingest.database import open_reading, writing
from ingest.disk import locked, refused
from ingest.doctor.again import built_of, make_again
from ingest.doctor.examine import Examined
from ingest.doctor.indexes import LOCK, index_folders
from ingest.doctor.opened import version_in
from ingest.doctor.reading import UNREADABLE
from ingest.doctor.subject import Finding, Subject
from ingest.doctor.vectors import Name
from ingest.embed import Embedder
from ingest.errors import StoreLocked, VerispanError
from ingest.pipeline import ensure_indexes
from ingest.schema import DATABASE, SCHEMA_VERSION, answers, cited
from ingest.store import Store
from ingest.writer import LOCK_WAIT_S, write_lock

_INDEXES = ("index files", "indexes", "leftovers")
_VECTORS, _AGAIN = "vectors", "vectors embedded again"


def mend(folder: Path, examined: Sequence[Examined], embedder: Embedder) -> list[str]:
    """Mend what was found of what is derived, and say what was done; an older store is brought up to date first.

    One that cannot be opened is left alone. Raises StoreLocked while another writes to it.
    """
    if {one.check.name for one in examined} == {"databases"}:
        return []
    broken = {one.check.name: one.result.findings for one in examined if not one.passed}
    with write_lock(folder):
        done = _brought_up(folder)
        with closing(Store.open(folder)) as store:
            made = frozenset[Name]()
            if "cited" in broken:
                done.append(f"the table of what is cited: {_cite_again(store)} rows")
            if broken.keys() & {_VECTORS, _AGAIN}:
                subject = Subject(folder, store, store.generation(), None, embedder)
                made = make_again(subject, embedder, compare=_AGAIN in broken)
                done.append(f"vectors: {len(made)}")
            done += _index_again(store, embedder, broken, made)
    return done


def _index_again(
    store: Store, embedder: Embedder, broken: Mapping[str, Sequence[Finding]], made: Iterable[Name]
) -> list[str]:
    """Build anew the indexes that something was found in, or that were built of vectors which were made anew since."""
    places = [finding.where for name in _INDEXES for finding in broken.get(name, ())]
    places += built_of(store, made)
    done = [f"removed {name}" for name in _remove(store.folder, places)]
    if places:
        ensure_indexes(store, embedder)
        done.append(f"indexes of generation {store.generation()}")
    return done


def _brought_up(folder: Path) -> list[str]:
    """Say from which version the store will be brought up when it is opened."""
    engine = open_reading(folder / DATABASE)
    version = version_in(engine, folder / DATABASE)
    engine.dispose()
    return [f"brought from version {version} to {SCHEMA_VERSION}"] if version != SCHEMA_VERSION else []


def _cite_again(store: Store) -> int:
    """Write the rows of what is cited anew from the answers."""
    with writing(store.engine).begin() as connection:
        bodies = dict(_readable(connection))
        unread = [name for name in connection.scalars(select(answers.c.id)) if name not in bodies]
        rows = [{"answer_id": name, **one._asdict()} for name, body in bodies.items() for one in cited_by(body)]
        connection.execute(cited.delete().where(cited.c.answer_id.not_in(unread)))
        if rows:
            connection.execute(cited.insert(), rows)
    return len(rows)


def _readable(connection: Connection) -> Iterator[tuple[str, Any]]:
    """The answers whose bodies can be read; the rows of the others stay as they are."""
    for name, body in connection.execute(select(answers.c.id, answers.c.body.cast(Text))):
        with suppress(VerispanError, *UNREADABLE):
            cited_by(read := json.loads(body))
            yield name, read


def _remove(folder: Path, places: Sequence[str]) -> list[str]:
    """Remove the folders of indexes that something was found in. Raises StoreLocked while one is being built."""
    removed = []
    try:
        with locked(folder / LOCK, LOCK_WAIT_S):
            for one in index_folders(folder):
                name = one.relative_to(folder).as_posix()
                if any(place == name or place.startswith(f"{name}/") for place in places):
                    shutil.rmtree(one)
                    removed.append(name)
    except Timeout as error:
        raise StoreLocked(f"another process is building indexes of {folder}") from error
    except OSError as error:
        raise refused(error, folder / "indexes") from error
    return removed
