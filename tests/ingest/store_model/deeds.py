"""What is done to the store, and what the model then knows of it: all of it, none of it, or what a killed one left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, ClassVar, Literal

from ingest.errors import StoreError
from ingest.pipeline import ingest
from ingest.rows import StoredDocument
from ingest.store import Store
from tests.ingest.store_model import shown
from tests.ingest.store_model.edits import Edits
from tests.ingest.store_model.killed import Deed, Kind, Zygote, do
from tests.ingest.store_model.light import EMBEDDERS, Loader
from tests.ingest.store_model.model import Given, Shown, look
from tests.ingest.store_model.texts import Held

AT_ONCE = 40
"""Citations that are resolved after a step, the newest apart; in turn, all are."""

What = Literal["ingest", "retire", "purge"]


class Deeds(Edits):
    """The rules' means; `was_written` while the laws are to be looked at."""

    zygote: ClassVar[Zygote]

    def __init__(self) -> None:
        super().__init__()
        self.was_written = False

    def take_in(self) -> dict[str, Any]:
        """Ingest the folder; nothing fails but what was purged."""
        self.prepare_folder()
        embedder = EMBEDDERS[self.embedder]
        report = ingest([self.disk.root], self.path, embedder=embedder, loader=Loader(), passage_words=self.size)
        wire = report.as_json()
        assert {(one["path"], one["reason"]) for one in wire["failures"]} == {
            (one, "purged") for one in self.disk.refused
        }
        return wire

    def took_in(self) -> None:
        """All of the folder is in the store; the files are the documents that they were."""
        held, wanted = self.disk.held(), self.same_documents()
        self.model.held, self.model.size, self.model.embedder = held, self.size, self.embedder
        self.was_written = True
        with closing(Store.open(self.path)) as store:
            seen = {uri: one.id for uri, one in look(store).documents.items()}
        assert {name: seen.get(name) for name in wanted} == wanted

    def same_documents(self) -> dict[str, str]:
        """By name, the ids that files must have: that of the manifest, else the one that they had where they stand."""
        said = {name: entry["id"] for name, entry in self.disk.entries.items()}
        held = self.disk.held()
        stay = [name for name in held.keys() & self.model.ids.keys() if name not in said]
        same = [name for name in stay if held[name].collection == self.model.held[name].collection]
        return {name: self.model.ids[name] for name in same if self.model.ids[name] not in said.values()} | said

    def do(self, what: What, document: str = "", kind: Kind = "statement", nth: int = 0) -> bool:
        """Do it in this process, or in one that is killed before the n-th event; whether it came to its end."""
        deed = Deed(what, str(self.path), str(self.disk.root), self.embedder, self.size, document, kind, nth)
        if not nth:
            do(deed)
            return True
        self.model.leftovers = True
        return self.zygote.do(deed)

    def was_cut_off(self, new: Mapping[str, Held], size: int) -> None:
        """The store is in the old state or in the new one, whole."""
        try:
            store = Store.open(self.path)
        except StoreError:
            assert not self.model.held
            return
        with closing(store):
            seen = look(store)
            if seen.generation != self.model.generation:
                assert seen.generation == self.model.generation + 1
                self.model.size = size
            if seen.generation != self.model.generation or not shown.fits(store, seen, self.model.held):
                assert shown.fits(store, seen, new)
                self.model.held = dict(new)
        self.model.embedder = None
        self.was_written = True

    def was_purged(self, one: StoredDocument, known: Sequence[StoredDocument], leaves: bool) -> None:
        """It is known no more; its file goes, or is left where no ingest will take it."""
        self.banned_names.add(one.uri)
        own = self.model.files.pop(one.id) - {file for files in self.model.files.values() for file in files}
        self.banned_files |= own
        is_its_file = one.uri in self.disk.files and self.model.ids.get(one.uri, one.id) == one.id
        is_alone = sum(other.path == one.path for other in known) == 1 and one.collection == "default"
        self.model.forget(one.id)
        self.was_written = True
        if is_its_file and leaves and is_alone and one.uri not in self.disk.entries:
            self.disk.leave_refused(one.uri)
        elif is_its_file:
            self.disk.remove(one.uri)

    def prepare_folder(self) -> None:
        """No file says just what a purged one said, which would be refused.

        What the manifest put into another collection it goes on naming: else what was there stays, as if another
        ingest had put it there.
        """
        for name in [name for name, held in self.disk.held().items() if held.file in self.banned_files]:
            self.disk.remove(name)
        for name in self.model.held.keys() & self.disk.files.keys() - self.disk.entries.keys():
            taken = {one["id"] for one in self.disk.entries.values()}
            if self.model.held[name].collection != "default" and self.model.ids[name] not in taken:
                self.disk.describe(name, {"id": self.model.ids[name]})

    def some_given(self, seen: Shown) -> Iterator[Given]:
        """Those of today, and a portion of the others."""
        given = sorted(self.model.given)
        start = seen.generation * AT_ONCE % max(len(given), 1)
        yield from {*(given + given)[start : start + AT_ONCE]}
        for document in list(seen.spans)[:1]:
            yield from self.model.past[seen.generation][document]
