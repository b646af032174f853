"""All that a document of the store said."""

from __future__ import annotations

from sqlalchemy import select

from ingest.schema import spans
from ingest.store import Store


def said_by(store: Store, document_id: str) -> frozenset[str]:
    """What a document said in any revision: its citable texts, and the lines of its tables and code.

    Its names, such as headings, are not among them. Raises UnknownId.
    """
    found = set[str]()
    for revision in store.revisions(document_id):
        text, blocks = store.canonical_text(document_id, revision), store.layout(document_id, revision).blocks
        for one in blocks:
            found |= set(text[one.start : one.end].split("\n")) if one.kind in ("table", "code") else set()
        found |= {text[start:end] for start, end in _places(store, document_id, revision)}
    return frozenset(one for one in found if one.strip())


def names_of(store: Store, document_id: str) -> frozenset[str]:
    """The headings of a document in any revision, and its title. Raises UnknownId."""
    found = {store.document(document_id).title}
    for revision in store.revisions(document_id):
        text, blocks = store.canonical_text(document_id, revision), store.layout(document_id, revision).blocks
        found |= {heading for one in blocks for heading in one.section}
        found |= {line for one in blocks if one.kind == "heading" for line in text[one.start : one.end].split("\n")}
    return frozenset(one for one in found if one.strip())


def _places(store: Store, document_id: str, revision: str) -> list[tuple[int, int]]:
    query = select(spans.c.start, spans.c.end).where(spans.c.document_id == document_id, spans.c.revision == revision)
    with store.engine.connect() as connection:
        return [(start, end) for start, end in connection.execute(query)]
