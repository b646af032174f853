"""What stays in a store's truth when a document is purged: what others say, and what is kept of the document itself.

It is read value by value as the proof of the purge reads it, so that what is found here is never looked for there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.identity import normalised
from ingest.rows import StoredDocument
from ingest.schema import DATABASE
from ingest.store import Store
from ingest.traces import Traces, traces_of
from ingest.values import values_in

_STAYING = {
    "answers": "",  # the document is taken out of these
    "receipts": "",
    "standings": "",
    "documents": "SELECT * FROM documents WHERE id != :document",
    "revisions": "SELECT * FROM revisions WHERE document_id != :document",
    "spans": "SELECT * FROM spans WHERE document_id != :document",
    "passages": "SELECT * FROM passages WHERE document_id != :document",
    "sources": """SELECT * FROM sources WHERE sha256 IN (
        SELECT source_sha256 FROM documents WHERE id != :document
        UNION SELECT source_sha256 FROM revisions WHERE document_id != :document)""",
}


def staying(store: Store, document: StoredDocument) -> Iterator[bytes]:
    """All that stays in the truth, less its answers; what other documents say, with its white space made even too."""
    yield "\x00".join((document.id, document.collection)).encode("utf-8", "surrogatepass")
    yield from values_in(store.folder / DATABASE, _STAYING, document=document.id)
    for other in store.documents():
        if other.id != document.id:
            texts = (store.canonical_text(other.id, revision) for revision in store.revisions(other.id))
            yield from (normalised(one).encode("utf-8", "surrogatepass") for one in (other.title, *texts))


def said_by_what_stays(texts: frozenset[str], stays: Iterable[bytes]) -> frozenset[str]:
    """Those of the texts that stand, in any form, in what stays.

    Where a longer word stands, such as "Installations" for "Installation", another text does.
    """
    named = {trace: normalised(text) for text in texts for trace in traces_of(text)}
    traces = Traces(named)
    found = {named[one.trace] for data in stays for one in traces.found_in(data)}
    return frozenset(text for text in texts if normalised(text) in found)
