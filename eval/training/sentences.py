"""The sentences of documents, as ingestion cuts them: what claims about real documents are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.errors import LoadError
from ingest.load import LOADERS
from ingest.load.guard import GuardedLoader
from ingest.split import spans_of
from ingest.types import Document

LEAST_WORDS, MOST_WORDS = 6, 45
FEWEST = 8
"""A document of fewer sentences gives no evidence that is far from a claim."""


def sentences_of(paths: Sequence[Path]) -> list[list[str]]:
    """The sentences of each document, in order: those of a length that a claim has. Files that fail are left out."""
    found = []
    with GuardedLoader() as loader:
        for path in _files(paths):
            try:
                loaded = loader.load(path)
            except LoadError:
                continue
            document = Document("d", "c", loaded.title, str(path), loaded.media_type, loaded.text, loaded.layout, {})
            kept = [span.text for span in spans_of(document) if span.kind == "sentence" and _fits(span.text)]
            if len(kept) >= FEWEST:
                found.append(kept)
    return found


def _fits(text: str) -> bool:
    return LEAST_WORDS <= len(text.split()) <= MOST_WORDS


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix.lower() in LOADERS:
                yield file
