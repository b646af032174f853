"""What a searcher is, and how scores become a list of hits: the one ordering that every searcher shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.types import Scored


class Searcher(Protocol):
    """Finds passages by a query."""

    def search(self, query: str, k: int, within: frozenset[str] | None = None) -> list[Scored]:
        """Find the at most `k` best passages, sorted by (-score, passage id); `within` are the only ids allowed."""
        ...


class Rows:
    """The passage ids of an index by row, and the rows by id."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids: NDArray[np.object_] = np.array(ids, object)
        self._row_of = {passage_id: row for row, passage_id in enumerate(ids)}

    def of(self, within: frozenset[str]) -> NDArray[np.intp]:
        """The rows of those ids that the index has, in ascending order."""
        return np.array(sorted(self._row_of[one] for one in within if one in self._row_of), np.intp)


def top_k(ids: NDArray[np.object_], scores: NDArray[Any], k: int) -> list[Scored]:
    """Pick the `k` best of parallel `ids` and `scores` (shape (n,)), sorted by (-score, id)."""
    rows = best_rows(scores, k)
    found = [Scored(str(passage_id), float(score)) for passage_id, score in zip(ids[rows], scores[rows], strict=True)]
    return sorted(found, key=lambda hit: (-hit.score, hit.passage_id))[:k]


def best_rows(scores: NDArray[Any], k: int) -> NDArray[np.intp]:
    """The rows of the `k` best scores and of all that tie with the k-th, so that the id alone decides among equals."""
    if k <= 0:
        return np.zeros(0, np.intp)
    if k >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
