"""The derived indexes of a collection at one generation of the store: built aside, checked, swapped in.

`root/<collection>/<generation>/` holds `lexical/`, `dense/` and, written last, the marker `index.json`. A folder
without a marker, or whose marker names another embedder, is as good as absent: the caller builds anew from the store.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.errors import StoreError
from ingest.lexical import build_lexical, open_lexical
from ingest.search import Searcher
from ingest.types import Scored
from ingest.vectors import ChromaSearcher, build_vectors

_MARKER = "index.json"
_BUILDING = ".building-"  # a folder so named is unfinished, or was left by a builder that was killed
_FORMAT = 1  # raise when the analyser, or what is kept in the folder, changes
_KEPT = 2  # generations: the new one, and the one that readers may still have open


class IndexMissing(StoreError):
    """There is no whole index of this collection at this generation by this embedder."""

    code = "index_missing"
    next_step = "Run `verispan ingest` again: the indexes are rebuilt from the store."


@dataclass(frozen=True, slots=True)
class Indexes:
    """The two searchers of a collection."""

    lexical: Searcher
    dense: Searcher

    def candidates(self, query: str, k: int, within: frozenset[str] | None = None) -> tuple[list[Scored], list[Scored]]:
        """The union of both searchers' `k` best passages, as scored by BM25 and as scored by the embedder.

        A passage that only one of them found gets its true score from the other too, rather than none: on SciFact's
        train queries the convex fusion of 100 candidates gains nDCG@10 0.739 against 0.732.
        """
        found = [*self.lexical.search(query, k, within), *self.dense.search(query, k, within)]
        union = frozenset(hit.passage_id for hit in found)
        return self.lexical.search(query, len(union), union), self.dense.search(query, len(union), union)


@dataclass(frozen=True, slots=True)
class _Marker:
    """What an index was built from. `count` is its number of passages."""

    format: int
    generation: int
    embedder: str
    count: int


def build_indexes(
    root: Path,
    collection: str,
    generation: int,
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    embedder_name: str,
) -> Path:
    """Index passages (parallel `ids`, `texts`, and `vectors` of shape (n, dim)) and give the folder they went into.

    One builder at a time. Of older generations only the newest is kept. Raises BrokenIndex when Chroma's part does
    not pass its check.
    """
    home = root / folder_name(collection)
    home.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=home))
    try:
        build_lexical(aside / "lexical", ids, texts)
        build_vectors(aside / "dense", ids, vectors)
        _write_marker(aside, _Marker(_FORMAT, generation, embedder_name, len(ids)))
        final = home / str(generation)
        shutil.rmtree(final, ignore_errors=True)
        os.rename(aside, final)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _remove_old(home, generation)
    return final


def open_indexes(root: Path, collection: str, generation: int, embedder: Embedder) -> Indexes:
    """Open a collection's searchers at a generation. Raises IndexMissing when the caller has to build them first."""
    folder = root / folder_name(collection) / str(generation)
    marker = _read_marker(folder)
    if (marker.format, marker.generation, marker.embedder) != (_FORMAT, generation, embedder.name):
        raise IndexMissing(f"the index of {collection!r} was built by {marker.embedder}, not by {embedder.name}")
    return Indexes(open_lexical(folder / "lexical"), ChromaSearcher(folder / "dense", embedder))


def has_indexes(root: Path, collection: str, generation: int, embedder_name: str) -> bool:
    """Say whether a collection has whole indexes at a generation by an embedder, without opening them."""
    try:
        marker = _read_marker(root / folder_name(collection) / str(generation))
    except IndexMissing:
        return False
    return (marker.format, marker.generation, marker.embedder) == (_FORMAT, generation, embedder_name)


def folder_name(collection: str) -> str:
    """A folder name for any collection name: readable, safe on every file system, and different for different names."""
    readable = re.sub(r"[^a-z0-9]+", "-", collection.casefold()).strip("-")[:40]
    return f"{readable or 'collection'}-{sha256(collection.encode()).hexdigest()[:8]}"


def _write_marker(folder: Path, marker: _Marker) -> None:
    """Say that `folder` is whole, after all else has reached the disk."""
    os.sync()
    with (folder / _MARKER).open("w", encoding="utf-8") as file:
        json.dump(asdict(marker), file)
        file.flush()
        os.fsync(file.fileno())


def _read_marker(folder: Path) -> _Marker:
    try:
        return _Marker(**json.loads((folder / _MARKER).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexMissing(f"there is no whole index in {folder}: {error}") from error


def _remove_old(home: Path, generation: int) -> None:
    """Remove all but the newest generations up to `generation`: older ones, later ones, unfinished ones."""
    generations = sorted((int(entry.name) for entry in home.iterdir() if entry.name.isdigit()), reverse=True)
    kept = [number for number in generations if number <= generation][:_KEPT]
    abandoned = [str(number) for number in set(generations) - set(kept)]
    abandoned += [entry.name for entry in home.glob(f"{_BUILDING}*")]
    for name in abandoned:
        shutil.rmtree(home / name, ignore_errors=True)
