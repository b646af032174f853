"""What a user sees who may not see every collection: what is hidden looks exactly like what never was.

Documents count by the collection that they are in today. Two things are everybody's: the store's generation, which
counts the ingests of all collections, and what a document that is seen says of others, such as its successor's id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Table, func, select

from app.guarantee import Thresholds
from app.retrieve import Filters
from app.services import Models, Services
from app.settings import Settings
from app.view import OpenView
from ingest.cited import documents_named
from ingest.errors import UnknownId
from ingest.identity import document_of
from ingest.rows import SpanRow, StoredDocument
from ingest.schema import answers, documents, passages, revisions, spans, vectors
from ingest.store import Store
from ingest.types import Hit, Span

_OF_MODELS = frozenset(name for name in vars(Models) if not name.startswith("__")) - {"close"}


MOST_FOLLOWED = 100
"""How many answers one after the other are looked at; one that follows more is hidden, as if it named what is."""


class _Link(NamedTuple):
    """The documents that an answer names, and the answer that it follows."""

    documents: frozenset[str]
    follows: str | None


def limited(services: Services, collections: frozenset[str] | None) -> Services:
    """Services that show these collections alone, or all for None; everything that is costly is shared.

    They are cheap to make. They are not to be closed, and end with the services that they were made of.
    """
    return services if collections is None else LimitedServices(services, collections)


class LimitedStore(Store):
    """A store of which some collections alone are seen; errors say of the rest what they say of what never was.

    It shares the connections of the whole one, and the texts that this has read.
    """

    def __init__(self, whole: Store, allowed: frozenset[str]) -> None:
        super().__init__(whole.folder, whole.engine)
        self._whole = whole
        self._allowed = allowed
        self._ids = select(documents.c.id).where(documents.c.collection.in_(sorted(allowed)))
        self._links: dict[str, _Link] = {}  # answers never change, and those of a thread are asked for together

    def close(self) -> None:
        """Leave the connections open: they are the whole store's."""

    def collections(self) -> tuple[str, ...]:
        """The names of the collections that are seen and hold a current document, sorted."""
        return tuple(name for name in super().collections() if name in self._allowed)

    def documents(self) -> tuple[StoredDocument, ...]:
        """All documents that are seen, the retired ones too, sorted by id."""
        return tuple(one for one in super().documents() if one.collection in self._allowed)

    def document(self, document_id: str) -> StoredDocument:
        """One document, current or retired. Raises UnknownId."""
        found = super().document(document_id)
        if found.collection not in self._allowed:
            raise UnknownId(f"the store holds no document {document_id!r}")
        return found

    def counts(self) -> dict[str, int]:
        """How much there is of what is seen. This reads every answer that was kept."""
        vector_keys = select(passages.c.vector_key).where(passages.c.document_id.in_(self._ids))
        of_document: dict[str, tuple[Table, ColumnElement[bool]]] = {
            "documents": (documents, documents.c.id.in_(self._ids) & (documents.c.status == "current")),
            "retired": (documents, documents.c.id.in_(self._ids) & (documents.c.status == "retired")),
            "revisions": (revisions, revisions.c.document_id.in_(self._ids)),
            "spans": (spans, spans.c.document_id.in_(self._ids) & spans.c.last_generation.is_(None)),
            "passages": (passages, passages.c.document_id.in_(self._ids) & passages.c.last_generation.is_(None)),
            "vectors": (vectors, vectors.c.key.in_(vector_keys)),
        }
        with self.engine.connect() as connection:
            counted = {
                name: connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
                for name, (table, where) in of_document.items()
            }
            seen = frozenset(connection.scalars(self._ids))
            rows = connection.execution_options(yield_per=100).execute(select(answers.c.id, answers.c.body))
            self._links.update((row.id, _link(row.body)) for row in rows)
        return counted | {"answers": sum(self._rests_on(link) <= seen for link in tuple(self._links.values()))}

    def span_counts(self) -> dict[str, int]:
        """How many current spans each document that is seen has; documents without any are left out."""
        seen = self._seen()
        return {name: count for name, count in super().span_counts().items() if name in seen}

    def revisions(self, document_id: str) -> tuple[str, ...]:
        """The revisions of a document, that which was stored first at first; none where there is no such document."""
        return super().revisions(document_id) if self._sees(document_id) else ()

    def canonical_text(self, document_id: str, revision: str) -> str:
        """The canonical text of a revision. Raises UnknownId."""
        self._require_revision(document_id, revision)
        return self._whole.canonical_text(document_id, revision)

    def hits(self, passage_ids: Sequence[str], generation: int) -> list[Hit]:
        """The passages of these ids as of a generation, in this order, with spans and title; their scores are 0.

        Raises UnknownId when one is not there.
        """
        seen = self._seen({document_of(name) for name in passage_ids})
        hidden = next((at for at, name in enumerate(passage_ids) if document_of(name) not in seen), len(passage_ids))
        found = super().hits(passage_ids[:hidden], generation)  # one that is missing before it is named first
        if hidden < len(passage_ids):
            raise UnknownId(f"generation {generation} holds no passage {passage_ids[hidden]!r}")
        return found

    def passages_of_collection(self, collection: str, generation: int) -> Iterator[tuple[str, str, str]]:
        """Yield (passage id, indexed text, vector key) of a collection's passages that are seen, sorted by id."""
        seen = self._seen()
        return (one for one in super().passages_of_collection(collection, generation) if document_of(one[0]) in seen)

    def spans_by_id(self, ids: Collection[str]) -> dict[str, Span]:
        """The newest span of each citation id, current or not; ids that never were are left out."""
        seen = self._seen({name.rpartition("~")[0] for name in ids})
        return super().spans_by_id([name for name in ids if name.rpartition("~")[0] in seen])

    def current_ids(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the citation ids whose text stands in a current document as it was cited."""
        seen = self._seen({name.rpartition("~")[0] for name in ids})
        return super().current_ids([name for name in ids if name.rpartition("~")[0] in seen])

    def history(self, citation_id: str) -> tuple[tuple[Span, int | None], ...]:
        """All places that a citation id ever had, oldest first, each with the last generation it was visible in."""
        return super().history(citation_id) if self._sees(citation_id.rpartition("~")[0]) else ()

    def spans_at(self, document_id: str, generation: int) -> tuple[Span, ...]:
        """The spans of a document as of a generation, in reading order."""
        return super().spans_at(document_id, generation) if self._sees(document_id) else ()

    def answer(self, answer_id: str) -> dict[str, Any]:
        """An answer as it was given, if all is seen that it rests on. Raises UnknownId.

        That is the documents that it names, and those of the answers that it follows: what its question was understood
        as may say what these said.
        """
        body = super().answer(answer_id)
        named = self._rests_on(_link(body))
        if not named <= self._seen(named):
            raise UnknownId(f"the store holds no answer {answer_id!r}")
        return body

    def receipt(self, answer_id: str) -> dict[str, Any]:
        """The receipt of an answer that is seen: it names nothing that the answer does not. Raises UnknownId."""
        self.answer(answer_id)
        return super().receipt(answer_id)

    def _rests_on(self, link: _Link) -> frozenset[str]:
        """The documents of an answer and of those that it follows. A chain that is too long rests on what none sees."""
        chain = list(islice(self._chain(link), MOST_FOLLOWED + 1))
        too_long = [frozenset({""})] if len(chain) > MOST_FOLLOWED else []
        return frozenset[str]().union(*(one.documents for one in chain), *too_long)

    def _chain(self, link: _Link) -> Iterator[_Link]:
        """An answer and those that it follows, whoever may see them; one that is not there ends the chain."""
        yield link
        while link.follows:
            if link.follows not in self._links:
                try:
                    self._links[link.follows] = _link(super().answer(link.follows))
                except UnknownId:
                    return
            link = self._links[link.follows]
            yield link

    def _sees(self, document_id: str) -> bool:
        return document_id in self._seen({document_id})

    def _seen(self, among: Collection[str] | None = None) -> frozenset[str]:
        """Those documents that are seen: of these, of which there may be some thousands, or of all."""
        query = self._ids if among is None else self._ids.where(documents.c.id.in_(among))
        with self.engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def _require_revision(self, document_id: str, revision: str) -> None:
        if not self._sees(document_id):
            raise UnknownId(f"the store holds no revision {revision!r} of a document {document_id!r}")

    def _revision(self, document_id: str, revision: str) -> Row[Any]:
        self._require_revision(document_id, revision)
        return super()._revision(document_id, revision)

    def _span(self, row: SpanRow) -> Span:
        return self._whole._span(row)  # whoever asks for rows has asked for those that are seen


class _LimitedView(OpenView):
    """The view of a limited store: its indexes are those of the collections that are seen."""

    def allowed(self, collection: str, filters: Filters) -> frozenset[str] | None:
        """The ids of the passages that pass the filters; None when nothing is filtered.

        While indexes are being built, older ones are searched, and may hold a document that has since been hidden.
        """
        passed = super().allowed(collection, filters)
        if passed is not None or self.generation == self.store.generation():
            return passed
        return self.store.passage_ids_where(collection, (), {}, self.generation)


class LimitedServices(Services):
    """Services of which some collections alone are seen. All that `Models` offers is the whole services' own."""

    def __init__(self, whole: Services, allowed: frozenset[str]) -> None:
        self._whole = whole
        super().__init__(whole.settings, LimitedStore(whole.store, allowed), whole.embedder, whole.signer)
        self.relevance = whole.relevance
        self._allowed = allowed

    def __getattribute__(self, name: str) -> Any:
        """Take from the whole what is there once for all: a second language model would not fit in memory."""
        return getattr(self._whole, name) if name in _OF_MODELS else super().__getattribute__(name)

    def view(self, as_of: int | str | None = None) -> OpenView:
        """The whole services' view, less the collections that are not seen."""
        view = self._whole.view(as_of)
        seen = {name: indexes for name, indexes in view.indexes.items() if name in self._allowed}
        return _LimitedView(self.store, view.generation, seen, view.replaced, view.as_of)

    def thresholds(self, settings: Settings) -> Thresholds:
        """What confidence claims need: what settings ask for, and what is proven for the collections that are seen."""
        found = super().thresholds(settings)
        proven = {name: one for name, one in found.proven.items() if name in self._allowed}
        return Thresholds(found.asked, proven, found.collection_of)

    def close(self) -> None:
        """Leave everything open: it is the whole services'."""


def _link(body: Mapping[str, Any]) -> _Link:
    return _Link(documents_named(body), body.get("follows"))
