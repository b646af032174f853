"""Passages, compared with the text and the spans that they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.errors import VerispanError
from ingest.identity import assign_ids
from ingest.rows import StoredDocument, indexed_text, read_passage, vector_key
from ingest.schema import passages
from ingest.types import Span


def passages_whole(subject: Subject) -> Result:
    """Every passage has the words that stand at its place; those of today hold each span once."""
    return gathered(_of_document(subject, one) for one in subject.store.documents())


def _of_document(subject: Subject, one: StoredDocument) -> Iterator[Finding]:
    query = select(passages).where(passages.c.document_id == one.id).order_by(passages.c.start)
    rows = list(subject.rows(query))
    for row in rows:
        yield from _passage(subject, row)
    if one.status == "current":
        yield from _today(subject, one, [row for row in rows if row.last_generation is None])


def _passage(subject: Subject, row: Row[Any]) -> Iterator[Finding]:
    try:
        text = subject.store.canonical_text(row.document_id, row.revision)
    except VerispanError as error:
        yield Finding(row.id, error.message)
        return
    last = subject.generation if row.last_generation is None else row.last_generation
    if not 0 <= row.start < row.end <= len(text) or text[row.start : row.end] != row.text:
        yield Finding(row.id, f"its text is not what stands at {row.start} to {row.end} of its document")
    if not 1 <= row.first_generation <= last <= subject.generation:
        yield Finding(row.id, f"it is said to be of the generations {row.first_generation} to {last}")


def _today(subject: Subject, one: StoredDocument, rows: Sequence[Row[Any]]) -> Iterator[Finding]:
    spans = subject.store.spans_at(one.id, subject.generation)
    inside = [[span for span in spans if row.start <= span.start < row.end] for row in rows]
    for name, count in Counter(span.id for held in inside for span in held).items():
        if count > 1:
            yield Finding(name, f"it is in {count} passages")
    for span in spans:
        if not any(span in held for held in inside):
            yield Finding(span.id, "it is in no passage, so that no search finds it")
    wanted = assign_ids(one.id, [" ".join(span.id for span in held) for held in inside], separator="@")
    for row, held, name in zip(rows, inside, wanted, strict=True):
        yield from _named(one, row, held, name)


def _named(one: StoredDocument, row: Row[Any], held: Sequence[Span], wanted: str) -> Iterator[Finding]:
    passage = read_passage(row, ())
    if row.id != wanted:
        yield Finding(row.id, f"the passage of its spans has the id {wanted}")
    if row.collection != one.collection or row.revision != one.current_revision:
        yield Finding(row.id, "its collection or revision is not that of its document")
    if any(span.section != passage.section or span.end > row.end for span in held):
        yield Finding(row.id, "its spans stand under other headings, or reach beyond it")
    if vector_key(indexed_text(one.title, passage)) != row.vector_key:
        yield Finding(row.id, "its title, headings and text are not those that its vector is named after")
