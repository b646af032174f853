"""Taking a document out of what is searched by hand; its text stays, so that what cited it can be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.discover import PIPED
from ingest.embed import Embedder
from ingest.errors import BadInput
from ingest.naming import is_gone
from ingest.pipeline import ensure_indexes
from ingest.rows import now
from ingest.store import Store
from ingest.writer import commit, write_lock


class AlreadyRetired(BadInput):
    """A document is not searched any more as it is."""

    next_step = "There is nothing to do; ingesting its file again brings it back."


@dataclass(frozen=True, slots=True)
class Retired:
    """What was retired, in which generation. `comes_back` is the file that the next ingest of its folder would read
    again, empty where there is none."""

    document_id: str
    spans: int
    generation: int
    comes_back: str


def retire(store: Store, document_id: str, embedder: Embedder) -> Retired:
    """Retire a current document. Raises UnknownId, AlreadyRetired, StoreLocked."""
    with write_lock(store.folder):
        document = store.document(document_id)
        if document.status == "retired":
            raise AlreadyRetired(f"{document_id} was retired on {document.updated_at[:10]}")
        counts = commit(store, [], [replace(document, status="retired", updated_at=now())], [], [])
        ensure_indexes(store, embedder)
        has_no_file = document.path.startswith(PIPED) or is_gone(document)
        return Retired(document_id, counts.retired, store.generation(), "" if has_no_file else document.path)
