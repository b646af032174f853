"""Past generations of the store: which collections they had, and indexes of them, built of the truth when asked for."""

from __future__ import annotations

import shutil

from sqlalchemy import func, select

from ingest.disk import locked
from ingest.embed import Embedder
from ingest.indexes import Indexes, IndexMissing, Marker, built_from, open_indexes
from ingest.pipeline import build_collection
from ingest.schema import generations, passages, revisions, visible
from ingest.store import Store

PAST = "indexes-past"
"""The folder of past generations' indexes, beside that of the newest."""


def collections_at(store: Store, generation: int) -> tuple[str, ...]:
    """The names of the collections that held something in a generation, sorted."""
    query = select(passages.c.collection).where(visible(passages, generation)).distinct()
    with store.engine.connect() as connection:
        return tuple(sorted(connection.scalars(query)))


def committed_at(store: Store, generation: int) -> str | None:
    """When a generation was committed (ISO 8601, UTC); None where that is not known."""
    query = select(generations.c.committed_at).where(generations.c.number == generation)
    with store.engine.connect() as connection:
        return connection.scalar(query)


def replaced_at(store: Store, generation: int) -> frozenset[str]:
    """The ids of the documents whose successor was in the store by a generation."""
    query = select(revisions.c.document_id, func.min(revisions.c.first_generation)).group_by(revisions.c.document_id)
    with store.engine.connect() as connection:
        first = {row[0]: row[1] for row in connection.execute(query)}
    known = {one.id: one.metadata.get("superseded_by", "") for one in store.documents()}
    return frozenset(name for name, by in known.items() if by and first.get(by, generation) <= generation)


def open_past_indexes(store: Store, embedder: Embedder, generation: int) -> dict[str, Indexes]:
    """Open the indexes of a generation's collections, building of the truth what is lacking; one process at a time.

    Of earlier generations, the newest one's stay; those of later generations go. Whoever has them open keeps them.
    """
    with locked(store.folder / "indexes.lock"):  # held until they are open: another build may remove them
        return {name: _opened(store, embedder, name, generation) for name in collections_at(store, generation)}


def _opened(store: Store, embedder: Embedder, name: str, generation: int) -> Indexes:
    """Open an index, built anew where it is of other passages than the truth has, as while something is purged."""
    root = store.folder / PAST
    if built_from(root, name, generation, embedder.name) != _wanted(store, embedder, name, generation):
        build_collection(store, embedder, root, name, generation)
    try:
        return open_indexes(root, name, generation, embedder)
    except (IndexMissing, OSError, ValueError):  # somebody took files out of it
        build_collection(store, embedder, root, name, generation)
        return open_indexes(root, name, generation, embedder)


def _wanted(store: Store, embedder: Embedder, name: str, generation: int) -> Marker:
    held = [(passage_id, text) for passage_id, text, _ in store.passages_of_collection(name, generation)]
    return Marker.of(generation, embedder.name, [one for one, _ in held], [text for _, text in held])


def drop_past_indexes(store: Store) -> None:
    """Remove the indexes of all past generations."""
    with locked(store.folder / "indexes.lock"):
        shutil.rmtree(store.folder / PAST, ignore_errors=True)
