"""The store against a plain model: any sequence of edits, moves, retirements, re-chunkings, purges and aborted ingests,
with answers kept in between.

Each file that is written gets a sentence that stands nowhere else, by which its text is known again anywhere.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine, event

from ingest import pipeline
from ingest.pipeline import ingest
from ingest.purge import purge
from ingest.resolve import resolve as resolve_citation
from ingest.standing import standings_of
from ingest.store import Store
from ingest.writer import write_lock

NAMES = st.sampled_from(["a.txt", "b.txt", "sub/c.txt", "sub/d.txt"])
SENTENCES = [
    "Yes.",
    "The supply is 0.75 V.",
    "Größe 😀 matters here.",
    "The clock runs.",
    "It is so.",
    "\n\nNext part.",
]
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=7).map(" ".join)


class Crash(Exception):
    """Stands for a process that ends at once."""


class Embedder:
    """Another embedder, which ends the ingest when told to."""

    crashing = False

    def __init__(self, inner: Any) -> None:
        self.inner, self.name = inner, inner.name

    def embed(self, texts: Sequence[str]) -> Any:
        if self.crashing:
            raise Crash
        return self.inner.embed(texts)


class StoreMachine(RuleBasedStateMachine):
    """`files` is what stands on the disk, `ingested` what the store should hold of it, `ever` all that was citable.

    `answers` has by id the citation of each answer that was kept, `purged` the documents that were purged, `erased` the
    sentences that were theirs alone.
    """

    direct: Any
    letters: Any

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.folder, self.path = self.home / "docs", self.home / "store"
        self.folder.mkdir()
        self.files: dict[str, str] = {}
        self.ingested: dict[str, str] = {}
        self.ever: dict[tuple[str, str, int], str] = {}
        self.answers: dict[str, str] = {}
        self.purged: set[str] = set()
        self.erased: set[str] = set()
        self.numbers = count(1)
        self.size = 180
        self.indexed: list[str] = []
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(pipeline, "build_indexes", self.build)
        self.patch.setattr(pipeline, "carry_indexes", lambda *_: False)
        self.patch.setattr(pipeline, "has_indexes", lambda *_: False)
        self.embedder = Embedder(self.letters)

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.home)

    def build(self, root: Path, collection: str, generation: int, ids: list[str], *_: Any) -> None:
        self.indexed = ids

    @initialize(text=TEXTS)
    def first(self, text: str) -> None:
        self.write("a.txt", text)
        self.ingest()

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        if Path(name).stem in self.purged:
            return
        text += f" The part number of this one is {self.home.name}-{next(self.numbers)}."
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
        self.files[name] = text

    @precondition(lambda self: self.files)
    @rule(data=st.data(), text=TEXTS)
    def edit(self, data: st.DataObject, text: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        self.write(name, self.files[name] + " " + text)

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        (self.folder / name).unlink()
        del self.files[name]

    @precondition(lambda self: self.files and self.files == self.ingested)
    @rule(data=st.data(), new=st.sampled_from(["moved.txt", "sub/moved.txt"]))
    def move(self, data: st.DataObject, new: str) -> None:
        """A file that is moved is the same document: every citation of it stays current."""
        name = data.draw(st.sampled_from(sorted(self.files)))
        if new in self.files or list(self.files.values()).count(self.files[name]) > 1:
            return
        before = self.store_ids()
        (self.folder / new).parent.mkdir(exist_ok=True)
        (self.folder / name).rename(self.folder / new)
        self.files[new] = self.files.pop(name)
        self.ingest()
        assert self.store_ids() == before

    @rule(size=st.sampled_from([3, 8, 180]))
    def chunk_otherwise(self, size: int) -> None:
        self.size = size

    @rule()
    def ingest(self) -> None:
        report = self.run()
        assert report["failures"] == []
        assert report["spans"]["added"] + report["spans"]["kept"] + report["spans"]["moved"] == len(self.store_ids())
        self.ingested = dict(self.files)
        again = self.run()
        assert again["generation"] == report["generation"]
        assert again["documents"]["unchanged"] == len(self.files)
        self.remember()

    @rule()
    def crash_before_the_commit(self) -> None:
        self.embedder.crashing = True
        try:
            self.run()
        except Crash:
            pass
        else:
            self.ingested = dict(self.files)  # there was nothing to embed
            self.remember()
        finally:
            self.embedder.crashing = False

    @rule()
    def crash_amid_the_commit(self) -> None:
        def broken(*_: Any) -> None:
            raise Crash

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingest.writer._compare", broken)
            patch.setattr("ingest.writer._retire", broken)
            try:
                self.run()
            except Crash:
                return
        self.ingested = dict(self.files)

    @rule(nth=st.integers(1, 40))
    def crash_at_a_write(self, nth: int) -> None:
        """At the n-th statement that writes, whichever that is."""
        left = count(nth, -1)

        def fail(*what: Any) -> None:
            if what[2].startswith(("INSERT", "UPDATE", "DELETE")) and next(left) == 1:
                raise Crash

        event.listen(Engine, "before_cursor_execute", fail)
        try:
            self.run()
        except Crash:
            return
        finally:
            event.remove(Engine, "before_cursor_execute", fail)
        self.ingested = dict(self.files)
        self.remember()

    @precondition(lambda self: self.ingested)
    @rule(data=st.data())
    def keep_an_answer(self, data: st.DataObject) -> None:
        store = Store.open(self.path)
        cited = data.draw(st.sampled_from(sorted(self.store_ids())))
        [span] = store.spans_by_id([cited]).values()
        name = f"ans_{len(self.answers)}"
        citation = {"id": cited, "document": {"id": span.document_id, "title": "T"}, "exact": span.text}
        body = {"id": name, "question": "Q?", "text": span.text, "withheld": []}
        claim = {"text": span.text, "start": 0, "end": len(span.text), "checks": [], "citations": [citation]}
        store.save_answer(name, "2026-11-26T10:00:00+00:00", {**body, "claims": [claim]})
        store.close()
        self.answers[name] = cited

    @precondition(lambda self: self.ingested and self.files == self.ingested)
    @rule(data=st.data())
    def purge(self, data: st.DataObject) -> None:
        store = Store.open(self.path)
        document = data.draw(st.sampled_from([one for one in store.documents() if one.status == "current"]))
        self.erased |= {
            text
            for (name, _, _), text in self.ever.items()
            if name.startswith(f"{document.id}~") and self.home.name in text
        }
        with write_lock(self.path):
            purge(store, document.id, "the curator", "it was private", self.embedder)
        store.close()
        self.purged |= {document.id, Path(document.uri).stem}
        (self.folder / document.uri).unlink()
        del self.files[document.uri], self.ingested[document.uri]

    @invariant()
    def nothing_that_was_purged_stands_in_any_file(self) -> None:
        files = [one.read_bytes() for one in self.path.rglob("*") if one.is_file()] if self.erased else []
        for sentence in self.erased:
            assert not any(sentence.split()[-1].encode() in data for data in files)

    @invariant()
    def those_answers_are_marked_whose_cited_text_stands_no_more_and_only_those(self) -> None:
        if not self.answers:
            return
        store = Store.open(self.path)
        marked = standings_of(store.engine, list(self.answers))
        gone = set(self.answers.values()) - self.store_ids()
        assert set(marked) == {name for name, cited in self.answers.items() if cited in gone}
        store.close()

    @invariant()
    def the_store_holds_what_was_ingested(self) -> None:
        if not self.path.exists():
            return
        store = Store.open(self.path)
        current = [one for one in store.documents() if one.status == "current"]
        texts = {one.uri: store.canonical_text(one.id, one.current_revision) for one in current}
        generation = store.generation()
        assert {name: text.split() for name, text in texts.items()} == {
            name: text.split() for name, text in self.ingested.items()
        }
        ids = [name for name, _, _ in store.passages_of_collection("default", generation)]
        hits = store.hits(ids, generation)
        spans = [span for hit in hits for span in hit.spans]
        assert sorted(span.id for span in spans) == sorted(self.store_ids())
        assert all(store.text_at(span) == span.text for span in spans)
        store.close()

    @invariant()
    def every_citation_ever_resolves(self) -> None:
        if not self.ever:
            return
        store = Store.open(self.path)
        for (name, revision, start), text in self.ever.items():
            found = resolve_citation(store, name, revision, start)
            if name.rpartition("~")[0] in self.purged:
                assert (found.status, found.cited, found.now) == ("purged", None, None)
                continue
            assert found.cited is not None
            assert found.cited.text == text
            assert found.now is None or store.text_at(found.now) == found.now.text
        store.close()

    def run(self) -> dict[str, Any]:
        return ingest(
            [self.folder], self.path, embedder=self.embedder, loader=self.direct, passage_words=self.size
        ).as_json()

    def store_ids(self) -> set[str]:
        store = Store.open(self.path)
        current = [one.id for one in store.documents() if one.status == "current"]
        ids = {span.id for name in current for span in store.spans_at(name, store.generation())}
        store.close()
        return ids

    def remember(self) -> None:
        store = Store.open(self.path)
        for one in store.documents():
            for span in store.spans_at(one.id, store.generation()):
                self.ever[span.id, span.revision, span.start] = span.text
        store.close()


StoreMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStore = pytest.mark.slow(StoreMachine.TestCase)


@pytest.fixture(autouse=True, scope="module")
def quick_parts(direct: Any, letters: Any) -> None:
    StoreMachine.direct, StoreMachine.letters = direct, letters
