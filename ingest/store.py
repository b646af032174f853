"""The truth, for reading: documents, their revisions, spans, passages and vectors, and the answers that were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, func, select

from ingest.cited import cited_by
from ingest.database import writing
from ingest.errors import UnknownId
from ingest.hits import read_hits
from ingest.purged import refuse_answer
from ingest.rows import (
    Source,
    SpanRow,
    StoredDocument,
    indexed_text,
    read_passage,
    read_span,
    unpack_layout,
)
from ingest.schema import (
    SPAN_COLUMNS,
    answers,
    cited,
    documents,
    meta,
    open_engine,
    passages,
    revisions,
    sources,
    spans,
    vectors,
    visible,
)
from ingest.types import Hit, Layout, Span

ANSWER_WAIT_MS = 3_000
"""How long an answer, for which somebody waits, is held up by an ingest that is just being committed."""

_TEXTS_KEPT = 32
_KEYS_AT_ONCE = 500


class Store:
    """A store that is open for reading, safe in many threads.

    The passages and spans of a generation never change. A document's title, metadata, uri and status are today's.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self._text = lru_cache(maxsize=_TEXTS_KEPT)(self._read_text)

    @classmethod
    def open(cls, path: Path, create: bool = False) -> Store:
        """Open the store in a folder; `create` makes one where there is none. Raises StoreError."""
        return cls(path, open_engine(path, create))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def generation(self) -> int:
        """The newest generation, 0 before the first ingest."""
        with self.engine.connect() as connection:
            return read_generation(connection)

    def collections(self) -> tuple[str, ...]:
        """The names of the collections that hold a current document, sorted."""
        query = select(documents.c.collection).where(documents.c.status == "current").distinct()
        with self.engine.connect() as connection:
            return tuple(sorted(connection.scalars(query)))

    def documents(self) -> tuple[StoredDocument, ...]:
        """All documents, the retired ones too, sorted by id."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(documents).order_by(documents.c.id))
            return tuple(StoredDocument(**row._mapping) for row in rows)

    def document(self, document_id: str) -> StoredDocument:
        """One document, current or retired. Raises UnknownId."""
        with self.engine.connect() as connection:
            row = connection.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
        if row is None:
            raise UnknownId(f"the store holds no document {document_id!r}")
        return StoredDocument(**row._mapping)

    def superseded(self) -> frozenset[str]:
        """The ids of the documents whose manifest entry names another document that replaces them."""
        return frozenset(one.id for one in self.documents() if one.metadata.get("superseded_by"))

    def counts(self) -> dict[str, int]:
        """How much there is: current and retired documents, revisions, current spans and passages, vectors, answers."""
        counted: dict[str, tuple[Table, ColumnElement[bool] | None]] = {
            "documents": (documents, documents.c.status == "current"),
            "retired": (documents, documents.c.status == "retired"),
            "revisions": (revisions, None),
            "spans": (spans, spans.c.last_generation.is_(None)),
            "passages": (passages, passages.c.last_generation.is_(None)),
            "vectors": (vectors, None),
            "answers": (answers, None),
        }
        with self.engine.connect() as connection:
            return {name: _count(connection, table, where) for name, (table, where) in counted.items()}

    def span_counts(self) -> dict[str, int]:
        """How many current spans each document has; documents without any are left out."""
        query = select(spans.c.document_id, func.count()).where(spans.c.last_generation.is_(None))
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(spans.c.document_id))}

    def revisions(self, document_id: str) -> tuple[str, ...]:
        """The revisions of a document, that which was stored first at first; none where there is no such document."""
        query = select(revisions.c.revision).where(revisions.c.document_id == document_id)
        with self.engine.connect() as connection:
            return tuple(connection.scalars(query.order_by(revisions.c.first_generation)))

    def canonical_text(self, document_id: str, revision: str) -> str:
        """The canonical text of a revision. Raises UnknownId."""
        return self._text(document_id, revision)

    def text_at(self, span: Span) -> str | None:
        """What stands at a span's document, revision and offsets; None where there is no such place."""
        try:
            text = self.canonical_text(span.document_id, span.revision)
        except UnknownId:
            return None
        return text[span.start : span.end] if 0 <= span.start < span.end <= len(text) else None

    def layout(self, document_id: str, revision: str) -> Layout:
        """The layout of a revision. Raises UnknownId."""
        return unpack_layout(self._revision(document_id, revision).layout)

    def source_bytes(self, document_id: str, revision: str) -> Source:
        """The file that a revision was read from, byte for byte. Raises UnknownId."""
        sha256 = self._revision(document_id, revision).source_sha256
        with self.engine.connect() as connection:
            data = connection.execute(select(sources.c.data).where(sources.c.sha256 == sha256)).scalar_one()
        return Source(data, self.media_type(document_id, revision))

    def media_type(self, document_id: str, revision: str) -> str:
        """The type of the file that a revision was read from, without reading the file. Raises UnknownId."""
        sha256 = self._revision(document_id, revision).source_sha256
        document = self.document(document_id)
        if document.source_sha256 == sha256:  # the same bytes may be in the store as a file of another type
            return document.media_type
        with self.engine.connect() as connection:
            query = select(sources.c.media_type).where(sources.c.sha256 == sha256)
            return str(connection.execute(query).scalar_one())

    def hits(self, passage_ids: Sequence[str], generation: int) -> list[Hit]:
        """The passages of these ids as of a generation, in this order, with spans and title; their scores are 0.

        Raises UnknownId when one is not there.
        """
        with self.engine.connect() as connection:
            return read_hits(connection, passage_ids, generation)

    def passages_of_collection(self, collection: str, generation: int) -> Iterator[tuple[str, str, str]]:
        """Yield (passage id, indexed text, vector key) for all of a collection as of a generation, sorted by id."""
        query = (
            select(passages, documents.c.title)
            .join(documents, documents.c.id == passages.c.document_id)
            .where(passages.c.collection == collection, visible(passages, generation))
            .order_by(passages.c.id)
        )
        with self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=_KEYS_AT_ONCE).execute(query):
                yield row.id, indexed_text(row.title, read_passage(row, ())), row.vector_key

    def passage_ids_where(
        self, collection: str, document_ids: Collection[str], metadata: Mapping[str, str], generation: int
    ) -> frozenset[str]:
        """The ids of the collection's passages whose document is one of these (if any), with all of this metadata."""
        wanted = [
            one.id
            for one in self.documents()
            if (not document_ids or one.id in document_ids) and metadata.items() <= one.metadata.items()
        ]
        query = select(passages.c.id).where(passages.c.collection == collection, visible(passages, generation))
        with self.engine.connect() as connection:
            found = (connection.scalars(query.where(passages.c.document_id.in_(ids))) for ids in _portions(wanted))
            return frozenset(name for names in found for name in names)

    def spans_by_id(self, ids: Collection[str]) -> dict[str, Span]:
        """The newest span of each citation id, current or not; ids that never were are left out."""
        query = select(*SPAN_COLUMNS).order_by(spans.c.first_generation)
        newest: dict[str, SpanRow] = {}
        with self.engine.connect() as connection:
            for names in _portions(list(ids)):
                found = connection.execute(query.where(spans.c.id.in_(names)))
                newest |= {row.id: SpanRow(*row) for row in found}
        return {name: self._span(row) for name, row in newest.items()}

    def current_ids(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the citation ids whose text stands in a current document as it was cited."""
        query = select(spans.c.id).join(documents, documents.c.id == spans.c.document_id)
        query = query.where(spans.c.last_generation.is_(None), documents.c.status == "current")
        with self.engine.connect() as connection:
            found = (connection.scalars(query.where(spans.c.id.in_(names))) for names in _portions(list(ids)))
            return frozenset(name for names in found for name in names)

    def history(self, citation_id: str) -> tuple[tuple[Span, int | None], ...]:
        """All places that a citation id ever had, oldest first, each with the last generation it was visible in."""
        query = select(spans.c.last_generation, *SPAN_COLUMNS).where(spans.c.id == citation_id)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(spans.c.first_generation)).all()
        return tuple((self._span(SpanRow(*row)), last) for last, *row in rows)

    def spans_at(self, document_id: str, generation: int) -> tuple[Span, ...]:
        """The spans of a document as of a generation, in reading order."""
        query = select(*SPAN_COLUMNS).where(spans.c.document_id == document_id, visible(spans, generation))
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(spans.c.start)).all()
        return tuple(self._span(SpanRow(*row)) for row in rows)

    def vectors(self, keys: Sequence[str], embedder: str) -> NDArray[np.float32]:
        """The vectors of these keys, in this order: shape (n, dim). Raises UnknownId when one is missing."""
        places = defaultdict(list)
        for place, key in enumerate(keys):
            places[key].append(place)
        matrix = np.zeros((len(keys), 0), np.float32)
        filled = 0
        for key, data in self._vectors(places, embedder):
            vector = np.frombuffer(data, np.float32)
            if not filled:
                matrix = np.empty((len(keys), len(vector)), np.float32)
            matrix[places[key]] = vector
            filled += len(places[key])
        if filled < len(keys):
            raise UnknownId(f"{len(keys) - filled} passages have no vector of {embedder!r}")
        return matrix

    def missing_vectors(self, keys: Collection[str], embedder: str) -> set[str]:
        """Those of the keys that have no vector of this embedder yet."""
        query = select(vectors.c.key).where(vectors.c.embedder == embedder)
        with self.engine.connect() as connection:
            found = (connection.scalars(query.where(vectors.c.key.in_(some))) for some in _portions(list(keys)))
            return set(keys).difference(*found)

    def save_answer(self, answer_id: str, created: str, body: Mapping[str, Any], wait_ms: int = ANSWER_WAIT_MS) -> None:
        """Keep an answer in its wire form. Raises StoreLocked after `wait_ms`, UnknownId when it names a purged one."""
        noted = [{"answer_id": answer_id, **one._asdict()} for one in cited_by(body)]
        with writing(self.engine, wait_ms).begin() as connection:
            refuse_answer(connection, body)
            connection.execute(answers.insert(), {"id": answer_id, "created": created, "body": body})
            if noted:
                connection.execute(cited.insert(), noted)

    def answer(self, answer_id: str) -> dict[str, Any]:
        """An answer as it was given. Raises UnknownId."""
        with self.engine.connect() as connection:
            body = connection.scalar(select(answers.c.body).where(answers.c.id == answer_id))
        if body is None:
            raise UnknownId(f"the store holds no answer {answer_id!r}")
        return dict(body)

    def _vectors(self, keys: Iterable[str], embedder: str) -> Iterator[tuple[str, bytes]]:
        query = select(vectors.c.key, vectors.c.data).where(vectors.c.embedder == embedder)
        with self.engine.connect() as connection:
            for some in _portions(list(keys)):
                for row in connection.execute(query.where(vectors.c.key.in_(some))):
                    yield row.key, row.data

    def _revision(self, document_id: str, revision: str) -> Row[Any]:
        query = select(revisions).where(revisions.c.document_id == document_id, revisions.c.revision == revision)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownId(f"the store holds no revision {revision!r} of a document {document_id!r}")
        return row

    def _read_text(self, document_id: str, revision: str) -> str:
        return str(self._revision(document_id, revision).text)

    def _span(self, row: SpanRow) -> Span:
        return read_span(row, self.canonical_text(row.document_id, row.revision), 0)


def read_generation(connection: Connection) -> int:
    """The newest generation that a connection sees."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "generation")).scalar_one())


def _count(connection: Connection, table: Table, where: ColumnElement[bool] | None) -> int:
    query = select(func.count()).select_from(table)
    return connection.execute(query if where is None else query.where(where)).scalar_one()


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
