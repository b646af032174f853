"""An ingest that is only rehearsed: into a copy of the store, which is thrown away."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import update

from ingest.database import writing
from ingest.discover import discover
from ingest.disk import connect_reading, is_full
from ingest.errors import StoreError
from ingest.pipeline import ingest
from ingest.prepare import Loading
from ingest.report import IngestReport
from ingest.rows import StoredDocument
from ingest.schema import DATABASE, documents
from ingest.store import Store


class NotRehearsed(StoreError):
    """There is no place for a copy of the store."""

    code = "not_rehearsed"
    next_step = "Set TMPDIR to a folder that can be written to and has room for a copy of the store, then check again."


class StandIn:
    """Vectors that mean nothing, in no time: a rehearsal searches nothing."""

    name = "stand-in"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed each text: shape (n, 8), each row of length 1."""
        drawn = [np.frombuffer(sha256(text.encode()).digest()[:8], np.uint8) for text in texts]
        vectors = np.array(drawn, np.float32).reshape(-1, 8) - 127.5
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@contextmanager
def copied(store_path: Path) -> Iterator[Store]:
    """A copy of a store in the temporary folder, consistent as of now, open until it is removed.

    Raises StoreError where there is none, and NotRehearsed where no copy can be made.
    """
    with _scratch() as folder:
        _copy(store_path / DATABASE, folder / DATABASE)
        with closing(Store.open(folder)) as store:
            yield store


@contextmanager
def _scratch() -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix="verispan-")
    except OSError as error:
        raise NotRehearsed(f"the store cannot be copied to be checked against: {error.strerror}") from error
    with made as folder:
        yield Path(folder)


def rehearse(store: Store, folder: Path, collection: str, loader: Loading | None = None) -> IngestReport:
    """Ingest a folder into a copy of a store, in place of the folder that its documents came from.

    A store knows its documents by where their files were. A second checkout of the same folder is none that may take
    their ids; here it stands where the first one stood. Raises ManifestError.
    """
    _move_in(store, folder.resolve())
    return ingest([folder], store.folder, embedder=StandIn(), collection=collection, loader=loader)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"{source.parent} holds no store; `verispan ingest` makes one")
    try:
        with closing(connect_reading(source)) as before, closing(sqlite3.connect(target)) as after:
            before.backup(after)
    except sqlite3.Error as error:
        if is_full(error):
            raise NotRehearsed(f"there is no room in {target.parent.parent} for a copy of {source}") from error
        raise StoreError(f"{source} cannot be copied: {error}") from error


def _move_in(store: Store, folder: Path) -> None:
    """Say of all documents of the folders whose ids the new folder's manifest gives that they came from the new one."""
    with tempfile.TemporaryDirectory() as scratch:
        given = {one.entry.id for one in discover([folder], Path(scratch), "").candidates if one.entry}
    known = store.documents()
    roots = {_root(one) for one in known if one.id in given} - {None, folder}
    moved = [(one.id, str(folder / one.uri)) for one in known if _root(one) in roots]
    with writing(store.engine).begin() as connection:
        for name, path in moved:
            connection.execute(update(documents).where(documents.c.id == name).values(path=path))


def _root(document: StoredDocument) -> Path | None:
    """The folder that a document's uri is relative to."""
    before, uri, after = document.path.rpartition(f"/{document.uri}")
    return Path(before) if uri and not after else None
