"""The rules by which the folder changes: what writers, curators and file managers do to files and their manifest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.ingest.store_model.disk import Disk
from tests.ingest.store_model.light import EMBEDDERS
from tests.ingest.store_model.model import Model
from tests.ingest.store_model.texts import Content, Paragraph, contents, is_citable, paragraphs, reworded

NAMES = ("a.txt", "b.txt", "sub/a.txt", "sub/c.txt", "d.txt")
IDS = ("a", "b", "manual", "sheet")
HAS_FILES: Callable[[Any], bool] = lambda self: bool(self.disk.files)  # noqa: E731


class Edits(RuleBasedStateMachine):
    """`disk` is the folder, `size` and `embedder` how it is to be ingested next; `deleted` files may come back."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        (self.home / "docs").mkdir()
        self.disk, self.path, self.model = Disk(self.home / "docs"), self.home / "store", Model()
        self.size, self.embedder = 180, "words"
        self.numbers = count(1)
        self.deleted: list[Content] = []
        self.banned_names: set[str] = set()
        self.banned_files: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    @rule(data=st.data(), content=contents)
    def write(self, data: st.DataObject, content: Content) -> None:
        """A new file, which has a sentence that stands nowhere else."""
        if names := self.free_names():
            own = (f"The part number of this one is qx-{next(self.numbers)}.",)
            self.disk.put(pick(data, names), (*content, own))

    @precondition(HAS_FILES)
    @rule(data=st.data(), paragraph=paragraphs)
    def insert(self, data: st.DataObject, paragraph: Paragraph) -> None:
        name = self.pick_file(data)
        self.put_part(data, name, paragraph)

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A paragraph is said again, in the same file or in another."""
        part = data.draw(st.sampled_from(self.disk.files[self.pick_file(data)]))
        self.put_part(data, self.pick_file(data), part)

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """A part goes elsewhere, in the same file or to another."""
        name = self.pick_file(data)
        part = self.take_part(data, name)
        if part is not None:
            self.put_part(data, self.pick_file(data), part)

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        self.take_part(data, self.pick_file(data))

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def reword(self, data: st.DataObject) -> None:
        name = self.pick_file(data)
        self.reword_at(name, *self.pick_sentence(data, name))

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        """The second half of a file goes into a new one."""
        name, names = self.pick_file(data), self.free_names()
        content = self.disk.files[name]
        at = data.draw(st.integers(1, len(content)))
        if names and is_citable(content[:at]) and is_citable(content[at:]):
            self.disk.put(name, content[:at])
            self.disk.put(pick(data, names), content[at:])

    @precondition(lambda self: len(self.disk.files) > 1)
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        """A file is put at the end of another."""
        name = self.pick_file(data)
        other = pick(data, self.disk.files.keys() - {name})
        self.disk.put(name, self.disk.files[name] + self.disk.files[other])
        self.disk.remove(other)

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        if names := self.free_names():
            self.disk.rename(self.pick_file(data), pick(data, names))

    @precondition(HAS_FILES)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = self.pick_file(data)
        self.deleted.append(self.disk.files[name])
        self.disk.remove(name)

    @precondition(lambda self: self.deleted)
    @rule(data=st.data())
    def bring_back(self, data: st.DataObject) -> None:
        if names := self.free_names():
            self.disk.put(pick(data, names), self.deleted.pop())

    @precondition(lambda self: self.disk.refused)
    @rule(data=st.data())
    def take_out_what_was_purged(self, data: st.DataObject) -> None:
        self.disk.remove(pick(data, self.disk.refused))

    @precondition(HAS_FILES)
    @rule(data=st.data(), collection=st.sampled_from(["", "default", "other"]), title=st.sampled_from(["", "A title"]))
    def describe(self, data: st.DataObject, collection: str, title: str) -> None:
        """The manifest names a file: as it is named, or otherwise."""
        name = self.pick_file(data)
        taken = {one["id"] for other, one in self.disk.entries.items() if other != name} | self.model.purged.keys()
        ids = {*IDS, self.model.ids.get(name, "a")} - taken
        if not ids:
            return
        entry = {"id": pick(data, ids), "collection": collection, "title": title}
        entry["valid_until"] = data.draw(st.sampled_from(["", "2026-12-31"]))
        entry["superseded_by"] = data.draw(st.sampled_from(["", *sorted(taken)]))
        self.disk.describe(name, {key: value for key, value in entry.items() if value})

    @precondition(lambda self: self.disk.entries)
    @rule(data=st.data())
    def describe_no_more(self, data: st.DataObject) -> None:
        if names := self.disk.entries.keys() - self.banned_names:
            self.disk.describe(pick(data, names), None)

    @rule(size=st.sampled_from([6, 20, 180]))
    def chunk_otherwise(self, size: int) -> None:
        self.size = size

    @rule(name=st.sampled_from(sorted(EMBEDDERS)))
    def embed_otherwise(self, name: str) -> None:
        self.embedder = name

    def free_names(self) -> set[str]:
        return {*NAMES} - self.disk.files.keys() - self.disk.refused - self.banned_names

    def pick_file(self, data: st.DataObject) -> str:
        return pick(data, self.disk.files)

    def put_part(self, data: st.DataObject, name: str, part: str | Paragraph) -> None:
        content = self.disk.files[name]
        at = data.draw(st.integers(0, len(content)))
        self.disk.put(name, (*content[:at], part, *content[at:]))

    def take_part(self, data: st.DataObject, name: str) -> str | Paragraph | None:
        """Take a part out; not the last that says something."""
        content = self.disk.files[name]
        at = data.draw(st.integers(0, len(content) - 1))
        left = (*content[:at], *content[at + 1 :])
        if not is_citable(left):
            return None
        self.disk.put(name, left)
        return content[at]

    def pick_sentence(self, data: st.DataObject, name: str) -> tuple[int, int]:
        """The part and the place in it."""
        content = self.disk.files[name]
        places = [
            (at, place) for at, part in enumerate(content) if isinstance(part, tuple) for place in range(len(part))
        ]
        return data.draw(st.sampled_from(places))

    def reword_at(self, name: str, at: int, place: int) -> None:
        content = list(self.disk.files[name])
        part = content[at]
        assert isinstance(part, tuple)
        content[at] = (*part[:place], reworded(part[place]), *part[place + 1 :])
        self.disk.put(name, tuple(content))


def pick(data: st.DataObject, some: Iterable[str]) -> str:
    return data.draw(st.sampled_from(sorted(some)))
