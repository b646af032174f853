"""Taking a document out of a store for good: its text, its file, what was derived of it, and what answers quote of it.

The order makes it safe to be cut off at any point. What lies beside the truth, such as the chat, is redacted at first,
while the text is still known; then the truth in one transaction, which leaves fingerprints of the text; then what is
derived is made anew, files are rewritten, and each is searched for the fingerprints. A purge that was cut off after its
transaction is gone on with from there by running it again. The fingerprints go when nothing was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select, update

from ingest.compact import compact
from ingest.database import writing
from ingest.embed import Embedder
from ingest.erase import erase, redacted_answers
from ingest.errors import BadInput, StoreError
from ingest.past import drop_past_indexes
from ingest.pipeline import drop_older_indexes, ensure_indexes
from ingest.purged import Purge, purge_of
from ingest.redact import Redactor
from ingest.said import also_said, said_by
from ingest.schema import DATABASE, purges
from ingest.store import Store
from ingest.traces import Trace, Traces, traces_of


class Beside(Protocol):
    """What lies beside the truth in the store's folder, and repeats what answers say."""

    def redact(self, answered: Mapping[str, str], without: Callable[[str], str]) -> None:
        """Give answers, by id, their new texts, and take out of all else what `without` takes out of a text."""
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was there before."""
        ...


class NotGone(StoreError):
    """Something of a purged document still stands in a file."""

    code = "not_gone"
    next_step = "Look at what the file is; when it may go, remove it, and run the same purge again."


class AlreadyPurged(BadInput):
    """The document was purged before, and that was proven."""

    next_step = "There is nothing left to do."


@dataclass(frozen=True, slots=True)
class Proof:
    """What was searched for what: files and their bytes, and how many texts of the document were looked for.

    `too_short` texts of it cannot be told from what may stand anywhere; the `excepted` ones other documents say too.
    """

    files: int
    bytes: int
    sentences: int
    too_short: int
    excepted: tuple[str, ...]


def purge(
    store: Store, document_id: str, by: str, why: str, embedder: Embedder, beside: Sequence[Beside] = ()
) -> tuple[Purge, Proof]:
    """Purge a document, current or retired, and prove that it is gone; the caller holds the store's write lock.

    One whose purge was cut off is gone on with, `by` and `why` staying as they were given first. Raises UnknownId,
    AlreadyPurged, BadInput where the reason quotes the document, NotGone, StoreLocked while others read what was.
    """
    document = store.document(document_id)
    if purge_of(store, document_id) is None:
        texts = said_by(store, document_id)
        shared = also_said(store, document_id, texts)
        redactor = Redactor(document_id, [text for text in texts - shared if traces_of(text)])
        if redactor.text(why) != why:
            raise BadInput("the reason quotes the document; give it in other words")
        _redact_beside(_said_by_answers(store, redactor), redactor, beside)
        changed = erase(store, document, by, why, redactor, _pending(texts - shared, shared))
        _redact_beside(changed, redactor, beside)  # what was said while this went on
    return _finish(store, document_id, embedder, beside)


def _said_by_answers(store: Store, redactor: Redactor) -> dict[str, dict[str, Any]]:
    with store.engine.connect() as connection:
        return redacted_answers(connection, redactor)


def _redact_beside(changed: Mapping[str, Mapping[str, Any]], redactor: Redactor, beside: Sequence[Beside]) -> None:
    for one in beside:
        one.redact({name: str(body["text"]) for name, body in changed.items() if "text" in body}, redactor.text)


def _pending(texts: frozenset[str], shared: frozenset[str]) -> dict[str, Any]:
    """What the proof needs to know once the text has gone, as JSON."""
    traces = {text: traces_of(text) for text in texts}
    known = sum(map(bool, traces.values()))
    return {
        "traces": sorted({trace for found in traces.values() for trace in found}),
        "sentences": known,
        "too_short": len(texts) - known,
        "excepted": sorted(shared),
    }


def _finish(store: Store, document_id: str, embedder: Embedder, beside: Sequence[Beside]) -> tuple[Purge, Proof]:
    done, detail = _purge(store, document_id)
    if "pending" not in detail:
        raise AlreadyPurged(f"{document_id} was purged on {done.at[:10]} by {done.by}: {done.why}")
    ensure_indexes(store, embedder)
    drop_older_indexes(store)
    drop_past_indexes(store)
    _rewrite(store, beside)
    proof = _prove(store.folder, detail.pop("pending"))
    kept = {name: value for name, value in asdict(proof).items() if name != "excepted"}
    this = purges.c.document_id == document_id
    with writing(store.engine).begin() as connection:
        connection.execute(update(purges).where(this).values(detail=detail | {"proof": kept}))
    _rewrite(store, ())
    return done, proof


def _purge(store: Store, document_id: str) -> tuple[Purge, dict[str, Any]]:
    done = purge_of(store, document_id)
    if done is None:
        raise StoreError(f"{document_id} was not purged")
    with store.engine.connect() as connection:
        return done, dict(connection.scalars(select(purges.c.detail).where(purges.c.document_id == document_id)).one())


def _rewrite(store: Store, beside: Sequence[Beside]) -> None:
    store.engine.dispose()  # an idle connection of our own may keep the log from being emptied
    compact(store.folder / DATABASE)
    for one in beside:
        one.compact()


def _prove(folder: Path, pending: Mapping[str, Any]) -> Proof:
    """Search every file of a store's folder. Raises NotGone that names the first with something in it."""
    traces, files, size = Traces(Trace(*one) for one in pending["traces"]), 0, 0
    for file in _files(folder):
        if traces.are_in_file(file):
            raise NotGone(f"{file} still holds text of the document")
        files, size = files + 1, size + file.stat().st_size
    return Proof(files, size, pending["sentences"], pending["too_short"], tuple(pending["excepted"]))


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(one for one in folder.rglob("*") if one.is_file()))
