"""All that a document of the store said, and what of it others say too."""

from __future__ import annotations

from sqlalchemy import select

from ingest.identity import normalised
from ingest.schema import spans
from ingest.store import Store
from ingest.traces import Traces, traces_of


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


def also_said(store: Store, document_id: str, texts: frozenset[str]) -> frozenset[str]:
    """Those of a document's texts that another document says too, in any revision or in its title.

    One that says a longer word, such as "Installations" for "Installation", says another.
    """
    named = {trace: normalised(text) for text in texts for trace in traces_of(normalised(text))}
    traces, found = Traces(named), set[str]()
    for other in store.documents():
        if other.id == document_id:
            continue
        whole = [other.title, *(store.canonical_text(other.id, one) for one in store.revisions(other.id))]
        found |= {named[one.trace] for text in whole for one in traces.found_in(_encoded(text))}
    return frozenset(text for text in texts if normalised(text) in found)


def _places(store: Store, document_id: str, revision: str) -> list[tuple[int, int]]:
    query = select(spans.c.start, spans.c.end).where(spans.c.document_id == document_id, spans.c.revision == revision)
    with store.engine.connect() as connection:
        return [(start, end) for start, end in connection.execute(query)]


def _encoded(text: str) -> bytes:
    return normalised(text).encode("utf-8", "surrogatepass")
