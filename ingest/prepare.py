"""From a file to a change that is ready to be written: loaded, split, and its passages embedded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

from ingest.ahead import Ahead
from ingest.discover import Candidate
from ingest.errors import LoadError
from ingest.rows import StoredDocument, indexed_text, now, pack_layout, passage_row, span_row, vector_key
from ingest.split import passages_of, spans_of
from ingest.types import Document, Loaded
from ingest.writer import Change

SPLITTER = "2"
"""Raise this when a file gives other text, spans or passages than it did, so that unchanged files are read again."""


class Loading(Protocol):
    """Turns files into text; `ingest.load.guard.GuardedLoader` in earnest."""

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        """Load a file, which must lie within `root`. Raises LoadError."""
        ...


def file_sha256(candidate: Candidate) -> str:
    """Hash a file's bytes. Raises LoadError when it cannot be read."""
    with _reading(candidate), candidate.file.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def _reading(candidate: Candidate) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise LoadError("missing", f"{candidate.uri} does not exist") from error
    except OSError as error:
        raise LoadError("unreadable", f"{candidate.uri} cannot be read: {error.strerror}") from error


def fingerprint(candidate: Candidate, digest: str, passage_words: int) -> str:
    """Name all that a stored document depends on; while it stays the same, the file need not be read again."""
    entry = candidate.entry
    said = (entry.title, dict(entry.metadata)) if entry else ("", {})
    return fingerprint_of(digest, candidate.collection, *said, passage_words)


def fingerprint_of(
    digest: str, collection: str, title: str, metadata: Mapping[str, str], passage_words: int, splitter: str = SPLITTER
) -> str:
    """The same of what a file and its entry said; without an entry, title and metadata are empty."""
    said = [digest, collection, (title, dict(metadata)), passage_words, splitter]
    return sha256(json.dumps(said).encode()).hexdigest()


def prepare(
    candidate: Candidate,
    document_id: str,
    digest: str,
    loader: Loading,
    ahead: Ahead,
    passage_words: int,
    added_at: str | None,
) -> Change:
    """Load and split a file, and hand its bytes and passages on to be kept and embedded. Raises LoadError."""
    with ahead.report.stage("load"):
        loaded = loader.load(candidate.file, root=candidate.root)
        with _reading(candidate):
            data = candidate.file.read_bytes()
    if sha256(data).hexdigest() != digest:
        raise LoadError("changed", f"{candidate.uri} was written to while it was read")
    document = document_of(candidate, document_id, loaded)
    with ahead.report.stage("split"):
        spans = spans_of(document)
        passages = passages_of(document, spans, passage_words)
    texts = [indexed_text(document.title, passage) for passage in passages]
    keys = [vector_key(text) for text in texts]
    ahead.add_source(digest, document.media_type, data)
    ahead.add_texts(dict(zip(keys, texts, strict=True)))
    mark = fingerprint(candidate, digest, passage_words)
    return Change(
        document=_stored(document, candidate.path, digest, mark, added_at),
        text=document.text,
        layout=pack_layout(document.layout),
        spans=[span_row(span) for span in spans],
        passages=[passage_row(one, document.collection, key) for one, key in zip(passages, keys, strict=True)],
    )


def document_of(candidate: Candidate, document_id: str, loaded: Loaded) -> Document:
    """The document that a file is, as its manifest describes it and its loader read it."""
    entry = candidate.entry
    return Document(
        id=document_id,
        collection=candidate.collection,
        title=(entry.title if entry else "") or loaded.title or Path(candidate.uri).stem,
        uri=candidate.uri,
        media_type=loaded.media_type,
        text=loaded.text,
        layout=loaded.layout,
        metadata=dict(entry.metadata) if entry else {},
    )


def _stored(document: Document, path: str, digest: str, mark: str, added_at: str | None) -> StoredDocument:
    time = now()
    return StoredDocument(
        id=document.id,
        collection=document.collection,
        title=document.title,
        uri=document.uri,
        path=path,
        media_type=document.media_type,
        metadata=document.metadata,
        current_revision=document.revision,
        source_sha256=digest,
        fingerprint=mark,
        status="current",
        added_at=added_at or time,
        updated_at=time,
    )
