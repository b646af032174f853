"""Spans and their citation ids, made again from the text that they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from sqlalchemy import Row, select

from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.doctor.texts import splitter_of
from ingest.errors import VerispanError
from ingest.identity import assign_ids
from ingest.prepare import SPLITTER
from ingest.rows import SpanRow, StoredDocument, span_row
from ingest.schema import SPAN_COLUMNS, spans
from ingest.split import spans_of
from ingest.types import Document, SpanKind


def citation_ids(subject: Subject) -> Result:
    """Every span lies in its text, and in every generation its document's citation ids are those of its words."""
    return gathered(_ids_of(subject, one.id) for one in subject.store.documents())


def _ids_of(subject: Subject, document_id: str) -> Iterator[Finding]:
    query = select(spans).where(spans.c.document_id == document_id).order_by(spans.c.start)
    rows, checked = list(subject.rows(query)), list[Row[Any]]()
    for row in rows:
        wrong = _wrong_place(subject, row)
        if wrong:
            yield Finding(row.id, wrong)
        else:
            checked.append(row)
    for generation in sorted({row.first_generation for row in checked}):
        yield from _ids_at(subject, document_id, [row for row in checked if _is_visible(row, generation)])


def _wrong_place(subject: Subject, row: Row[Any]) -> str:
    try:
        length = len(subject.store.canonical_text(row.document_id, row.revision))
    except VerispanError as error:
        return error.message
    last = subject.generation if row.last_generation is None else row.last_generation
    header = (0, 0) if row.header_start is None else (row.header_start, row.header_end or -1)
    if not 0 <= row.start < row.end <= length or not 0 <= header[0] <= header[1] <= length:
        return f"it is said to stand at {row.start} to {row.end} of {length}, under {header[0]} to {header[1]}"
    if not 1 <= row.first_generation <= last <= subject.generation:
        return f"it is said to be of the generations {row.first_generation} to {last}, of {subject.generation}"
    return "" if row.kind in get_args(SpanKind) else f"its kind {row.kind!r} is none that a span has"


def _is_visible(row: Row[Any], generation: int) -> bool:
    return row.first_generation <= generation and (row.last_generation is None or row.last_generation >= generation)


def _ids_at(subject: Subject, document_id: str, rows: Sequence[Row[Any]]) -> Iterator[Finding]:
    said = [subject.store.canonical_text(document_id, row.revision)[row.start : row.end] for row in rows]
    for row, wanted in zip(rows, assign_ids(document_id, said), strict=True):
        if row.id != wanted:
            yield Finding(row.id, f"what stands at {row.start} to {row.end} has the citation id {wanted}")


def cuts(subject: Subject) -> Result:
    """A sample of the current documents, cut again, gives the spans that are there: places, headings, kinds, boxes."""
    known = [one for one in subject.store.documents() if one.status == "current" and splitter_of(one) == SPLITTER]
    chosen = subject.some(known)
    found = gathered(_cut_again(subject, one) for one in chosen)
    return Result(found.looked_at, len(known), found.findings)


def _cut_again(subject: Subject, one: StoredDocument) -> Iterator[Finding]:
    text = subject.store.canonical_text(one.id, one.current_revision)
    layout = subject.store.layout(one.id, one.current_revision)
    document = Document(one.id, one.collection, one.title, one.uri, one.media_type, text, layout, one.metadata)
    query = select(*SPAN_COLUMNS).where(spans.c.document_id == one.id, spans.c.last_generation.is_(None))
    there = {SpanRow._make(row) for row in subject.rows(query)}
    wanted = {span_row(span) for span in spans_of(document)}
    for row in sorted(there - wanted, key=lambda row: row.start):
        yield Finding(row.id, f"its place, heading, kind or boxes, at {row.start} to {row.end}, are not the document's")
    for row in sorted(wanted - there, key=lambda row: row.start):
        yield Finding(row.id, f"it is not there as its document gives it, at {row.start} to {row.end}")
