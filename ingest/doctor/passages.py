"""Passages and vectors, made again from the text and the spans that they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.errors import UnknownId, VerispanError
from ingest.identity import assign_ids
from ingest.rows import StoredDocument, indexed_text, read_passage, vector_key
from ingest.schema import passages, vectors
from ingest.types import Span

CLOSE = 1e-4
"""How far a number of a vector may be from that which the embedder gives for the same text on another machine."""


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


def vectors_whole(subject: Subject) -> Result:
    """Every vector has its embedder's number of dimensions and length 1; every passage of today has one."""
    sizes: Counter[tuple[str, int]] = Counter()
    findings: list[Finding] = []
    count = 0
    for row in subject.rows(select(vectors)):
        count += 1
        sizes[row.embedder, len(row.data)] += 1
        findings += _vector(row)
    names = {embedder for embedder, _ in sizes}
    for name in sorted(names):
        if (kinds := sum(embedder == name for embedder, _ in sizes)) > 1:
            findings.append(Finding(name, f"its vectors are of {kinds} different sizes"))
    return Result(count, count, (*findings, *_lacking(subject)))


def _vector(row: Row[Any]) -> Iterator[Finding]:
    if not row.data or len(row.data) % 4:
        yield Finding(row.key, f"a vector of {len(row.data)} bytes is none of whole numbers")
        return
    vector = np.frombuffer(row.data, np.float32).astype(np.float64)
    if not np.isfinite(vector).all() or abs(vector @ vector - 1) > CLOSE:
        yield Finding(row.key, "this vector is not of length 1")


def _lacking(subject: Subject) -> Iterator[Finding]:
    if subject.embedder is None:
        return
    keys = {key for _, _, key in _current(subject)}
    for key in sorted(subject.store.missing_vectors(keys, subject.embedder.name)):
        yield Finding(key, f"a passage has no vector of {subject.embedder.name}")


def vectors_again(subject: Subject) -> Result:
    """A sample of the passages of today, embedded again, have the vectors that are there."""
    pairs = sorted({key: text for _, text, key in _current(subject) if vector_key(text) == key}.items())
    chosen = subject.some(pairs) if subject.embedder else []
    findings = [one for pair in chosen for one in _embedded_again(subject, *pair)]
    return Result(len(chosen), len(pairs), tuple(findings))


def _embedded_again(subject: Subject, key: str, text: str) -> Iterator[Finding]:
    assert subject.embedder is not None
    try:
        [there] = subject.store.vectors([key], subject.embedder.name)
    except (UnknownId, ValueError):  # told by `vectors_whole`
        return
    [wanted] = subject.embedder.embed([text])
    if there.shape != wanted.shape or not np.allclose(there, wanted, atol=CLOSE, rtol=0):
        yield Finding(key, f"this vector is not that of its text, which begins {text[:60]!r}")


def _current(subject: Subject) -> Iterator[tuple[str, str, str]]:
    for collection in subject.store.collections():
        yield from subject.store.passages_of_collection(collection, subject.generation)
