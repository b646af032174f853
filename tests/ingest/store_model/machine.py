"""The store as a state machine: whatever is done to it and to its folder, in any order, the laws hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import Engine, event

from ingest.purge import AlreadyPurged
from ingest.purged import purge_of
from ingest.resolve import resolve
from ingest.store import Store
from tests.ingest.store_model import cited, erased, found, healthy, kept, shown
from tests.ingest.store_model.deeds import Deeds
from tests.ingest.store_model.edits import pick
from tests.ingest.store_model.killed import KINDS, Kind
from tests.ingest.store_model.light import lighten
from tests.ingest.store_model.model import Given, look
from tests.ingest.store_model.texts import reworded

IS_INGESTED: Callable[[Any], bool] = lambda self: bool(self.model.held)  # noqa: E731

maybe = st.one_of(st.just(0), st.integers(1, 40))
"""Before the how manieth event something is killed, never for 0."""


def is_up_to_date(machine: Deeds) -> bool:
    """Whether an ingest would change nothing, with at least one file."""
    ids = machine.model.ids
    named = all(ids.get(name) == entry["id"] for name, entry in machine.disk.entries.items())
    return bool(ids) and named and machine.model.held == machine.disk.held()


class Crash(Exception):
    """Stands for whatever ends an ingest in its midst."""


class StoreMachine(Deeds):
    """The rules that write to the store; those of `Edits` write to the folder alone."""

    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        lighten(self.patch)
        self.checked = 0

    def teardown(self) -> None:
        self.patch.undo()
        super().teardown()

    @initialize(data=st.data(), at_once=st.booleans())
    def first(self, data: st.DataObject, at_once: bool) -> None:
        self.disk.put("a.txt", (("Some words before.", "The supply is 0.75 V."), "Part one", ("It is so.",)))
        if at_once:
            self.ingest()

    @rule()
    def ingest(self) -> None:
        """All that is in the folder is taken in, and once more changes nothing."""
        report = self.take_in()
        self.took_in()
        again = self.take_in()
        assert again["generation"] == report["generation"]
        assert again["documents"]["unchanged"] == len(self.disk.files)
        assert again["spans"]["kept"] == sum(report["spans"][name] for name in ("added", "kept", "moved"))

    @rule(nth=st.integers(1, 40))
    def crash_at_a_write(self, nth: int) -> None:
        """An ingest ends at the n-th statement that writes."""
        left = count(nth, -1)

        def fail(*what: Any) -> None:
            if what[2].startswith(("INSERT", "UPDATE", "DELETE")) and next(left) == 1:
                raise Crash

        event.listen(Engine, "before_cursor_execute", fail)
        try:
            self.take_in()
            self.took_in()
        except Crash:
            self.model.tried |= {one.text for one in self.disk.held().values()}
            self.was_cut_off(self.disk.held(), self.size)
        finally:
            event.remove(Engine, "before_cursor_execute", fail)

    @rule(kind=st.sampled_from(KINDS), nth=st.integers(1, 60))
    def kill_an_ingest(self, kind: Kind, nth: int) -> None:
        self.prepare_folder()
        self.model.tried |= {one.text for one in self.disk.held().values()}
        if self.do("ingest", "", kind, nth):
            self.took_in()
        else:
            self.was_cut_off(self.disk.held(), self.size)

    @precondition(IS_INGESTED)
    @rule(data=st.data(), kind=st.sampled_from(KINDS), nth=maybe)
    def retire(self, data: st.DataObject, kind: Kind, nth: int) -> None:
        """By hand, maybe killed; its file may still be there."""
        document = pick(data, self.model.ids.values())
        is_done = self.do("retire", document, kind, nth)
        held = {uri: one for uri, one in self.model.held.items() if self.model.ids[uri] != document}
        self.was_cut_off(held, self.model.size)
        assert not is_done or self.model.held == held

    @precondition(lambda self: self.model.said and not self.model.unfinished)
    @rule(data=st.data(), kind=st.sampled_from(KINDS), nth=maybe, leaves=st.booleans())
    def purge(self, data: st.DataObject, kind: Kind, nth: int, leaves: bool) -> None:
        """Of a document of today or of the past, maybe killed; its file may be left where it is.

        One that was cut off is gone on with before another is begun: it keeps what both documents say.
        """
        name = pick(data, self.model.said)
        with closing(Store.open(self.path)) as store:
            known = store.documents()
        is_done = self.do("purge", name, kind, nth)
        with closing(Store.open(self.path)) as store:
            if purge_of(store, name) is None:
                assert not is_done
                self.was_written = True
                return
        self.was_purged(next(one for one in known if one.id == name), known, leaves)
        if is_done:
            self.model.unfinished.discard(name)

    @precondition(lambda self: self.model.unfinished)
    @rule(data=st.data())
    def go_on_with_a_purge(self, data: st.DataObject) -> None:
        name = pick(data, self.model.unfinished)
        with suppress(AlreadyPurged):
            self.do("purge", name)
        self.model.unfinished.discard(name)
        self.was_written = True

    @precondition(IS_INGESTED)
    @rule(data=st.data())
    def keep_an_answer(self, data: st.DataObject) -> None:
        """It cites what stands, or what stood when it was begun."""
        known = sorted(one for one in self.model.given if one.document not in self.model.purged)
        cites = st.sampled_from(known)
        with closing(Store.open(self.path)) as store:
            some = data.draw(st.lists(cites, min_size=1, max_size=2, unique_by=lambda one: one.id))
            kept.keep(store, self.model, some, data.draw(cites))
        self.was_written = True

    @precondition(lambda self: any(cited - self.model.current for cited in self.model.answers.values()))
    @rule(data=st.data())
    def check_an_answer_again(self, data: st.DataObject) -> None:
        name = pick(data, (one for one, ids in self.model.answers.items() if ids - self.model.current))
        documents = {one.partition("~")[0] for one in self.model.answers[name]}
        near = [one for one in sorted(self.model.current) if one.partition("~")[0] in documents]
        watched = data.draw(st.lists(st.sampled_from(near), max_size=2)) if near else []
        with closing(Store.open(self.path)) as store:
            kept.settled(store, self.model, name, frozenset(watched))
        self.was_written = True

    @precondition(lambda self: self.model.leftovers and self.model.embedder)
    @rule()
    def mend(self) -> None:
        healthy.is_mended(self.path, self.model)

    @precondition(is_up_to_date)
    @rule(data=st.data())
    def rename_alone(self, data: st.DataObject) -> None:
        """A file that is moved is the same document, whatever names it: every citation of it stays as it is."""
        files = [one.file for one in self.model.held.values()]
        names = [name for name in self.disk.files if files.count(self.model.held[name].file) == 1]
        if not names or not (free := self.free_names()):
            return
        old, new = pick(data, names), pick(data, free)
        known, ids = self.model.ids[old], self.model.current
        self.disk.rename(old, new)
        self.ingest()
        self.laws()
        assert self.model.ids[new] == known
        assert self.model.current == ids

    @precondition(is_up_to_date)
    @rule(data=st.data())
    def reword_alone(self, data: st.DataObject) -> None:
        """What a sentence was changed into is shown as its successor, and so again; who hangs on it is told."""
        name = self.pick_file(data)
        at, place = self.pick_sentence(data, name)
        before = [one.text for one in self.model.held[name].places]
        old = self.disk.files[name][at][place]
        new, newest = reworded(old), reworded(reworded(old))
        if len(old.split()) < 5 or before.count(old) != 1 or {new, newest} & {*before} or old in new:
            return
        today = self.model.past[self.model.generation][self.model.ids[name]]
        [given] = [one for one in today if self.model.given[one] == old]
        with closing(Store.open(self.path)) as store:
            answer = kept.keep(store, self.model, [given], given)
        self.reword_at(name, at, place)
        successor = self.successor_of(given, old, new)
        with closing(Store.open(self.path)) as store:
            kept.settled(store, self.model, answer, frozenset([successor]))
        self.reword_at(name, at, place)
        self.successor_of(given, old, newest)

    def successor_of(self, given: Given, old: str, new: str) -> str:
        """Ingest, and give the id of what a citation is said to have become, which is this or as like it."""
        self.ingest()
        self.laws()
        with closing(Store.open(self.path)) as store:
            found = resolve(store, *given)
        assert found.status == "changed"
        assert found.now
        assert found.now.text == new or cited.likeness(found.now.text, old) >= cited.likeness(new, old)
        return found.now.id

    @invariant()
    def laws(self) -> None:
        """After each step that wrote to the store."""
        if not self.was_written:
            return
        self.was_written = False
        StoreMachine.steps += 1
        with closing(Store.open(self.path)) as store:
            seen = look(store)
            shown.holds(store, self.model, seen)
            kept.changed(self.model, self.model.current, seen.ids)
            self.model.learn(seen)
            erased.is_nowhere(self.path, self.model)
            kept.marked(store, self.model)
            shown.purged(store, self.model)
            if self.checked != seen.generation:
                shown.past(store, self.model)
                for given in self.some_given(seen):
                    cited.resolves(store, self.model, seen, given)
            found.finds(store, self.model, seen, self.embedder)
            self.model.embedder = self.embedder
        healthy.is_healthy(self.path, self.model)
        self.checked = seen.generation
