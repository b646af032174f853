"""Kept answers are marked when what they cite changes, and only then: random edits against a plain model, and by hand."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ingest import pipeline
from ingest.doctor.standings import standings_read
from ingest.doctor.subject import Subject
from ingest.pipeline import ingest
from ingest.rows import now
from ingest.standing import STATUSES, how_many, mark_all_missed, newest, settle, standings_of
from ingest.store import Store
from tests.ingest.conftest import HOLD, Folder

NAMES = ("a", "b")
Sentence = tuple[str, str]
"""The name of a document, and one of its sentences."""


def keep(store: Store, name: str, shown: list[str], withheld: list[str] = [], created: str = "") -> None:  # noqa: B006
    """Keep an answer of which one claim cites `shown`, and a withheld one `withheld`."""
    claims = {kind: [{"citations": [{"id": one} for one in ids]}] for kind, ids in
              (("claims", shown), ("withheld", withheld))}  # fmt: skip
    store.save_answer(name, created or now(), {"id": name, **claims})


def ids_of(store: Store, document: str) -> dict[str, str]:
    """The current spans of a document: text to id."""
    return {span.text: span.id for span in store.spans_at(document, store.generation())}


class StandingMachine(RuleBasedStateMachine):
    """`texts` holds the sentences of each document that is there; `cites` what shown claims of each answer cite.

    `marked` are the answers that should have a row: None for unchecked, else the sentences and documents watched.
    """

    direct: Any
    letters: Any

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        (self.home / "docs").mkdir()
        self.texts: dict[str, list[str]] = {}
        self.gone: dict[str, list[str]] = {}
        self.ids: dict[Sentence, str] = {}
        self.cites: dict[str, set[Sentence]] = {}
        self.marked: dict[str, set[Sentence] | None] = {}
        self.made = 0
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(pipeline, "build_indexes", lambda *_: None)
        self.patch.setattr(pipeline, "carry_indexes", lambda *_: False)
        self.patch.setattr(pipeline, "has_indexes", lambda *_: True)

    def teardown(self) -> None:
        self.store.close()
        self.patch.undo()
        shutil.rmtree(self.home)

    @initialize(data=st.data())
    def first(self, data: st.DataObject) -> None:
        for name in NAMES:
            self.texts[name] = [f"This is the preface of {name}.", *(self.sentence() for _ in range(3))]
        self.ingest()
        self.store = Store.open(self.home / "store")
        self.remember()
        for _ in range(3):
            self.keep_an_answer_of(data)

    def sentence(self) -> str:
        self.made += 1
        return f"The margin of block {self.made} is {10 * self.made} ps."

    @precondition(lambda self: self.standing())
    @rule(data=st.data())
    def keep_an_answer(self, data: st.DataObject) -> None:
        self.keep_an_answer_of(data)

    def keep_an_answer_of(self, data: st.DataObject) -> None:
        there = sorted(self.standing())
        shown = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True))
        withheld = data.draw(st.lists(st.sampled_from(there), max_size=2, unique=True))
        name = f"ans_{len(self.cites)}"
        keep(self.store, name, [self.ids[one] for one in shown], [self.ids[one] for one in withheld])
        self.cites[name] = set(shown)

    @precondition(lambda self: self.texts)
    @rule(data=st.data(), kind=st.sampled_from(["replace", "remove", "insert", "swap"]))
    def edit(self, data: st.DataObject, kind: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.texts)))
        lines = list(self.texts[name])
        at = data.draw(st.integers(1, len(lines) - 1)) if len(lines) > 1 else 0
        if kind == "insert" or at == 0:
            lines.insert(at, self.sentence())
        elif kind == "swap":
            lines[1:] = [*lines[at:], *lines[1:at]]
        else:
            lines[at : at + 1] = [self.sentence()] if kind == "replace" else []
        self.change({**self.texts, name: lines})

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """Put back what stood in a document at some time."""
        known = sorted(self.ids)
        name, text = data.draw(st.sampled_from(known))
        if name in self.texts and text not in self.texts[name]:
            self.change({**self.texts, name: [*self.texts[name], text]})

    @rule(name=st.sampled_from(NAMES))
    def retire_or_return(self, name: str) -> None:
        rest = {one: lines for one, lines in self.texts.items() if one != name}
        if name in self.texts:
            self.gone[name] = self.texts[name]
            self.change(rest)
        else:
            self.change({**rest, name: self.gone.pop(name)})

    @precondition(lambda self: None in self.marked.values() and self.texts)
    @rule(data=st.data(), status=st.sampled_from(["holds", "changed", "broken"]))
    def settle_all(self, data: st.DataObject, status: Any) -> None:
        for answer in sorted(one for one, watched in self.marked.items() if watched is None):
            of_it = {name for name, _ in self.cites[answer]}
            there = sorted(one for one in {*self.standing(), *((name, "") for name in of_it)} if one[0] in of_it)
            watched = data.draw(st.sets(st.sampled_from(there), max_size=1))
            detail = {"watched": [self.ids[one] if one[1] else one[0] for one in sorted(watched)]}
            assert settle(self.store.engine, answer, status, detail, self.store.generation())
            self.marked[answer] = watched

    def change(self, texts: dict[str, list[str]]) -> None:
        before, was = self.standing(), self.texts
        self.texts = texts
        self.ingest()
        self.remember()
        after = self.standing()
        changed = {name for name in NAMES if was.get(name) != texts.get(name)}
        for answer, cites in self.cites.items():
            watched = self.marked.get(answer) or set()
            if cites <= after:
                self.marked.pop(answer, None)
                continue
            came_back = answer in self.marked and cites & after - before
            if came_back or cites & before - after or watched & (before - after | {(one, "") for one in changed}):
                self.marked[answer] = None
        self.check()

    def check(self) -> None:
        found = standings_of(self.store.engine, self.cites)
        assert {name: one.status == "unchecked" for name, one in found.items()} == {
            name: watched is None for name, watched in self.marked.items()
        }
        for name, one in found.items():
            if one.status == "unchecked":
                stale = sorted(self.ids[cite] for cite in self.cites[name] - self.standing())
                assert sorted(each["id"] for each in one.detail["citations"]) == stale
        subject = Subject(self.home / "store", self.store, self.store.generation(), None, None)
        assert standings_read(subject).findings == ()

    def standing(self) -> set[Sentence]:
        return {(name, text) for name, lines in self.texts.items() for text in lines[1:]}

    def ingest(self) -> None:
        for name in NAMES:
            file = self.home / "docs" / f"{name}.txt"
            if name in self.texts:
                file.write_text("\n\n".join(self.texts[name]), encoding="utf-8")
            else:
                file.unlink(missing_ok=True)
        done = ingest([self.home / "docs"], self.home / "store", embedder=self.letters, loader=self.direct)
        assert not done.failures

    def remember(self) -> None:
        for name in self.texts:
            self.ids |= {(name, text): one for text, one in ids_of(self.store, name).items() if "preface" not in text}


StandingMachine.TestCase.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStanding = StandingMachine.TestCase


@pytest.fixture(autouse=True, scope="module")
def quick_parts(direct: Any, letters: Any) -> None:
    StandingMachine.direct, StandingMachine.letters = direct, letters


MARGIN, TWICE, END = "The hold margin is 15 ps.", "It is checked twice.", "The end of hold."


@pytest.fixture
def kept(folder: Folder) -> Iterator[Store]:
    """A store with two documents, and answers that cite each sentence of `hold` but the first."""
    folder.run()
    store = folder.store()
    ids = ids_of(store, "hold")
    keep(store, "ans_margin", [ids[MARGIN]], [ids[TWICE]], "2026-01-01")
    keep(store, "ans_both", [ids[TWICE], ids[MARGIN]], created="2026-01-02")
    keep(store, "ans_end", [ids[END]], created="2026-01-02")
    keep(store, "ans_none", [], [ids[MARGIN]], "2026-01-04")
    yield store
    store.close()


def edit(folder: Folder, *changes: tuple[str, str]) -> None:
    text = (folder.root / "hold.txt").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    folder.write(**{"hold.txt": text})
    folder.run()


def statuses(store: Store) -> dict[str, str]:
    return {one.answer_id: one.status for one in newest(store.engine, None, 100)}


def test_those_that_cite_what_changed_are_marked_and_only_those(folder: Folder, kept: Store) -> None:
    edit(folder, ("15 ps", "20 ps"))
    assert statuses(kept) == {"ans_both": "unchecked", "ans_margin": "unchecked"}
    [cited] = standings_of(kept.engine, ["ans_both"])["ans_both"].detail["citations"]
    assert kept.spans_by_id([cited["id"]])[cited["id"]].text == MARGIN


def test_an_edit_elsewhere_marks_nothing_though_all_moves(folder: Folder, kept: Store) -> None:
    edit(folder, ("Preface of it.", "A longer preface of it. It has two sentences."), (TWICE, f"Now {MARGIN} {TWICE}"))
    edit(folder, (f"Now {MARGIN} ", ""))
    folder.write(**{"reset.txt": "Another text altogether."})
    folder.run()
    assert statuses(kept) == {}


def test_texts_that_come_back_take_the_mark_away(folder: Folder, kept: Store) -> None:
    edit(folder, ("15 ps", "20 ps"), ("twice", "thrice"))
    edit(folder, ("thrice", "twice"))
    assert statuses(kept) == {"ans_both": "unchecked", "ans_margin": "unchecked"}
    assert len(standings_of(kept.engine, ["ans_both"])["ans_both"].detail["citations"]) == 1
    edit(folder, ("20 ps", "15 ps"))
    assert statuses(kept) == {}


def test_a_document_that_retires_marks_and_one_that_returns_takes_the_mark_away(folder: Folder, kept: Store) -> None:
    (folder.root / "hold.txt").unlink()
    folder.run()
    assert statuses(kept) == dict.fromkeys(["ans_end", "ans_both", "ans_margin"], "unchecked")
    folder.write(**{"hold.txt": HOLD})
    folder.run()
    assert statuses(kept) == {}


def test_what_was_found_stands_until_what_it_hangs_on_changes(folder: Folder, kept: Store) -> None:
    edit(folder, ("15 ps", "20 ps"))
    watched = {"watched": [ids_of(kept, "hold")["The hold margin is 20 ps."]]}
    for name in ("ans_both", "ans_margin"):
        assert settle(kept.engine, name, "broken", watched, kept.generation())
    edit(folder, ("Preface", "Foreword"))
    assert set(statuses(kept).values()) == {"broken"}
    edit(folder, ("twice", "thrice"))
    assert statuses(kept) == {"ans_both": "unchecked", "ans_margin": "broken"}, "a withheld claim's citation is none"
    edit(folder, ("20 ps", "25 ps"))
    assert statuses(kept) == {"ans_both": "unchecked", "ans_margin": "unchecked"}


def test_nothing_is_settled_of_an_older_generation_nor_twice(folder: Folder, kept: Store) -> None:
    edit(folder, ("15 ps", "20 ps"))
    before = kept.generation()
    edit(folder, ("20 ps", "25 ps"))
    assert not settle(kept.engine, "ans_margin", "holds", {}, before)
    assert settle(kept.engine, "ans_margin", "changed", {}, kept.generation())
    assert not settle(kept.engine, "ans_margin", "holds", {}, kept.generation())
    assert not settle(kept.engine, "ans_end", "holds", {}, kept.generation())
    assert how_many(kept.engine) == dict.fromkeys(STATUSES, 0) | {"unchecked": 1, "changed": 1}


def test_an_answer_that_is_kept_after_its_source_changed_is_marked(folder: Folder, kept: Store) -> None:
    old = ids_of(kept, "hold")
    edit(folder, ("15 ps", "20 ps"))
    keep(kept, "ans_late", [old[MARGIN]])
    keep(kept, "ans_late_too", [old[TWICE]], [old[MARGIN]])
    keep(kept, "ans_never", ["hold~zzzzzzzzzz"])
    assert "ans_late" in statuses(kept)
    assert not {"ans_late_too", "ans_never"} & set(statuses(kept))


def test_a_store_that_marked_nothing_can_be_gone_through(folder: Folder, kept: Store) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.writer.mark", lambda *_: None)
        edit(folder, ("15 ps", "20 ps"))
    assert statuses(kept) == {}
    mark_all_missed(kept.engine)
    assert statuses(kept) == {"ans_both": "unchecked", "ans_margin": "unchecked"}
    settle(kept.engine, "ans_both", "broken", {}, kept.generation())
    mark_all_missed(kept.engine)
    assert statuses(kept)["ans_both"] == "broken"


def test_they_are_listed_newest_first_and_by_pages(folder: Folder, kept: Store) -> None:
    edit(folder, ("15 ps", "20 ps"), ("The end", "The last"))
    found = [one.answer_id for one in newest(kept.engine, None, 100)]
    assert found == ["ans_end", "ans_both", "ans_margin"]
    assert [one.answer_id for one in newest(kept.engine, "unchecked", 1)] == found[:1]
    assert [one.answer_id for one in newest(kept.engine, None, 5, ("2026-01-02", "ans_end"))] == found[1:]
    assert newest(kept.engine, "holds", 5) == []


class Crash(Exception):
    """Stands for a process that ends at once."""


def crash(*_: Any) -> None:
    raise Crash


@pytest.mark.parametrize(("where", "marked"), [("ingest.writer.mark", False), ("ingest.pipeline.ensure_indexes", True)])
def test_a_crash_leaves_texts_and_marks_as_they_were_or_both_anew(
    folder: Folder, kept: Store, where: str, marked: bool
) -> None:
    before = kept.generation()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, crash)
        with pytest.raises(Crash):
            edit(folder, ("15 ps", "20 ps"))
    assert kept.generation() == before + marked
    assert (MARGIN in ids_of(kept, "hold")) is not marked
    assert statuses(kept) == (dict.fromkeys(["ans_both", "ans_margin"], "unchecked") if marked else {})
    folder.run()
    assert statuses(kept) == dict.fromkeys(["ans_both", "ans_margin"], "unchecked")
