"""Taking a document out of a store for good: its text, its file, what was derived of it, and what answers quote of it.

The order makes it safe to be cut off at any point, by running the same purge again:
- Up to the end of one transaction in the truth nothing has happened. It takes the document out of all that the truth
  holds, and leaves fingerprints of what was said, by which that is found anywhere, and taken out, without its text.
- All that follows may be done any number of times, and a purge that was begun is gone on with from here: answers that
  were kept meanwhile, and what lies beside the truth, such as the chat, are redacted by the fingerprints; what is
  derived is made anew; files are rewritten; and each is searched for the fingerprints.
- What is found then may have been said meanwhile: where redacting once more changes something, all is searched again.
- The fingerprints go when nothing was found, in one transaction that notes the proof and overwrites them; the file is
  rewritten then, so that its log has none either. Cut off between these, the log is emptied when the store is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from filelock import Timeout
from sqlalchemy import select, update

from ingest.compact import compact
from ingest.database import writing
from ingest.disk import PURGE_LOCK, locked
from ingest.embed import Embedder
from ingest.erase import erase
from ingest.errors import BadInput, StoreError, StoreLocked, VerispanError
from ingest.past import drop_past_indexes
from ingest.pipeline import drop_older_indexes, ensure_indexes
from ingest.proof import NotGone, Searched, search
from ingest.purged import Purge, purge_of, unfinished_purges
from ingest.redact import Redactor
from ingest.rows import StoredDocument
from ingest.schema import DATABASE, purges
from ingest.sought import Sought
from ingest.staying import staying
from ingest.store import Store
from ingest.traces import Traces
from ingest.unsaid import Unsaying
from ingest.writer import LOCK_WAIT_S

_TRIES = 5


class Beside(Protocol):
    """What lies beside the truth in the store's folder, and repeats what answers say."""

    def redact(self, answered: Mapping[str, str], without: Callable[[str], str]) -> int:
        """Give answers, by id, their new texts, and take out of all else what `without` takes out of a text.

        Returns how many texts that changed; done again, it changes nothing that was there.
        """
        ...

    def staying(self) -> Iterator[bytes]:
        """All that stays in the files, whatever is redacted, value by value."""
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was there before."""
        ...


class AlreadyPurged(BadInput):
    """The document was purged before, and that was proven."""

    next_step = "There is nothing left to do."


class BegunBefore(StoreError):
    """The purge of another document has not been completed."""

    code = "purge_begun"
    next_step = "Run `verispan purge` for that document again, then this one."


class Unsigned(BadInput):
    """Nobody, or no reason, is named."""

    next_step = "Give both, with --by and --why."


class Unfinished(StoreError):
    """A purge has taken a document out of the truth, and could not be completed."""

    code = "purge_unfinished"
    next_step = "See to that, then run the same purge again: it goes on from there."


@dataclass(frozen=True, slots=True)
class Proof:
    """What was searched for what: files and their bytes, and how many texts of the document were looked for.

    `claims` of answers that rested on it were looked for too. `too_short` texts of it cannot be told from what may
    stand anywhere, `short_names` of them titles and headings; the `excepted` ones stay, since what stays says them too:
    other documents, the document's id and collection, reasons of other purges. `said_since` fingerprints were not
    looked for: others came to say such texts after the purge was begun, and before it went on.
    """

    files: int
    bytes: int
    sentences: int
    claims: int
    too_short: int
    short_names: int
    said_since: int
    excepted: tuple[str, ...]


def purge(
    store: Store, document_id: str, by: str, why: str, embedder: Embedder, beside: Sequence[Beside] = ()
) -> tuple[Purge, Proof]:
    """Purge a document, current or retired, and prove that it is gone; the caller holds the store's write lock.

    One whose purge was cut off is gone on with, `by` and `why` staying as they were given first. Raises UnknownId,
    BegunBefore where that of another was cut off, AlreadyPurged, Unsigned where `by` or `why` is empty, Quoted where
    one quotes the document, NotGone where something else than an answer or the chat has it, and Unfinished where what
    follows the transaction could not be done.
    """
    document = store.document(document_id)
    if not by.strip() or not why.strip():
        raise Unsigned("who has it purged and why are kept, and one of these is empty")
    with _lock(store.folder):
        if purge_of(store, document_id) is None:
            _refuse_second(store)
            erase(store, document, by, why, lambda: _staying(store, document, beside))
        done, detail = _purge(store, document_id)
        with _said_to_be_unfinished(document_id):
            if "pending" in detail:
                return done, _finish(store, document_id, detail, embedder, beside)
            _rewrite(store, ())  # which may be all that was left to do
    raise AlreadyPurged(f"{document_id} was purged on {done.at[:10]} by {done.by}: {done.why}")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the lock that tells a purge that goes on from one that was cut off."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / PURGE_LOCK, LOCK_WAIT_S))
        except Timeout as error:
            raise StoreLocked(f"a document is being purged from {folder}") from error
        yield


def _staying(store: Store, document: StoredDocument, beside: Sequence[Beside]) -> Iterator[bytes]:
    return chain(staying(store, document), *(one.staying() for one in beside))


def _refuse_second(store: Store) -> None:
    """One purge at a time: until it is proven, what it says of other documents stands in the note of it."""
    if begun := unfinished_purges(store):
        raise BegunBefore(f"the purge of {begun[0]} was cut off before it was proven")


@contextmanager
def _said_to_be_unfinished(document_id: str) -> Iterator[None]:
    try:
        yield
    except NotGone:
        raise
    except VerispanError as error:
        said = f"{document_id} is out of the store, but its purge is not complete yet"
        raise Unfinished(f"{said}: {error.message}") from error


def _finish(
    store: Store, document_id: str, detail: dict[str, Any], embedder: Embedder, beside: Sequence[Beside]
) -> Proof:
    """Take out what is left, prove it, and note that; `detail` is what is noted of the purge."""
    wanted = Sought.read(detail.pop("pending")).without(_staying(store, store.document(document_id), beside))
    searched = _until_gone(store, Redactor(document_id, Traces(wanted.traces)), wanted, embedder, beside)
    counted = {name: value for name, value in asdict(wanted).items() if name not in ("traces", "excepted")}
    noted = searched._asdict() | counted
    this = purges.c.document_id == document_id
    with writing(store.engine).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.execute(update(purges).where(this).values(detail=detail | {"proof": noted}))
    _rewrite(store, ())
    return Proof(**noted, excepted=wanted.excepted)


def _purge(store: Store, document_id: str) -> tuple[Purge, dict[str, Any]]:
    done = purge_of(store, document_id)
    if done is None:
        raise StoreError(f"{document_id} was not purged")
    with store.engine.connect() as connection:
        return done, dict(connection.scalars(select(purges.c.detail).where(purges.c.document_id == document_id)).one())


def _until_gone(
    store: Store, redactor: Redactor, wanted: Sought, embedder: Embedder, beside: Sequence[Beside]
) -> Searched:
    """Redact and rewrite all, and search it; again where something that was said meanwhile is found."""
    _redact(store, redactor, beside)
    for _ in range(_TRIES):
        ensure_indexes(store, embedder)
        drop_older_indexes(store)
        drop_past_indexes(store)
        _rewrite(store, beside)
        try:
            return search(store.folder, Traces(wanted.traces))
        except NotGone as error:
            found = error
            if not _redact(store, redactor, beside):
                break
    raise found


def _redact(store: Store, redactor: Redactor, beside: Sequence[Beside]) -> int:
    """Take the document out of what has been kept and said meanwhile; how much of it there was."""
    unsaying = Unsaying(redactor)
    with store.engine.connect() as connection:
        unsaying.read(connection)
    with writing(store.engine).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        unsaid = unsaying.write(connection)
    return unsaid.changed + sum(one.redact(unsaid.texts, redactor.text) for one in beside)


def _rewrite(store: Store, beside: Sequence[Beside]) -> None:
    store.engine.dispose()  # an idle connection of our own may keep the log from being emptied
    compact(store.folder / DATABASE)
    for one in beside:
        one.compact()
