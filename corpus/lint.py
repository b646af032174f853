"""What a curator should mend before a folder of documents is ingested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from corpus.fetch import is_fetched
from corpus.finding import Finding
from corpus.lints import DOCUMENT_LINTS, contradictions, entries, links
from corpus.program import Contradiction
from corpus.reading import read_documents
from ingest.discover import Candidate, discover
from ingest.errors import LoadError
from ingest.manifest import MANIFEST, read_manifest
from ingest.prepare import Loading, file_sha256
from ingest.types import Document

Contradicting = Callable[[Sequence[Document]], Sequence[Contradiction]]
"""Finds where documents contradict each other."""


def lint(
    folder: Path, today: date, loader: Loading | None = None, contradicting: Contradicting = lambda _: ()
) -> list[Finding]:
    """List what is wrong with a folder, its manifest and its documents, sorted by document.

    `contradicting` finds the contradictions between them; left out, none is looked for. Raises ManifestError where the
    manifest cannot be read: fields of the wrong form, an id or a path given twice, a successor that is not there.
    """
    read_manifest(folder / MANIFEST)  # which must be there; those of folders below it are read too
    seen = discover([folder], folder, "")
    found = [*entries.findings([one.entry for one in seen.candidates if one.entry], today)]
    found += [Finding(one.path, one.message, "cannot-be-read") for one in seen.failures]
    found += [finding for one in seen.candidates for finding in _file(one)]
    files = [one for one in seen.candidates if one.file.is_file()]
    found += [*links.findings(files), *_documents(files, loader, contradicting)]
    return sorted(found, key=lambda one: (one.where, one.code, one.place, one.what))


def _file(candidate: Candidate) -> Iterator[Finding]:
    if candidate.entry is None:
        yield Finding(candidate.uri, "is not in the manifest", "not-listed")
    elif not candidate.file.is_file():
        fetch = "; `verispan corpus fetch` brings it" if is_fetched(candidate.entry) else ""
        yield Finding(candidate.entry.id, f"has no file: {candidate.uri}{fetch}", "no-file")
    elif _differs(candidate, candidate.entry.metadata.get("sha256", "")):
        yield Finding(candidate.entry.id, f"is pinned to other bytes than those of {candidate.uri}", "pin-differs")


def _differs(candidate: Candidate, pinned: str) -> bool:
    """Whether a file is not what its entry pins it to; one that cannot be read is named by whoever loads it."""
    try:
        return bool(pinned) and file_sha256(candidate) != pinned
    except LoadError:
        return False


def _documents(candidates: list[Candidate], loader: Loading | None, contradicting: Contradicting) -> Iterator[Finding]:
    read = read_documents(candidates, loader)
    for one in read.failures:
        yield Finding(one.path, one.message, "cannot-be-read")
    for look in DOCUMENT_LINTS:
        yield from look(read.documents)
    yield from contradictions.findings(contradicting(read.documents), read.documents)
