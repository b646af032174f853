"""Vectors made anew from the texts that they are named after, and the indexes that were built of what was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from ingest.ahead import EMBEDDED_AT_ONCE, Ahead
from ingest.database import writing
from ingest.doctor.indexes import index_folders
from ingest.doctor.subject import Subject
from ingest.doctor.vectors import Name, is_of, known, lost_keys, wrong
from ingest.embed import Embedder
from ingest.indexes import folder_name, read_marker
from ingest.report import IngestReport
from ingest.schema import passages, vectors
from ingest.store import Store


class _Held(NamedTuple):
    """The indexes that hold a passage: the folder of its collection, and its generations."""

    home: str
    first: int
    last: int | None


def make_again(subject: Subject, embedder: Embedder, compare: bool) -> frozenset[Name]:
    """Make anew the vectors that are wrong in themselves or lacking; give those that are others now, or gone.

    With `compare` every text is embedded, and so are found those that are of another text. Another embedder's goes, for
    that makes it when it is asked; one of which the text is not known any more stays as it is.
    """
    store = subject.store
    bad = {name for name, _ in wrong(subject)}
    if compare:
        bad |= {Name(key, embedder.name) for key, text in known(store) if not is_of(store, embedder, key, text)}
    lost = lost_keys(store, {name.key for name in bad})
    gone = frozenset(name for name in bad if name.key not in lost)
    _delete(store, gone)
    return gone | _embed_lacking(store, embedder)


def _delete(store: Store, names: AbstractSet[Name]) -> None:
    this = (vectors.c.key == bindparam("of_key")) & (vectors.c.embedder == bindparam("by"))
    if names:
        with writing(store.engine).begin() as connection:
            connection.execute(delete(vectors).where(this), [{"of_key": one.key, "by": one.embedder} for one in names])


def _embed_lacking(store: Store, embedder: Embedder) -> set[Name]:
    ahead, made = Ahead(store, embedder, IngestReport()), set[Name]()
    for some in _portions(known(store)):
        made |= {Name(key, embedder.name) for key in store.missing_vectors(some.keys(), embedder.name)}
        ahead.add_texts(some)
    ahead.flush()
    return made


def _portions(pairs: Iterator[tuple[str, str]]) -> Iterator[dict[str, str]]:
    while some := dict(islice(pairs, EMBEDDED_AT_ONCE)):
        yield some


def built_of(store: Store, names: Iterable[Name]) -> list[str]:
    """The places of the indexes that were built of any of these vectors."""
    keys: dict[str, set[str]] = defaultdict(set)
    for name in names:
        keys[name.embedder].add(name.key)
    held = {embedder: _held(store, some) for embedder, some in keys.items()}
    found = []
    for folder in index_folders(store.folder):
        marker = read_marker(folder)
        if marker and _is_of_any(folder.parent.name, marker.generation, held.get(marker.embedder, ())):
            found.append(folder.relative_to(store.folder).as_posix())
    return found


def _held(store: Store, keys: AbstractSet[str]) -> set[_Held]:
    columns = (passages.c.collection, passages.c.first_generation, passages.c.last_generation, passages.c.vector_key)
    with store.engine.connect() as connection:
        rows = connection.execution_options(yield_per=1000).execute(select(*columns))
        return {_Held(folder_name(row[0]), row[1], row[2]) for row in rows if row.vector_key in keys}


def _is_of_any(home: str, generation: int, held: Iterable[_Held]) -> bool:
    return any(
        one.home == home and one.first <= generation and (one.last is None or generation <= one.last) for one in held
    )
