"""The plain model: what a store was seen to show after each step, and all that it ever gave out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.rows import StoredDocument
from ingest.store import Store
from ingest.types import Span
from tests.ingest.store_model.texts import Held


class Given(NamedTuple):
    """A citation as it was given out."""

    id: str
    revision: str
    start: int

    @property
    def document(self) -> str:
        return self.id.partition("~")[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a store shows: its current documents by uri, their spans by document."""

    generation: int
    documents: dict[str, StoredDocument]
    spans: dict[str, tuple[Span, ...]]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(span.id for some in self.spans.values() for span in some)


@dataclass(slots=True)
class Model:
    """`held` is what the store should show by uri, `given` the text of all that was citable, `said` every text by
    document and revision, `past` what each generation showed by document.

    `tried` are the texts of ingests that were cut off, whose files may have been kept ahead of them. `purged` are the texts that were each purged document's alone to say; of the `unfinished` the purge was cut off.
    `answers` has the shown citations of each kept answer, `settled` what the standing of some hangs on.
    """

    held: dict[str, Held] = field(default_factory=dict)
    generation: int = 0
    size: int = 180
    embedder: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    current: frozenset[str] = frozenset()
    given: dict[Given, str] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, set[str]] = field(default_factory=dict)
    past: dict[int, dict[str, tuple[Given, ...]]] = field(default_factory=dict)
    named: dict[tuple[str, ...], str] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    purged: dict[str, frozenset[str]] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)
    answers: dict[str, frozenset[str]] = field(default_factory=dict)
    settled: dict[str, frozenset[str]] = field(default_factory=dict)
    leftovers: bool = False

    def others_say(self, text: str) -> bool:
        """Whether a document that was not purged said this in any revision."""
        said = {one for texts in self.said.values() for one in texts.values()} | self.tried
        return any(text in one for one in said)

    def forget(self, document: str) -> None:
        """A purge has been committed."""
        own = {text for given, text in self.given.items() if given.document == document}
        self.purged[document] = frozenset(own)
        self.unfinished.add(document)
        self.said.pop(document, None)
        self.tried.clear()
        for name in [one for one in self.settled if any(id_.startswith(f"{document}~") for id_ in self.answers[one])]:
            del self.settled[name]
        self.held = {uri: one for uri, one in self.held.items() if self.ids[uri] != document}
        for shown in self.past.values():
            shown.pop(document, None)

    def learn(self, shown: Shown) -> None:
        """Take note of what a store shows that was found to be right."""
        self.generation, self.current = shown.generation, shown.ids
        self.ids = {uri: one.id for uri, one in shown.documents.items()}
        past: dict[str, tuple[Given, ...]] = {}
        for document, found in shown.spans.items():
            past[document] = tuple(Given(span.id, span.revision, span.start) for span in found)
            self.given |= {given: span.text for given, span in zip(past[document], found, strict=True)}
        for uri, one in shown.documents.items():
            self.said.setdefault(one.id, {})[one.current_revision] = self.held[uri].text
            self.files.setdefault(one.id, set()).add(self.held[uri].file)
        self.past[shown.generation] = past


def look(store: Store) -> Shown:
    """What a store shows now."""
    generation = store.generation()
    current = [one for one in store.documents() if one.status == "current"]
    documents = {one.uri: one for one in current}
    assert len(documents) == len(current), "two documents are one file"
    return Shown(generation, documents, {one.id: store.spans_at(one.id, generation) for one in documents.values()})
