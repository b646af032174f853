"""Nearest passages by cosine: Chroma's HNSW graph (Malkov and Yashunin 2018) beside the exact vectors, memory-mapped.

Chroma only proposes rows; every score is the exact dot product with the vectors copied from the store. Its files break
when a writer is killed, and broken ones can take the whole process down, so they are made, and then opened and checked
again, in child processes, before anybody may use them. Filters never reach Chroma: at 100,000 passages a `where` costs
some 300 ms, and an exact scan of the allowed rows at most 40.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.child_python import COMMAND, environment
from ingest.disk import is_read_only
from ingest.embed import Embedder
from ingest.errors import StoreError
from ingest.search import Rows, top_k
from ingest.types import Scored

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

_log = logging.getLogger(__name__)

_VECTORS, _IDS, _CHROMA, _NAME = "vectors.npy", "ids.json", "chroma", "passages"
_DATABASE = "chroma.sqlite3"
CHROMA_DATABASE = f"{_CHROMA}/{_DATABASE}"
_BATCH = 5_000  # Chroma takes 5,461 at once
_SAMPLE = 50
_SAMPLE_MAY_BE_LOST = 0.02  # one of the whole sample, none of a smaller one
_MAY_BE_LOST = 0.005  # a graph of near-duplicates leaves some nodes without a way in; a broken file loses far more
# Recall@100 of 0.99 at half the building time of twice the neighbours.
_GRAPH: CreateHNSWConfiguration = {"space": "ip", "ef_construction": 100, "max_neighbors": 16, "ef_search": 200}
_BUILT: dict[Path, list[int]] = {}
"""The databases that this process has opened in each place, by their inodes, which are not given again while open."""

PROGRAM = "import sys, pathlib; from ingest.vectors import *; f = pathlib.Path(sys.argv[1]); fill(f); check(f)"


class BrokenIndex(StoreError):
    """A Chroma index that was just built does not give back what went in."""

    code = "index_broken"
    next_step = "Ingest again; if it repeats, check that the disk is not full."


class ChromaSearcher:
    """Dense search of a folder that `build_vectors` made.

    Chroma writes to its folder on opening it. Where the disk takes no writes, is full, or has damaged what is there,
    every vector is compared instead, which is exact, and at 100,000 of them takes tens of milliseconds.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._rows = Rows(json.loads((folder / _IDS).read_text("utf-8")))
        self._vectors = np.load(folder / _VECTORS, mmap_mode="r")
        self._collection: Collection | None = None
        if len(self._rows.ids) and not is_read_only(folder):
            self._collection = self._opened(folder)
        self._query_vector = lru_cache(maxsize=64)(lambda query: embedder.embed([query])[0])

    def _opened(self, folder: Path) -> Collection | None:
        from chromadb.errors import ChromaError

        try:
            client = _client(folder)
            weakref.finalize(self, client.close)  # else Chroma keeps the graph of every generation in memory
            return client.get_collection(_NAME, embedding_function=None)
        except ChromaError as error:
            _log.warning("%s is searched without Chroma, which cannot open it: %s", folder, error)
            return None

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        """Find the at most `k` passages nearest to `query`; a score is a cosine, in [-1, 1]."""
        if not len(self._rows.ids) or not query.strip() or k <= 0:
            return []
        vector = self._query_vector(query)
        collection = self._collection  # read once: another thread may give it up meanwhile
        if within is not None:
            rows = self._rows.of(within)
        elif collection is None:
            rows = self._every()
        else:
            rows = self._proposed(collection, vector, k)
        return top_k(self._rows.ids[rows], _cosines(self._vectors[rows], vector), k)

    def _proposed(self, collection: Collection, vector: NDArray[np.float32], k: int) -> NDArray[np.intp]:
        """What Chroma proposes; every row once it cannot, such as when its files were removed for newer ones."""
        from chromadb.errors import ChromaError

        try:
            return _nearest(collection, vector, min(k, len(self._rows.ids)))
        except ChromaError as error:
            _log.warning("an index is searched without Chroma, which cannot read it any more: %s", error)
            self._collection = None
            return self._every()

    def _every(self) -> NDArray[np.intp]:
        return np.arange(len(self._rows.ids))


def build_vectors(folder: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write ids, `vectors` (shape (n, dim), rows of length 1) and their Chroma index into `folder`, which is made.

    Raises BrokenIndex when the index cannot be built or does not pass its check.
    """
    folder.mkdir(parents=True)
    (folder / _IDS).write_text(json.dumps(list(ids)), "utf-8")
    np.save(folder / _VECTORS, np.ascontiguousarray(vectors, np.float32))
    if len(ids):
        _in_child(folder)


def copy_vectors(old: Path, folder: Path) -> None:
    """Copy what `build_vectors` made into `folder`, which is made, even while others search it. Raises BrokenIndex.

    Chroma writes to its database on opening it, so that is copied by SQLite, which waits for its locks.
    """
    shutil.copytree(old, folder, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
    if not (old / _CHROMA).exists():
        return
    names = (str(one / _CHROMA / _DATABASE) for one in (old, folder))
    try:
        with closing(sqlite3.connect(next(names))) as source, closing(sqlite3.connect(next(names))) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise BrokenIndex(f"{old}: Chroma's database cannot be copied: {error}") from error


def fill(folder: Path) -> None:
    """Put every vector of `folder` into a new Chroma collection; a vector's id there is its row."""
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    with _client(folder) as client:
        collection = client.create_collection(_NAME, configuration={"hnsw": _GRAPH}, embedding_function=None)
        for start in range(0, len(vectors), _BATCH):
            batch = vectors[start : start + _BATCH]
            collection.add(ids=[str(start + row) for row in range(len(batch))], embeddings=batch)


def check(folder: Path) -> None:
    """Raise BrokenIndex unless all is there, nearly all can be reached, and a sample of vectors find themselves."""
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    with open_chroma(folder) as collection:
        _check(collection, vectors, folder)


@contextmanager
def open_chroma(folder: Path) -> Iterator[Collection]:
    """The collection that `fill` made in a folder, to look at; Chroma writes to its files on opening it."""
    with _client(folder) as client:
        yield client.get_collection(_NAME, embedding_function=None)


def _check(collection: Collection, vectors: NDArray[np.float32], folder: Path) -> None:
    if collection.count() != len(vectors):
        raise BrokenIndex(f"{folder}: Chroma holds {collection.count()} vectors of {len(vectors)}")
    unreached = len(vectors) - len(np.unique(_nearest(collection, vectors[0], len(vectors))))
    if unreached > len(vectors) * _MAY_BE_LOST:
        raise BrokenIndex(f"{folder}: Chroma cannot reach {unreached} of its {len(vectors)} vectors")
    sample = np.linspace(0, len(vectors) - 1, min(_SAMPLE, len(vectors)), dtype=int)
    lost = [row for row in sample.tolist() if not _finds_itself(collection, vectors, row)]
    if len(lost) > len(sample) * _SAMPLE_MAY_BE_LOST:
        raise BrokenIndex(f"{folder}: in Chroma, vector {lost[0]} does not find itself")


def _finds_itself(collection: Collection, vectors: NDArray[np.float32], row: int) -> bool:
    """Whether a vector's nearest is itself. An equal text has an equal vector, so the score must be its own."""
    (found,) = _nearest(collection, vectors[row], 1)
    return bool(vectors[found] @ vectors[row] >= vectors[row] @ vectors[row] - 1e-4)


def _client(folder: Path) -> Client:
    from chromadb.api.client import Client
    from chromadb.config import Settings

    where = _place(folder / _CHROMA)
    return Client(settings=Settings(is_persistent=True, persist_directory=where, anonymized_telemetry=False))


def _place(chroma: Path) -> str:
    """How Chroma is told where its files are. What it has open in a process it knows by this text alone, so files that
    were built anew in the place of others, which may still be open, get another text for the same place."""
    built = _BUILT.setdefault(chroma, [])
    inode = (chroma / _DATABASE).stat().st_ino if (chroma / _DATABASE).exists() else 0
    if inode not in built:
        built.append(inode)
    return os.path.join(chroma, *["."] * built.index(inode))


def _nearest(collection: Collection, vector: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """The rows that Chroma proposes as the `k` nearest to `vector`."""
    found = collection.query(query_embeddings=vector.reshape(1, -1), n_results=k, include=[])
    return np.array(found["ids"][0], np.intp)


def _cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row's dot product; unlike with BLAS, the same row gives the same float wherever it stands, so equals tie."""
    return np.asarray(np.einsum("ij,j->i", vectors, vector))


def _in_child(folder: Path) -> None:
    """Fill and check in a process of its own, which may crash without taking this one along."""
    command = [*COMMAND, "-c", PROGRAM, str(folder)]
    child = subprocess.run(  # noqa: S603  # this interpreter, our own code, a folder of ours
        command, env=environment(), capture_output=True, text=True, check=False
    )
    if child.returncode != 0:
        last_line = (child.stderr.strip().splitlines() or ["no message"])[-1]
        raise BrokenIndex(f"building the Chroma index in {folder} ended with {child.returncode}: {last_line}")
