"""Quick stand-ins, the same in every process: embedders of words and of letters, and indexes without Chroma's graph.

Everything else of an index is as in earnest: both forms of BM25, its vectors, sums, marker, swapping in and carrying.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest import indexes, lexical, vectors
from ingest.doctor import indexes as doctor_indexes
from ingest.load import LOADERS, resolve
from ingest.types import Loaded

DIMENSIONS = 24


class Counting:
    """Counts the words or letters of a text, hashed into some dimensions."""

    def __init__(self, name: str, pattern: str) -> None:
        self.name, self._pattern = name, re.compile(pattern)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counted = np.array([self._counts(text) for text in texts], np.float32).reshape(-1, DIMENSIONS)
        lengths: NDArray[np.float32] = np.linalg.norm(counted, axis=1, keepdims=True)
        return counted / lengths

    def _counts(self, text: str) -> list[int]:
        counts = [0] * DIMENSIONS
        counts[0] = 1  # so that no text has a vector of length 0
        for found in self._pattern.findall(normalize("NFC", text).lower()):
            counts[int(sha256(found.encode()).hexdigest(), 16) % DIMENSIONS] += 1
        return counts


EMBEDDERS = {one.name: one for one in (Counting("words", r"\w+"), Counting("letters", r"\w"))}


class Loader:
    """Loads in this process."""

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        return resolve(LOADERS[suffix or path.suffix])(path)


def lighten(patch: pytest.MonkeyPatch) -> None:
    """Leave out Chroma and what waits for the disk; use the BM25 of large stores from four passages on."""
    nothing: Any = lambda *_: None  # noqa: E731
    patch.setattr(vectors, "_in_child", nothing)
    patch.setattr(vectors.ChromaSearcher, "_opened", nothing)
    patch.setattr(doctor_indexes, "_chroma", lambda *_: iter(()))
    patch.setattr(indexes.os, "sync", nothing)
    patch.setattr(lexical, "SMALL", 3)


def one_thread() -> dict[str, str]:
    """The environment of a process that is to be forked."""
    return os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
