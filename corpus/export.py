"""What a store holds, for other programs: its documents or spans as JSON Lines, one value a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ingest.store import Store
from ingest.types import Span

Row = dict[str, Any]


def documents(store: Store) -> Iterator[Row]:
    """The current documents with their canonical texts, sorted by id."""
    for one in store.documents():
        if one.status == "current":
            yield {
                "id": one.id,
                "collection": one.collection,
                "title": one.title,
                "uri": one.uri,
                "media_type": one.media_type,
                "metadata": dict(one.metadata),
                "revision": one.current_revision,
                "text": store.canonical_text(one.id, one.current_revision),
            }


def spans(store: Store) -> Iterator[Row]:
    """The spans of the current documents in reading order; offsets are code points of the canonical text."""
    generation = store.generation()
    for one in store.documents():
        if one.status == "current":
            for span in store.spans_at(one.id, generation):
                yield {"collection": one.collection, "title": one.title, "uri": one.uri, **_span(span)}


def _span(span: Span) -> Row:
    return {
        "id": span.id,
        "document": span.document_id,
        "revision": span.revision,
        "section": list(span.section),
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "page": span.page,
        "text": span.text,
    }


ROWS: dict[str, Callable[[Store], Iterator[Row]]] = {"spans": spans, "documents": documents}
"""What can be written as JSON Lines, by name."""


def json_lines(rows: Iterator[Row]) -> Iterator[str]:
    """Each row as a line of JSON, without the newline."""
    return (json.dumps(row, ensure_ascii=False) for row in rows)
