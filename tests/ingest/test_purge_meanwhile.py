"""While a purge goes on answers are kept, and it may be cut off at its very end; others see that it goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from ingest import erase as erasing
from ingest import purge as purging
from ingest.disk import is_locked, locked
from ingest.errors import StoreLocked
from ingest.purge import AlreadyPurged, Unfinished
from ingest.purged import PURGED, purge_of
from ingest.redact import Redactor
from ingest.schema import DATABASE
from ingest.writer import write_lock
from tests.ingest.conftest import Folder
from tests.ingest.test_purge import run, texts_in
from tests.ingest.test_purge_repeated import SAID, SENTENCE, answer, kept, span_of

LATE = "Fifteen is what it comes to in picoseconds."
"""What an answer says in other words that is kept while a purge goes on."""


@pytest.fixture
def told(folder: Folder) -> Folder:
    folder.run()
    answer(folder, "ans_a", {SAID: span_of(folder, "hold", 1)})
    return folder


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, first: Callable[[], object]) -> None:
    """Do something else before a step is done for the first time."""
    real, done = getattr(owner, name), list[int]()

    def stepped(*given: Any, **more: Any) -> Any:
        if not done:
            done.append(1)
            first()
        return real(*given, **more)

    monkeypatch.setattr(owner, name, stepped)


def test_an_answer_that_is_kept_before_the_transaction_is_looked_for_too(
    told: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, reset = span_of(told, "hold", 1), span_of(told, "reset", 1)

    def meanwhile() -> None:
        answer(told, "ans_late", {LATE: hold})
        answer(told, "ans_asks", {"No.": reset}, question=f"Is it so? {LATE}")

    before(monkeypatch, erasing, "writing", meanwhile)
    _, proof = run(told)

    assert (kept(told, "ans_late")["text"], kept(told, "ans_asks")["question"]) == (
        f"Well: {PURGED} ",
        f"Is it so? {PURGED}",
    )
    assert (proof.claims, texts_in(told.path, [LATE, SAID])) == (2, [])


def test_a_title_that_is_given_before_the_transaction_may_not_be_the_reason(
    told: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = span_of(told, "hold", 1)
    before(monkeypatch, erasing, "writing", lambda: answer(told, "ans_late", {LATE: hold}))

    with closing(told.store()) as store, pytest.raises(erasing.Quoted):
        purging.purge(store, "hold", "Ann", f"It led to this: {LATE}", told.embedder)
    with closing(told.store()) as store:
        assert purge_of(store, "hold") is None


def is_being_written(folder: Folder) -> bool:
    with closing(sqlite3.connect(folder.path / DATABASE, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def test_while_others_cannot_write_only_new_answers_are_worked_out(
    told: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reset, real, worked = span_of(told, "reset", 1), Redactor.body, list[tuple[str, bool]]()

    def body(self: Redactor, given: Any, *more: Any, **named: Any) -> Any:
        worked.append((given.get("id", "a receipt"), is_being_written(told)))
        return real(self, given, *more, **named)

    monkeypatch.setattr(Redactor, "body", body)
    before(monkeypatch, erasing, "writing", lambda: answer(told, "ans_b", {"It is reset.": reset}))
    run(told)

    assert {("ans_a", False), ("a receipt", False)} <= set(worked)
    assert [name for name, is_written in worked if is_written and name.startswith("ans_")] == ["ans_b"]


def test_a_last_rewrite_that_failed_is_made_by_the_next_run(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    real, times = purging.compact, list[int]()

    def compact(*given: Any) -> None:
        times.append(1)
        if len(times) == 2:
            raise StoreLocked("the file is being read")
        real(*given)

    monkeypatch.setattr(purging, "compact", compact)
    with pytest.raises(Unfinished, match="its purge is not complete yet: the file is being read"):
        run(told)
    with pytest.raises(AlreadyPurged):
        run(told)

    assert len(times) == 3
    assert b'"traces"' not in b"".join(one.read_bytes() for one in told.path.rglob("*") if one.is_file())


@pytest.mark.parametrize("step", ["erase", "ensure_indexes", "search", "_rewrite"])
def test_a_purge_that_goes_on_holds_a_lock_of_its_own(told: Folder, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    seen = list[bool]()
    before(monkeypatch, purging, step, lambda: seen.append(is_locked(told.path / "purge.lock")))
    with write_lock(told.path):
        assert not is_locked(told.path / "purge.lock")
        run(told)

    assert seen == [True]
    assert not is_locked(told.path / "purge.lock")
    assert texts_in(told.path, [SENTENCE]) == []


def test_two_purges_do_not_go_on_at_once(told: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "LOCK_WAIT_S", 0)
    with locked(told.path / "purge.lock"), pytest.raises(StoreLocked, match="a document is being purged from"):
        run(told)
