"""kill -9 at any point of an ingest leaves the old state or the new one; both can be read, cited and gone on from."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, event, text

from ingest import indexes, pipeline, writer
from ingest.load import LOADERS, resolve
from ingest.pipeline import ingest
from ingest.resolve import resolve as resolve_citation
from ingest.schema import DATABASE
from ingest.store import Store
from ingest.types import Loaded

pytestmark = pytest.mark.slow

POINTS = 20
WORDS = ["hold", "setup", "margin", "clock", "reset", "corner", "slack", "delay", "path", "cell"]


class DirectLoader:
    """Loads in this process."""

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        return resolve(LOADERS[path.suffix])(path)


class Embedder:
    """Takes a moment for each batch, as a real one does."""

    name = "slow-counts"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(0.01)
        return np.array([[len(text), text.count("e") + 1] for text in texts], np.float32)


def run(folder: Path, store: Path, embedder: Any = None) -> dict[str, Any]:
    return ingest([folder], store, embedder=embedder or Embedder(), loader=DirectLoader(), passage_words=20).as_json()


def page(seed: int, edited: bool) -> str:
    """Sentences of random words, repeated ones among them; an edit changes one in ten."""
    chance, edit = random.Random(seed), random.Random(seed + 1)
    lines = []
    for _ in range(60):
        line = " ".join(chance.choices(WORDS, k=chance.randint(2, 9))).capitalize() + "."
        lines.append("A changed " + line if edited and edit.random() < 0.1 else line)
    return "\n\n".join(" ".join(lines[start : start + 6]) for start in range(0, 60, 6))


def write_folder(folder: Path, edited: bool) -> None:
    folder.mkdir()
    for number in range(20 + 5 * edited):
        if not (edited and number in (3, 7)):
            (folder / f"page{number}.txt").write_text(page(10 * number, edited), encoding="utf-8")


def state(path: Path) -> tuple[object, ...]:
    """All that a reader can see of a store: generation, counts, spans, passages."""
    store = Store.open(path)
    generation = store.generation()
    counts = {name: number for name, number in store.counts().items() if name != "vectors"}
    spans = {one.id: store.spans_at(one.id, generation) for one in store.documents()}
    hits = store.hits([name for name, _, _ in store.passages_of_collection("default", generation)], generation)
    store.close()
    return generation, counts, spans, hits


class Stage:
    """A store with a first ingest, and the folder of a second one: each trial starts from a copy."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "docs"
        write_folder(self.folder, edited=False)
        run(self.folder, root / "old")
        shutil.rmtree(self.folder)
        write_folder(self.folder, edited=True)
        shutil.copytree(root / "old", root / "new")
        began = time.perf_counter()
        run(self.folder, root / "new")
        self.seconds = time.perf_counter() - began
        self.old, self.new = state(root / "old"), state(root / "new")
        self.cited = [(span.id, span.revision, span.start) for spans in self.old[2].values() for span in spans]  # type: ignore[attr-defined]

    def trial(self, name: str) -> Path:
        path = self.root / name
        shutil.copytree(self.root / "old", path)
        return path

    def check(self, path: Path) -> str:
        """The store is whole and in one of the two states; a further ingest completes; every old citation resolves."""
        with sqlite3.connect(path / DATABASE) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = state(path)
        assert found in (self.old, self.new)
        run(self.folder, path)
        assert state(path) == self.new
        store = Store.open(path)
        for citation in random.Random(5).sample(self.cited, 60):
            assert resolve_citation(store, *citation).cited is not None
        store.close()
        return "old" if found == self.old else "new"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "build_indexes", _build)
        patch.setattr(pipeline, "has_indexes", lambda root, _, generation, __: (root / str(generation)).exists())
        yield Stage(tmp_path_factory.mktemp("crash"))


def _build(root: Path, collection: str, generation: int, ids: Sequence[str], *_: Any) -> None:
    root.mkdir(exist_ok=True)
    (root / ".aside").write_text("\n".join(ids))
    (root / ".aside").rename(root / str(generation))


def in_child(work: Callable[[], object]) -> Any:
    """Start work in a forked process."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    return child


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def test_killed_at_random_points(stage: Stage) -> None:
    chance = random.Random(20261122)
    found = []
    for number in range(POINTS):
        path = stage.trial(f"random{number}")
        child = in_child(lambda path=path: run(stage.folder, path))  # type: ignore[misc]
        child.join(stage.seconds * chance.uniform(0.0, 1.2))
        child.kill()
        child.join()
        found.append(stage.check(path))

    assert "old" in found


def _die_in_embedding(patch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    embed = Embedder.embed

    def second(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
        calls.append(len(texts))
        if len(calls) == 2:
            die()
        return embed(embedder, texts)

    patch.setattr(Embedder, "embed", second)


def _die_amid_the_transaction(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writer, "_retire", die)


def _die_at_the_commit(patch: pytest.MonkeyPatch) -> None:
    def committing(connection: Connection) -> None:
        if connection.execute(text("SELECT value FROM meta WHERE key = 'generation'")).scalar() == 2:
            die()

    event.listen(Engine, "commit", committing)


def _die_after_the_commit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pipeline, "ensure_indexes", die)


def _die_amid_the_index(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pipeline, "build_indexes", indexes.build_indexes)
    patch.setattr(indexes, "build_vectors", die)


@pytest.mark.parametrize(
    ("inject", "expected"),
    [
        (_die_in_embedding, "old"),
        (_die_amid_the_transaction, "old"),
        (_die_at_the_commit, "old"),
        (_die_after_the_commit, "new"),
        (_die_amid_the_index, "new"),
    ],
)
def test_killed_at_a_chosen_point(stage: Stage, inject: Callable[[pytest.MonkeyPatch], None], expected: str) -> None:
    path = stage.trial(inject.__name__)

    def work() -> None:
        inject(pytest.MonkeyPatch())
        run(stage.folder, path)

    child = in_child(work)
    child.join()

    assert child.exitcode == -signal.SIGKILL
    assert stage.check(path) == expected
