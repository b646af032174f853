"""A copy of Chroma's part of an index, looked at in a process of its own.

`python -m ingest.doctor.chroma DENSE SAMPLE` writes what is wrong to standard output, as a JSON list of sentences.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.vectors import CHROMA_DATABASE, open_chroma

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

NEIGHBOURS = 10
LEAST_RECALL = 0.95
"""Of the nearest by brute force, the share that a graph must find: it is not exact, a damaged one finds far less."""

_AT_ONCE = 1_000


def wrong(dense: Path, sample: int) -> Iterator[str]:
    """What is wrong with it; `sample` vectors are looked at, all where it is negative."""
    with closing(sqlite3.connect(dense / CHROMA_DATABASE)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        yield f"Chroma's database is damaged: {said[0]}"
        return
    vectors = np.load(dense / "vectors.npy", mmap_mode="r")
    count = len(vectors) if sample < 0 else min(sample, len(vectors))
    rows = np.linspace(0, len(vectors) - 1, count, dtype=int)
    with open_chroma(dense) as collection:
        if collection.count() != len(vectors):
            yield f"Chroma holds {collection.count()} vectors of {len(vectors)}"
        yield from _other_vectors(collection, vectors, rows)
        yield from _not_found(collection, vectors, rows)


def _other_vectors(collection: Collection, vectors: NDArray[np.float32], rows: NDArray[np.intp]) -> Iterator[str]:
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        found = collection.get(ids=[str(row) for row in some], include=["embeddings"])
        held = dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
        for row in some:
            if str(row) not in held or not np.array_equal(held[str(row)], vectors[row]):
                yield f"Chroma holds another vector {row}, or none"


def _not_found(collection: Collection, vectors: NDArray[np.float32], rows: NDArray[np.intp]) -> Iterator[str]:
    k = min(NEIGHBOURS, len(vectors))
    shares = []
    for row in rows:
        found = collection.query(query_embeddings=vectors[row].reshape(1, -1), n_results=k, include=[])["ids"][0]
        scores = vectors @ vectors[row]
        least = np.partition(scores, -k)[-k] - 1e-6
        shares.append(sum(scores[int(one)] >= least for one in found) / k)
    if np.mean(shares) < LEAST_RECALL:
        yield f"of the {k} nearest of {len(rows)} vectors Chroma finds {np.mean(shares):.0%}"


if __name__ == "__main__":
    print(json.dumps(list(wrong(Path(sys.argv[1]), int(sys.argv[2])))))  # noqa: T201
