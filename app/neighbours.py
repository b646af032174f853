"""Which passages of other documents are nearest to each passage, by the cosine of their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.search import top_k

BLOCK = 256
"""How many passages are held against all of them in one product of matrices: some 5 MB for 5,000 passages."""

DECIMALS = 6
"""What cosines are rounded to: how a product is split up must not decide which of two like passages is nearer."""


def nearest_of_others(
    ids: Sequence[str], owners: Sequence[str], matrix: NDArray[np.float32], k: int
) -> Iterator[list[str]]:
    """For each row of a matrix of unit vectors, in order, the ids of the `k` nearest of other owners, nearest first.

    Sorted by (-score, id).
    """
    names = np.array(ids, object)
    _, owned_by = np.unique(np.array(owners, object), return_inverse=True)
    for start in range(0, len(ids), BLOCK):
        some = slice(start, start + BLOCK)
        scores = np.round(matrix[some] @ matrix.T, DECIMALS)
        scores[owned_by[some, None] == owned_by] = -np.inf
        for row in scores:
            yield [one.passage_id for one in top_k(names, row, k) if one.score > -np.inf]
