"""kill -9 at any point of an ingest leaves the old state or the new one; both can be read, cited and gone on from."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, event, text

from ingest import pipeline, writer
from ingest.pipeline import ingest
from ingest.resolve import resolve as resolve_citation
from ingest.schema import DATABASE
from ingest.store import Store

pytestmark = pytest.mark.slow

POINTS = 20
WORDS = ["hold", "setup", "margin", "clock", "reset", "corner", "slack", "delay", "path", "cell"]


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

    def __init__(self, root: Path, embedder: Any, loader: Any) -> None:
        self.root, self.folder, self.embedder, self.loader = root, root / "docs", embedder, loader
        write_folder(self.folder, edited=False)
        self.run(root / "old")
        shutil.rmtree(self.folder)
        write_folder(self.folder, edited=True)
        shutil.copytree(root / "old", root / "new")
        with counting() as statements:
            self.run(root / "new")
        self.statements = len(statements)
        self.old, self.new = state(root / "old"), state(root / "new")
        self.cited = [(span.id, span.revision, span.start) for spans in self.old[2].values() for span in spans]  # type: ignore[attr-defined]

    def run(self, path: Path) -> None:
        ingest([self.folder], path, embedder=self.embedder, loader=self.loader, passage_words=20)

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
        self.run(path)
        assert state(path) == self.new
        store = Store.open(path)
        for citation in random.Random(5).sample(self.cited, 60):
            assert resolve_citation(store, *citation).cited is not None
        store.close()
        return "old" if found == self.old else "new"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, embedder: Any, direct: Any) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "build_indexes", _build)
        patch.setattr(pipeline, "carry_indexes", lambda *_: False)
        patch.setattr(pipeline, "has_indexes", lambda root, _, generation, __: (root / str(generation)).exists())
        yield Stage(tmp_path_factory.mktemp("crash"), embedder, direct)


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


@contextmanager
def counting(then: Callable[[int], None] = lambda _: None) -> Iterator[list[str]]:
    """Collect the statements that are executed, and do something before each, with its number."""
    statements: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)
        then(len(statements))

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def test_killed_at_statements_spread_over_the_whole(stage: Stage) -> None:
    points = np.linspace(1, stage.statements, POINTS, dtype=int).tolist()
    found = []
    for point in points:
        path = stage.trial(f"statement{point}")

        def work(path: Path = path, point: int = point) -> None:
            with counting(lambda number: die() if number == point else None):
                stage.run(path)

        child = in_child(work)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        found.append(stage.check(path))

    assert found == sorted(found, key="old new".find)
    assert set(found) == {"old", "new"}


def _die_in_embedding(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(type(stage.embedder), "embed", die)


def _die_amid_the_transaction(_: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writer, "_retire", die)


def _die_at_the_commit(_: Stage, patch: pytest.MonkeyPatch) -> None:
    def committing(connection: Connection) -> None:
        if connection.execute(text("SELECT value FROM meta WHERE key = 'generation'")).scalar() == 2:
            die()

    event.listen(Engine, "commit", committing)


def _die_after_the_commit(_: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pipeline, "ensure_indexes", die)


@pytest.mark.parametrize(
    ("inject", "expected"),
    [
        (_die_in_embedding, "old"),
        (_die_amid_the_transaction, "old"),
        (_die_at_the_commit, "old"),
        (_die_after_the_commit, "new"),
    ],
)
def test_killed_at_a_chosen_point(
    stage: Stage, inject: Callable[[Stage, pytest.MonkeyPatch], None], expected: str
) -> None:
    path = stage.trial(inject.__name__)

    def work() -> None:
        inject(stage, pytest.MonkeyPatch())
        stage.run(path)

    child = in_child(work)
    child.join()

    assert child.exitcode == -signal.SIGKILL
    assert stage.check(path) == expected
