"""Files in, a new generation of the store out, with the indexes that are derived from it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.ahead import EMBEDDED_AT_ONCE, Ahead
from ingest.discover import Candidate, Found, Piped, discover
from ingest.disk import locked
from ingest.embed import Embedder
from ingest.errors import LoadError, UnknownId
from ingest.indexes import build_indexes, carry_indexes, emptied_indexes, has_indexes, remove_other_generations
from ingest.load.guard import GuardedLoader
from ingest.manifest import Entry
from ingest.naming import ids_given, is_gone, name_document
from ingest.prepare import Loading, file_sha256, fingerprint, prepare
from ingest.purged import Purge, all_purged, refuse_purged
from ingest.report import Failure, IngestReport
from ingest.rows import StoredDocument, now, vector_key
from ingest.store import Store
from ingest.writer import Change, commit, write_lock

PASSAGE_WORDS = 180
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""

Check = Callable[[Path, str | None, Path | None], None]
"""Refuses a file by its place, type and size, before a byte of it is read; raises LoadError."""


def ingest(
    paths: Sequence[Path | Piped],
    store_path: Path,
    *,
    embedder: Embedder,
    collection: str = "default",
    passage_words: int = PASSAGE_WORDS,
    progress: Progress | None = None,
    loader: Loading | None = None,
    retire_missing: bool = True,
) -> IngestReport:
    """Bring the store up to date with files, folders and what is piped in; all of it becomes visible at once.

    A file that is not there or cannot be loaded is reported and leaves the others, and its own last revision, as they
    are. A document whose file has gone from a folder that is ingested again is retired, unless `retire_missing` is off.
    Raises StoreLocked, StoreError, ManifestError, BadInput.
    """
    report = IngestReport()
    with write_lock(store_path), _open(store_path) as store, tempfile.TemporaryDirectory() as scratch:
        found = discover(paths, Path(scratch), collection)
        report.failures += found.failures
        known = {one.id: one for one in store.documents()}
        run = _Run(store, report, Ahead(store, embedder, report), passage_words, known, purged=all_purged(store))
        guard = GuardedLoader()
        with nullcontext(loader) if loader else guard as opened:
            run.read(found.candidates, guard.check, opened, progress or _silent)
        if retire_missing:
            run.retire(found, collection)
        with report.stage("store"):
            report.spans = commit(store, run.changes, run.retired, run.moved, run.unchanged)
        with report.stage("index"):
            ensure_indexes(store, embedder)
            drop_emptied_indexes(store)
        report.unchanged, report.retired = len(run.unchanged), len(run.retired)
        report.generation = store.generation()
    return report


def ensure_indexes(store: Store, embedder: Embedder) -> None:
    """Build from the truth every index that the newest generation lacks for this embedder; one process at a time."""
    root = store.folder / "indexes"
    generation = store.generation()
    lacking = [one for one in store.collections() if not has_indexes(root, one, generation, embedder.name)]
    if lacking:
        with locked(store.folder / "indexes.lock"):
            _build_indexes(store, embedder, root)


def drop_older_indexes(store: Store) -> None:
    """Leave no index but the newest generation's."""
    with locked(store.folder / "indexes.lock"):
        remove_other_generations(store.folder / "indexes", store.generation())


def drop_emptied_indexes(store: Store) -> None:
    """Remove the indexes of collections that hold nothing any more, less what readers may still have open."""
    with locked(store.folder / "indexes.lock"):
        for folder in emptied_indexes(store.folder / "indexes", store.collections(), store.generation()):
            shutil.rmtree(folder, ignore_errors=True)


def _build_indexes(store: Store, embedder: Embedder, root: Path) -> None:
    """Build what is lacking now: while this process waited for the lock, another may have built it."""
    generation = store.generation()
    try:
        for collection in store.collections():
            if not has_indexes(root, collection, generation, embedder.name):
                build_collection(store, embedder, root, collection, generation)
    except UnknownId:
        if store.generation() == generation:
            raise
        _build_indexes(store, embedder, root)  # an ingest has been committed meanwhile, with other titles


def build_collection(store: Store, embedder: Embedder, root: Path, collection: str, generation: int) -> None:
    """Build the indexes of a collection as of a generation below `root`; the caller holds the lock of indexes."""
    ids, texts, keys = [], [], []
    for passage_id, text, key in store.passages_of_collection(collection, generation):
        ids.append(passage_id)
        texts.append(text)
        keys.append(key)
    if not carry_indexes(root, collection, generation, ids, texts, embedder.name):
        _embed_missing(store, embedder, texts, keys)
        build_indexes(root, collection, generation, ids, texts, store.vectors(keys, embedder.name), embedder.name)


def _embed_missing(store: Store, embedder: Embedder, texts: Sequence[str], keys: Sequence[str]) -> None:
    """Embed what was ingested with another embedder; never a text that has a newer title than its vector's name."""
    ahead = Ahead(store, embedder, IngestReport())
    for start in range(0, len(keys), EMBEDDED_AT_ONCE):
        some = slice(start, start + EMBEDDED_AT_ONCE)
        pairs = zip(keys[some], texts[some], strict=True)
        ahead.add_texts({key: text for key, text in pairs if vector_key(text) == key})
    ahead.flush()


@contextmanager
def _open(path: Path) -> Iterator[Store]:
    store = Store.open(path, create=True)
    try:
        yield store
    finally:
        store.close()


def _silent(_stage: str, _done: int, _total: int) -> None:
    return None


@dataclass(slots=True)
class _Run:
    """What one ingest has found out so far. `known` are the documents of the store before it, by id."""

    store: Store
    report: IngestReport
    ahead: Ahead
    passage_words: int
    known: dict[str, StoredDocument]
    changes: list[Change] = field(default_factory=list)
    retired: list[StoredDocument] = field(default_factory=list)
    moved: list[StoredDocument] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    purged: tuple[Purge, ...] = ()
    seen: set[str] = field(default_factory=set)

    def read(self, candidates: Sequence[Candidate], check: Check, loader: Loading, progress: Progress) -> None:
        """Load and embed what is new or changed; note what failed."""
        given = ids_given(candidates, self.known.values())
        self.seen |= given.keys()
        for done, candidate in enumerate(candidates):
            progress("load", done, len(candidates))
            try:
                if candidate.entry and given.get(candidate.entry.id) is not candidate:
                    raise _taken(candidate, candidate.entry)
                check(candidate.file, None, candidate.root)
                digest = file_sha256(candidate)
                document_id = name_document(candidate, digest, self.known.values(), self.seen)
                self.seen.add(document_id)
                refuse_purged(candidate, document_id, digest, self.purged)
                self._read_one(candidate, document_id, digest, loader)
            except LoadError as error:
                self.report.failures.append(Failure(candidate.uri, error.reason, error.message))
                self.seen |= {one.id for one in self.known.values() if one.path == candidate.path}
        self.ahead.flush()
        progress("load", len(candidates), len(candidates))

    def _read_one(self, candidate: Candidate, document_id: str, digest: str, loader: Loading) -> None:
        before = self.known.get(document_id)
        current = before is not None and before.status == "current"
        if before and current and before.fingerprint == fingerprint(candidate, digest, self.passage_words):
            self.unchanged.append(document_id)
            if (before.path, before.uri) != (candidate.path, candidate.uri):
                self.moved.append(replace(before, path=candidate.path, uri=candidate.uri))
            return
        added_at = before.added_at if before else None
        self.changes.append(prepare(candidate, document_id, digest, loader, self.ahead, self.passage_words, added_at))
        self.report.added += not current
        self.report.changed += current

    def retire(self, found: Found, collection: str) -> None:
        """Retire the documents that came from these folders and are there no more, or are another document now."""
        collections = {collection, *(one.collection for one in found.candidates)}
        named = {one.path for one in found.candidates if one.entry}  # what such a file is, it is in any collection
        for one in self.known.values():
            listed = _is_below(one.path, found.folders) and not _is_below(one.path, found.unread)
            if one.status != "current" or not listed or one.id in self.seen:
                continue
            if is_gone(one) or one.collection in collections or one.path in named:
                self.retired.append(replace(one, status="retired", updated_at=now()))


def _is_below(path: str, folders: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def _taken(candidate: Candidate, entry: Entry) -> LoadError:
    said = (
        f"{candidate.uri}: its manifest gives it the id {entry.id!r}, which another file has. Give it an id of its own."
    )
    return LoadError("duplicate_id", said)
