"""kill -9 amid the building of real indexes: what it left is cleared away, and no reader ever opens it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any

import pytest

from ingest import indexes, pipeline
from ingest.store import Store


@pytest.mark.slow
def test_killed_amid_an_index_it_is_built_again_and_searched(ingested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(ingested.store_path)
    root, name = store.folder / "indexes", ingested.embedder.name
    (ingested.folder / "new.md").write_text("# Latches\n\nA preface first. A latch is open while enabled.\n")

    def work() -> None:
        monkeypatch.setattr(indexes, "build_vectors", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        ingested.again()

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    home = root / indexes.folder_name("default")
    assert child.exitcode == -signal.SIGKILL
    assert (store.generation(), len(list(home.glob(".building-*")))) == (2, 1)
    assert not indexes.has_indexes(root, "default", 2, name)
    before = indexes.open_indexes(root, "default", 1, ingested.embedder)

    pipeline.ensure_indexes(store, ingested.embedder)

    assert list(home.glob(".building-*")) == []
    after = indexes.open_indexes(root, "default", 2, ingested.embedder)
    for found in after.candidates("latch open enabled", 1):
        assert found[0].passage_id.startswith("new@")
    assert not any("new@" in hit.passage_id for hits in before.candidates("latch open enabled", 9) for hit in hits)
