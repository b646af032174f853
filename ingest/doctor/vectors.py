"""Vectors, looked at alone and against what the embedder makes of the texts that they are named after; made anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Row, bindparam, delete, select

from ingest.ahead import Ahead
from ingest.database import writing
from ingest.doctor.subject import Finding, Result, Subject
from ingest.embed import Embedder
from ingest.errors import UnknownId
from ingest.report import IngestReport
from ingest.rows import indexed_text, read_passage, vector_key
from ingest.schema import documents, passages, vectors
from ingest.store import Store

CLOSE = 1e-4
"""How far a number of a vector may be from that which the embedder gives for the same text on another machine."""


def vectors_whole(subject: Subject) -> Result:
    """Every vector has its embedder's number of dimensions and length 1; every passage of today has one."""
    sizes = _sizes(subject)
    findings: list[Finding] = []
    count = 0
    for row in subject.rows(select(vectors)):
        count += 1
        if wrong := _wrong(row, sizes):
            findings.append(Finding(row.key, wrong))
    return Result(count, count, (*findings, *_lacking(subject)))


def _sizes(subject: Subject) -> Mapping[str, int]:
    """The number of bytes that most vectors of each embedder have."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for row in subject.rows(select(vectors)):
        counts[row.embedder][len(row.data)] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _wrong(row: Row[Any], sizes: Mapping[str, int]) -> str:
    if not row.data or len(row.data) % 4:
        return f"a vector of {len(row.data)} bytes is none of whole numbers"
    if len(row.data) != sizes[row.embedder]:
        return f"this vector is of {len(row.data)} bytes, others of {row.embedder} are of {sizes[row.embedder]}"
    vector = np.frombuffer(row.data, np.float32).astype(np.float64)
    is_unit = np.isfinite(vector).all() and abs(vector @ vector - 1) <= CLOSE
    return "" if is_unit else "this vector is not of length 1"


def _lacking(subject: Subject) -> Iterator[Finding]:
    if subject.embedder is None:
        return
    of_today = [subject.store.passages_of_collection(one, subject.generation) for one in subject.store.collections()]
    keys = {key for rows in of_today for _, _, key in rows}
    for key in sorted(subject.store.missing_vectors(keys, subject.embedder.name)):
        yield Finding(key, f"a passage has no vector of {subject.embedder.name}")


def vectors_again(subject: Subject) -> Result:
    """A sample of the passages, those of past generations too, embedded again, have the vectors that are there."""
    pairs = sorted(_texts(subject.store).items())
    chosen = subject.some(pairs) if subject.embedder else []
    findings = [one for pair in chosen for one in _embedded_again(subject, *pair)]
    return Result(len(chosen), len(pairs), tuple(findings))


def _texts(store: Store) -> dict[str, str]:
    """The text of every vector by its key, less those of which the document has another title now."""
    query = select(passages, documents.c.title).join(documents, documents.c.id == passages.c.document_id)
    with store.engine.connect() as connection:
        rows = connection.execution_options(yield_per=200).execute(query)
        pairs = ((row.vector_key, indexed_text(row.title, read_passage(row, ()))) for row in rows)
        return {key: text for key, text in pairs if vector_key(text) == key}


def _embedded_again(subject: Subject, key: str, text: str) -> Iterator[Finding]:
    assert subject.embedder is not None
    if not _is_of(subject.store, subject.embedder, key, text):
        yield Finding(key, f"this vector is not that of its text, which begins {text[:60]!r}")


def _is_of(store: Store, embedder: Embedder, key: str, text: str) -> bool:
    """Whether the vector of a key is that of its text; True where there is none, or none that can be read."""
    try:
        [there] = store.vectors([key], embedder.name)
    except (UnknownId, ValueError):  # told by `vectors_whole`
        return True
    [wanted] = embedder.embed([text])
    return there.shape != wanted.shape or np.allclose(there, wanted, atol=CLOSE, rtol=0)


def make_again(subject: Subject, embedder: Embedder, compare: bool) -> int:
    """Make anew the vectors that are wrong in themselves or lacking, and say how many are there now that were not.

    With `compare` every text is embedded, and so are found those that are of another text.
    """
    texts, sizes = _texts(subject.store), _sizes(subject)
    bad = {row.key for row in subject.rows(select(vectors)) if _wrong(row, sizes)}
    if compare:
        bad |= {key for key, text in texts.items() if not _is_of(subject.store, embedder, key, text)}
    if bad:
        with writing(subject.store.engine).begin() as connection:
            connection.execute(delete(vectors).where(vectors.c.key == bindparam("bad")), [{"bad": one} for one in bad])
    missing = subject.store.missing_vectors(texts.keys(), embedder.name)
    ahead = Ahead(subject.store, embedder, IngestReport())
    ahead.add_texts(texts)
    ahead.flush()
    return len(missing)
