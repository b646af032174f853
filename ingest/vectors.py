"""Nearest passages by cosine: Chroma's HNSW graph (Malkov and Yashunin 2018) beside the exact vectors, memory-mapped.

Chroma only proposes rows; every score is the exact dot product with the vectors copied from the store. Its files break
when a writer is killed, and broken ones can take the whole process down, so they are made, and then opened and checked
again, in child processes, before anybody may use them. Filters never reach Chroma: at 100,000 passages a `where` costs
some 300 ms, and an exact scan of the allowed rows at most 40.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.errors import StoreError
from ingest.search import top_k
from ingest.types import Scored

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

_VECTORS, _IDS, _CHROMA, _NAME = "vectors.npy", "ids.json", "chroma", "passages"
_BATCH = 5_000  # Chroma takes 5,461 at once
_SAMPLE = 50
_GRAPH: CreateHNSWConfiguration = {
    "space": "ip",
    "ef_construction": 200,
    "max_neighbors": 32,
    "ef_search": 256,
}  # recall@100 over 0.99


class BrokenIndex(StoreError):
    """A Chroma index that was just built does not give back what went in."""

    code = "index_broken"
    next_step = "Ingest again; if it repeats, check that the disk is not full."


class ChromaSearcher:
    """Dense search of a folder that `build_vectors` made."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        self._ids = np.array(json.loads((folder / _IDS).read_text("utf-8")), object)
        self._row_of = {passage_id: row for row, passage_id in enumerate(self._ids)}
        self._vectors = np.load(folder / _VECTORS, mmap_mode="r")
        self._collection = _client(folder).get_collection(_NAME, embedding_function=None) if len(self._ids) else None

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        """Find the at most `k` passages nearest to `query`; a score is a cosine, in [-1, 1]."""
        if self._collection is None or not query.strip() or k <= 0:
            return []
        vector = self._embedder.embed([query])[0]
        if within is None:
            rows = _nearest(self._collection, vector, min(k, len(self._ids)))
        else:
            rows = sorted(self._row_of[passage_id] for passage_id in within if passage_id in self._row_of)
        return top_k(self._ids[rows], _cosines(self._vectors[rows], vector), k)


def build_vectors(folder: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write ids, `vectors` (shape (n, dim), rows of length 1) and their Chroma index into `folder`, which is made.

    Raises BrokenIndex when the index cannot be built or does not pass its check.
    """
    folder.mkdir(parents=True)
    (folder / _IDS).write_text(json.dumps(list(ids)), "utf-8")
    np.save(folder / _VECTORS, np.ascontiguousarray(vectors, np.float32))
    if len(ids):
        _in_child("fill", folder)
        _in_child("check", folder)


def fill(folder: Path) -> None:
    """Put every vector of `folder` into a new Chroma collection; a vector's id there is its row."""
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    collection = _client(folder).create_collection(_NAME, configuration={"hnsw": _GRAPH}, embedding_function=None)
    for start in range(0, len(vectors), _BATCH):
        batch = vectors[start : start + _BATCH]
        collection.add(ids=[str(start + row) for row in range(len(batch))], embeddings=batch)


def check(folder: Path) -> None:
    """Raise BrokenIndex unless all is there, all can be reached, and a sample of vectors find themselves."""
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    collection = _client(folder).get_collection(_NAME, embedding_function=None)
    if collection.count() != len(vectors):
        raise BrokenIndex(f"{folder}: Chroma holds {collection.count()} vectors of {len(vectors)}")
    if len(set(_nearest(collection, vectors[0], len(vectors)))) != len(vectors):
        raise BrokenIndex(f"{folder}: Chroma cannot reach all of its {len(vectors)} vectors")
    for row in np.linspace(0, len(vectors) - 1, min(_SAMPLE, len(vectors)), dtype=int):
        (found,) = _nearest(collection, vectors[row], 1)
        # An equal text has an equal vector, so it is the score that must be its own.
        if vectors[found] @ vectors[row] < vectors[row] @ vectors[row] - 1e-4:
            raise BrokenIndex(f"{folder}: in Chroma, vector {row} does not find itself")


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(folder / _CHROMA, settings=Settings(anonymized_telemetry=False))


def _nearest(collection: Collection, vector: NDArray[np.float32], k: int) -> list[int]:
    """The rows that Chroma proposes as the `k` nearest to `vector`."""
    found = collection.query(query_embeddings=vector.reshape(1, -1), n_results=k, include=[])
    return [int(row) for row in found["ids"][0]]


def _cosines(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row's dot product; unlike with BLAS, the same row gives the same float wherever it stands, so equals tie."""
    return np.einsum("ij,j->i", vectors, vector)


def _in_child(step: str, folder: Path) -> None:
    """Run `fill` or `check` in a process of its own, which may crash without taking this one along."""
    program = f"import sys; from pathlib import Path; from ingest.vectors import {step}; {step}(Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    child = subprocess.run(  # noqa: S603  # this interpreter, our own code, a folder of ours
        [sys.executable, "-c", program, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    if child.returncode != 0:
        last_line = (child.stderr.strip().splitlines() or ["no message"])[-1]
        raise BrokenIndex(f"the Chroma index did not pass {step!r} (exit {child.returncode}): {last_line}")
