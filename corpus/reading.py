"""The documents of a curated folder, read as an ingest reads them, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from ingest.discover import Candidate
from ingest.errors import LoadError
from ingest.load.guard import GuardedLoader
from ingest.prepare import Loading, document_of
from ingest.report import Failure
from ingest.types import Document


@dataclass(frozen=True, slots=True)
class Read:
    """The documents that could be read, sorted by id, and the files that could not."""

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]


def read_documents(candidates: Sequence[Candidate], loader: Loading | None = None) -> Read:
    """Load what `ingest.discover` found; a file that no manifest lists goes by its path."""
    documents, failures = [], []
    with nullcontext(loader) if loader else GuardedLoader() as opened:
        for one in candidates:
            name = one.entry.id if one.entry else one.uri
            try:
                documents.append(document_of(one, name, opened.load(one.file, root=one.root)))
            except LoadError as error:
                failures.append(Failure(name, error.reason, error.message))
    return Read(tuple(sorted(documents, key=lambda one: one.id)), tuple(failures))
