"""What has become of kept answers since they were given: the table `standings`, marked, read and written.

An ingest marks as `unchecked` the answers of which a shown claim cites a text that stands no longer as it was cited,
in the transaction that changes the text. Who checks their claims again writes what was found, and with it what that
hangs on: the ids of the spans that stand there now, and those of documents in which nothing was found. When one of
these changes, the answer is marked again. An answer all of whose texts are back loses its row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    ScalarSelect,
    Select,
    String,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)

from ingest.database import writing
from ingest.rows import now
from ingest.schema import answers, cited, read_generation, spans, standings

Status = Literal["unchecked", "holds", "changed", "broken"]
STATUSES: tuple[Status, ...] = get_args(Status)

WATCHED = "watched"
"""The key of a standing's `detail` that lists the ids of spans and documents which it hangs on."""


_STANDINGS = select(standings, answers.c.created).join(answers, answers.c.id == standings.c.answer_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of an answer: as of which generation, and when that was found out (ISO 8601, UTC).

    `created` is when the answer was given.
    `detail["citations"]` are the citations of shown claims that stand no longer as they were cited, each with its `id`.
    """

    answer_id: str
    created: str
    status: Status
    generation: int
    checked_at: str
    detail: Mapping[str, Any]


def mark(connection: Connection, generation: int, document_ids: Collection[str]) -> None:
    """Bring the standings up to date with what a generation, not yet committed, has changed in these documents.

    An id that is still current marks nothing, wherever it stands.
    """
    of_these = cited.c.document_id.in_(_each(document_ids))
    touched = select(cited.c.answer_id).where(of_these)
    connection.execute(delete(standings).where(standings.c.answer_id.in_(touched), ~_is_stale(standings.c.answer_id)))
    known = cited.c.answer_id.in_(select(standings.c.answer_id))
    went = select(cited.c.citation_id).where(of_these, cited.c.shown).distinct().subquery()
    went_ids = select(went.c.citation_id).where(_has_gone(went.c.citation_id, generation))
    marked = union(
        select(cited.c.answer_id).where(cited.c.citation_id.in_(went_ids), cited.c.shown),
        select(cited.c.answer_id).where(of_these, cited.c.shown, known, _is_back(cited.c.citation_id, generation)),
        _watching(document_ids, generation).where(standings.c.answer_id.in_(touched)),
    ).subquery()
    put_unchecked(connection, generation, select(marked.c.answer_id))


def mark_missed(connection: Connection, generation: int, answer_id: str | None = None) -> None:
    """Mark what no ingest could: answers, or this one, that were kept after a text that they cite had changed."""
    stood = cited.c.answer_id.in_(select(standings.c.answer_id))
    missed = select(cited.c.answer_id).where(cited.c.shown, ~stood, _was_ever(cited.c.citation_id))
    if answer_id is not None:
        missed = missed.where(cited.c.answer_id == answer_id)
    put_unchecked(connection, generation, missed.where(~_is_current(cited.c.citation_id)))


def mark_all_missed(engine: Engine) -> None:
    """The same for a whole store, in a transaction of its own; one of version 1 marked nothing."""
    with writing(engine).begin() as connection:
        mark_missed(connection, read_generation(connection))


def put_unchecked(connection: Connection, generation: int, marked: Select[tuple[str]]) -> None:
    """Give each of these answers a row, in place of its former one, that lists what of it stands no longer."""
    ids = func.json_group_array(func.json_object("id", cited.c.citation_id))
    detail = func.json_object("citations", ids)
    rows = select(cited.c.answer_id, literal("unchecked"), literal(generation), literal(now()), detail)
    rows = rows.where(cited.c.answer_id.in_(marked), cited.c.shown, ~_is_current(cited.c.citation_id))
    columns = [standings.c[name] for name in ("answer_id", "status", "generation", "checked_at", "detail")]
    put = standings.insert().prefix_with("OR REPLACE", dialect="sqlite")
    connection.execute(put.from_select(columns, rows.group_by(cited.c.answer_id)))


def settle(engine: Engine, answer_id: str, status: Status, detail: Mapping[str, Any], generation: int) -> bool:
    """Write what was found of an unchecked answer as of a generation; False where an ingest has come between."""
    this = (standings.c.answer_id == answer_id) & (standings.c.status == "unchecked")
    values = {"status": status, "detail": detail, "generation": generation, "checked_at": now()}
    with writing(engine).begin() as connection:
        if read_generation(connection) != generation:
            return False
        return bool(connection.execute(standings.update().where(this).values(values)).rowcount)


def standings_of(engine: Engine, answer_ids: Collection[str]) -> dict[str, Standing]:
    """The standing of each of these answers by id; those that stand as they were given are left out."""
    query = _STANDINGS.where(standings.c.answer_id.in_(_each(answer_ids)))
    with engine.connect() as connection:
        return {row.answer_id: _read(row) for row in connection.execute(query)}


def how_many(engine: Engine) -> dict[Status, int]:
    """How many answers have each status, 0 where there is none."""
    query = select(standings.c.status, func.count()).group_by(standings.c.status)
    with engine.connect() as connection:
        found = {row[0]: row[1] for row in connection.execute(query)}
    return {status: found.get(status, 0) for status in STATUSES}


def newest(
    engine: Engine, status: Status | None, limit: int, before: tuple[str, str] | None = None
) -> Sequence[Standing]:
    """The standings of this status, or of any, those of the newest answers first; at most `limit`.

    `before` are the time and the id of an answer: what sorts after it is meant.
    """
    query = _STANDINGS
    if status is not None:
        query = query.where(standings.c.status == status)
    if before is not None:
        query = query.where(tuple_(answers.c.created, answers.c.id) < tuple_(*map(literal, before)))
    query = query.order_by(answers.c.created.desc(), answers.c.id.desc()).limit(limit)
    with engine.connect() as connection:
        return [_read(row) for row in connection.execute(query)]


def _watching(document_ids: Collection[str], generation: int) -> Select[tuple[str]]:
    """The answers whose standing hangs on a span that has gone just now, or on one of these documents."""
    watched = func.json_each(standings.c.detail, f"$.{WATCHED}").table_valued("value", name="watched")
    value = watched.c.value
    query = select(standings.c.answer_id).select_from(standings).join(watched, literal(True))
    return query.where(or_(value.in_(_each(document_ids)), _has_gone(value, generation)))


def _is_stale(answer_id: ColumnElement[str]) -> ColumnElement[bool]:
    one = cited.alias()
    return exists().where(one.c.answer_id == answer_id, one.c.shown, ~_is_current(one.c.citation_id))


def _has_gone(span_id: ColumnElement[str], generation: int) -> ColumnElement[bool]:
    """The condition that an id was current in the generation before this one, and is not now."""
    return _has(span_id, spans.c.last_generation == generation - 1) & ~_is_current(span_id)


def _is_back(span_id: ColumnElement[str], generation: int) -> ColumnElement[bool]:
    """The condition that an id is current in this generation, and was not in the one before it."""
    return _has(span_id, spans.c.first_generation == generation) & ~_has(
        span_id, spans.c.last_generation == generation - 1
    )


def _is_current(span_id: ColumnElement[str]) -> ColumnElement[bool]:
    return _has(span_id, spans.c.last_generation.is_(None))


def _was_ever(span_id: ColumnElement[str]) -> ColumnElement[bool]:
    return _has(span_id)


def _has(span_id: ColumnElement[str], *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(spans.c.id == span_id, *where)


def _each(values: Collection[str]) -> ScalarSelect[str]:
    """Any number of values as the one parameter of a query."""
    listed = func.json_each(json.dumps(sorted(values))).table_valued("value", name="listed")
    return select(listed.c.value.cast(String)).scalar_subquery()


def _read(row: Row[Any]) -> Standing:
    return Standing(row.answer_id, row.created, row.status, row.generation, row.checked_at, row.detail)
