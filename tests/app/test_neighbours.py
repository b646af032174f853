"""The nearest passages of other documents, against comparing each with each."""

from __future__ import annotations

import numpy as np
import pytest

from app import neighbours
from app.neighbours import DECIMALS, nearest_of_others


def one_by_one(ids, owners, matrix, k):
    for at, owner in enumerate(owners):
        scored = [
            (-round(float(matrix[other] @ matrix[at]), DECIMALS), name)
            for other, name in enumerate(ids)
            if owners[other] != owner
        ]
        yield [name for _, name in sorted(scored)[:k]]


@pytest.mark.parametrize("block", [1, 7, 64])
def test_they_are_those_of_comparing_each_with_each_however_they_are_split_up(monkeypatch, block):
    monkeypatch.setattr(neighbours, "BLOCK", block)
    matrix = np.random.default_rng(3).standard_normal((40, 8)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix[20:] = matrix[:20]  # each has its like, so that ids decide
    ids = [f"p{(7 * at) % 40:02}" for at in range(40)]
    owners = [f"d{at % 3}" for at in range(40)]
    assert list(nearest_of_others(ids, owners, matrix, 5)) == list(one_by_one(ids, owners, matrix, 5))


def test_of_one_document_there_are_no_others_and_of_none_nothing():
    assert list(nearest_of_others(["a", "b"], ["one", "one"], np.eye(2, dtype=np.float32), 3)) == [[], []]
    assert list(nearest_of_others([], [], np.zeros((0, 0), np.float32), 3)) == []
