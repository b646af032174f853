"""A folder that is ingested again and again, with quick stand-ins for what is slow about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest import pipeline
from ingest.discover import Piped
from ingest.pipeline import ingest
from ingest.store import Store

HOLD = "Preface of it.\n\nThe hold margin is 15 ps. It is checked twice.\n\nThe end of hold."
RESET = "Preface of that.\n\nA reset is asserted at once. It is released on an edge."


class Folder:
    """A folder of documents with the store that it is ingested into, and a stand-in for its indexes: the ids alone."""

    def __init__(self, root: Path, embedder: Any, loader: Any) -> None:
        self.root, self.path, self.embedder, self.loader = root / "docs", root / "store", embedder, loader
        self.root.mkdir()
        self.write(**{"hold.txt": HOLD, "reset.txt": RESET})

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def run(self, *paths: Path | Piped, **options: Any) -> dict[str, Any]:
        wanted = paths or (self.root,)
        self.loader.loaded.clear()
        return ingest(wanted, self.path, embedder=self.embedder, loader=self.loader, **options).as_json()

    def failures(self, *paths: Path | Piped) -> dict[str, str]:
        """The reason of each failure of a run, by path."""
        return {one["path"]: one["reason"] for one in self.run(*paths)["failures"]}

    def store(self) -> Store:
        return Store.open(self.path)

    def ids(self, name: str) -> list[str]:
        with closing(self.store()) as store:  # one that is collected later takes its log away then
            return [span.id for span in store.spans_at(name, store.generation())]

    def statuses(self) -> dict[str, str]:
        return {one.id: one.status for one in self.store().documents()}

    def indexed(self, collection: str = "default") -> list[str]:
        store = self.store()
        return list(json.loads((self.path / "indexes" / f"{collection}-{store.generation()}.json").read_text()))


@pytest.fixture
def small_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes that are a file of ids: what Chroma and BM25 make of them is tested where they are."""

    def build(
        root: Path, collection: str, generation: int, ids: Sequence[str], texts: Sequence[str],
        vectors: NDArray[np.float32], name: str,
    ) -> None:  # fmt: skip
        assert len(ids) == len(texts) == len(vectors)
        root.mkdir(exist_ok=True)
        (root / f"{collection}-{generation}.json").write_text(json.dumps(list(ids)))

    def has(root: Path, collection: str, generation: int, name: str) -> bool:
        return (root / f"{collection}-{generation}.json").exists()

    monkeypatch.setattr(pipeline, "build_indexes", build)
    monkeypatch.setattr(pipeline, "carry_indexes", lambda *_: False)
    monkeypatch.setattr(pipeline, "has_indexes", has)


@pytest.fixture
def folder(tmp_path: Path, embedder: Any, direct: Any, small_indexes: None) -> Folder:
    return Folder(tmp_path, embedder, direct)
