"""The truth, for writing: one writer at a time, and an ingest becomes visible all at once or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import Timeout
from sqlalchemy import Connection, Table, and_, bindparam, func, select, update

from ingest.database import make_folder, writing
from ingest.disk import locked, refused
from ingest.errors import StoreLocked
from ingest.rows import PassageRow, SpanRow, StoredDocument, now
from ingest.schema import (
    documents,
    generations,
    meta,
    passages,
    read_generation,
    revisions,
    sources,
    spans,
    vectors,
)
from ingest.standing import mark
from ingest.store import Store

LOCK_WAIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A new or changed document, ready to be written. `layout` is packed; the file's bytes are in the store already."""

    document: StoredDocument
    text: str
    layout: bytes
    spans: Sequence[SpanRow]
    passages: Sequence[PassageRow]


@dataclass(frozen=True, slots=True)
class SpanCounts:
    """What became of spans, by id: new, at the same offset as before, at another one, no longer there."""

    added: int = 0
    kept: int = 0
    moved: int = 0
    retired: int = 0

    def __add__(self, other: SpanCounts) -> SpanCounts:
        return SpanCounts(
            self.added + other.added,
            self.kept + other.kept,
            self.moved + other.moved,
            self.retired + other.retired,
        )


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Hold the store's write lock. Raises StoreLocked when another process has it for longer than LOCK_WAIT_S.

    Raises StoreError where no folder can be, StoreFull and StoreReadOnly where the disk does not let it.
    """
    make_folder(folder)
    holder = folder / "write.pid"
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / "write.lock", LOCK_WAIT_S))
            holder.write_text(str(os.getpid()), encoding="ascii")
        except Timeout as error:
            pid = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
            raise StoreLocked(f"process {pid} is writing to the store {folder}") from error
        except OSError as error:
            raise refused(error, folder) from error
        yield


def save_ahead(
    store: Store, sources_found: Sequence[Mapping[str, Any]], vectors_found: Sequence[Mapping[str, Any]]
) -> None:
    """Keep rows of `sources` and `vectors` before the ingest they belong to is committed.

    Both are named by a hash of what they hold, so they do no harm should that ingest fail.
    """
    with writing(store.engine).begin() as connection:
        for table, rows in ((sources, sources_found), (vectors, vectors_found)):
            if rows:
                connection.execute(table.insert().prefix_with("OR IGNORE", dialect="sqlite"), rows)


def commit(
    store: Store,
    changes: Sequence[Change],
    retired: Sequence[StoredDocument],
    moved: Sequence[StoredDocument],
    unchanged: Sequence[str],
) -> SpanCounts:
    """Write an ingest in one transaction, which makes a new generation if a document changed or retired.

    `moved` are documents of which only the file's place is new; the spans of the `unchanged` are counted as kept.
    Kept answers that cite what has changed are marked in the same transaction.
    """
    with writing(store.engine).begin() as connection:
        generation = read_generation(connection) + 1
        counts = SpanCounts(kept=sum(_count_spans(connection, name) for name in unchanged))
        for change in changes:
            counts += _write_document(connection, change, generation)
        for document in retired:
            counts += _retire(connection, document, generation)
        for document in moved:
            _put_document(connection, document)
        if changes or retired:
            connection.execute(update(meta).where(meta.c.key == "generation").values(value=generation))
            connection.execute(generations.insert(), {"number": generation, "committed_at": now()})
            mark(connection, generation, [*(change.document.id for change in changes), *(one.id for one in retired)])
    return counts


def _write_document(connection: Connection, change: Change, generation: int) -> SpanCounts:
    document = change.document
    _put_document(connection, document)
    _put_revision(connection, change, generation)
    new_passages = {row: {**row._asdict(), "text": change.text[row.start : row.end]} for row in change.passages}
    _replace(connection, passages, PassageRow, document.id, new_passages, generation)
    new_spans = {row: row._asdict() for row in change.spans}
    before = _replace(connection, spans, SpanRow, document.id, new_spans, generation)
    return _compare({row.id: row.start for row in before}, {row.id: row.start for row in change.spans})


def _retire(connection: Connection, document: StoredDocument, generation: int) -> SpanCounts:
    """Take a document out of what is searched; its text, revisions and spans stay, to be resolved."""
    _put_document(connection, document)
    _replace(connection, passages, PassageRow, document.id, {}, generation)
    before = _replace(connection, spans, SpanRow, document.id, {}, generation)
    return SpanCounts(retired=len(before))


def _put_document(connection: Connection, document: StoredDocument) -> None:
    row = asdict(document)
    if connection.execute(update(documents).where(documents.c.id == document.id).values(row)).rowcount == 0:
        connection.execute(documents.insert(), row)


def _put_revision(connection: Connection, change: Change, generation: int) -> None:
    """Keep a revision; when its text is known, the newest file's layout and bytes take the place of the older ones."""
    document = change.document
    file = {"layout": change.layout, "source_sha256": document.source_sha256}
    key = {"document_id": document.id, "revision": document.current_revision}
    this = (revisions.c.document_id == document.id) & (revisions.c.revision == document.current_revision)
    if connection.execute(update(revisions).where(this).values(file)).rowcount == 0:
        row = {**key, **file, "text": change.text, "first_generation": generation}
        connection.execute(revisions.insert(), row)


def _replace(
    connection: Connection,
    table: Table,
    kind: type[SpanRow] | type[PassageRow],
    document_id: str,
    new: Mapping[Any, dict[str, Any]],
    generation: int,
) -> list[Any]:
    """Make `new` the current rows of a document, leaving those alone that stay as they are. Gives the rows before."""
    current = and_(table.c.document_id == document_id, table.c.last_generation.is_(None))
    columns = [table.c[name] for name in kind._fields]
    before = [kind(*row) for row in connection.execute(select(*columns).where(current))]
    old = set(before)
    gone = [{"gone": row.id} for row in before if row not in new]
    if gone:
        closing = update(table).where(current, table.c.id == bindparam("gone"))
        connection.execute(closing.values(last_generation=generation - 1), gone)
    added = [{**values, "first_generation": generation} for row, values in new.items() if row not in old]
    if added:
        connection.execute(table.insert(), added)
    return before


def _count_spans(connection: Connection, document_id: str) -> int:
    current = and_(spans.c.document_id == document_id, spans.c.last_generation.is_(None))
    return connection.execute(select(func.count()).select_from(spans).where(current)).scalar_one()


def _compare(before: Mapping[str, int], after: Mapping[str, int]) -> SpanCounts:
    both = before.keys() & after.keys()
    kept = sum(before[name] == after[name] for name in both)
    return SpanCounts(len(after) - len(both), kept, len(both) - kept, len(before) - len(both))
