"""Vectors, looked at alone and against what the embedder makes of the texts that they are named after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Row, exists, func, select

from ingest.doctor.subject import Finding, Result, Subject
from ingest.embed import Embedder
from ingest.errors import UnknownId
from ingest.rows import indexed_text, read_passage, vector_key
from ingest.schema import documents, passages, vectors
from ingest.store import Store

CLOSE = 1e-4
"""How far a number of a vector may be from that which the embedder gives for the same text on another machine."""

LOST = "; it cannot be made anew, for its document has another title now: only a backup has it"

_AT_ONCE = 200


class Name(NamedTuple):
    """What a vector is kept under."""

    key: str
    embedder: str


def vectors_whole(subject: Subject) -> Result:
    """Every vector has its embedder's number of dimensions and length 1; every passage has one.

    Those of today have one of the present embedder, those of past generations that of any: they get others on demand.
    """
    [counted] = subject.rows(select(func.count()).select_from(vectors))
    found = [(one.key, what) for one, what in wrong(subject)] + list(_lacking(subject))
    lost = lost_keys(subject.store, {key for key, _ in found})
    findings = (Finding(key, f"{what}{LOST}" if key in lost else what) for key, what in found)
    return Result(counted[0], counted[0], tuple(findings))


def wrong(subject: Subject) -> Iterator[tuple[Name, str]]:
    """The vectors that are wrong in themselves, each with what is wrong about it."""
    sizes = _sizes(subject)
    for row in subject.rows(select(vectors)):
        if what := _wrong(row, sizes):
            yield Name(row.key, row.embedder), what


def _sizes(subject: Subject) -> Mapping[str, int]:
    """The number of bytes that most vectors of each embedder have."""
    size = func.length(vectors.c.data).label("size")
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for row in subject.rows(select(vectors.c.embedder, size, func.count().label("many")).group_by("embedder", "size")):
        counts[row.embedder][row.size] = row.many
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _wrong(row: Row[Any], sizes: Mapping[str, int]) -> str:
    if not row.data or len(row.data) % 4:
        return f"a vector of {len(row.data)} bytes is none of whole numbers"
    if len(row.data) != sizes[row.embedder]:
        return f"this vector is of {len(row.data)} bytes, others of {row.embedder} are of {sizes[row.embedder]}"
    vector = np.frombuffer(row.data, np.float32).astype(np.float64)
    is_unit = np.isfinite(vector).all() and abs(vector @ vector - 1) <= CLOSE
    return "" if is_unit else "this vector is not of length 1"


def _lacking(subject: Subject) -> Iterator[tuple[str, str]]:
    """The keys of passages that have no vector."""
    has_any = exists().where(vectors.c.key == passages.c.vector_key)
    bare = {row.vector_key for row in subject.rows(select(passages.c.vector_key).where(~has_any).distinct())}
    yield from ((key, "a passage has no vector") for key in sorted(bare))
    if subject.embedder is None:
        return
    of_today = select(passages.c.vector_key).where(passages.c.last_generation.is_(None)).distinct()
    keys = {row.vector_key for row in subject.rows(of_today)} - bare
    for key in sorted(subject.store.missing_vectors(keys, subject.embedder.name)):
        yield key, f"a passage has no vector of {subject.embedder.name}"


def vectors_again(subject: Subject) -> Result:
    """A sample of the passages, those of past generations too, embedded again, have the vectors that are there."""
    keys = sorted({key for key, text in texts(subject.store) if text is not None})
    chosen = set(subject.some(keys)) if subject.embedder else set()
    findings = [one for key, text in known(subject.store, chosen) for one in _embedded_again(subject, key, text)]
    return Result(len(chosen), len(keys), tuple(sorted(findings, key=lambda one: one.where)))


def texts(store: Store) -> Iterator[tuple[str, str | None]]:
    """The key of every passage's vector, with the text that it names; None where the document has another title now."""
    query = select(passages, documents.c.title).join(documents, documents.c.id == passages.c.document_id)
    with store.engine.connect() as connection:
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
            text = indexed_text(row.title, read_passage(row, ()))
            yield row.vector_key, text if vector_key(text) == row.vector_key else None


def known(store: Store, keys: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """The keys of which the text is known, of these or of all, each once and with it."""
    seen: set[str] = set()
    for key, text in texts(store):
        if text is not None and key not in seen and (keys is None or key in keys):
            seen.add(key)
            yield key, text


def lost_keys(store: Store, keys: Collection[str]) -> set[str]:
    """Those of the keys under which passages want a vector, and of which no text is known any more."""
    if not keys:
        return set()
    wanted, made = set[str](), set[str]()
    for key, text in texts(store):
        if key in keys:
            (wanted if text is None else made).add(key)
    return wanted - made


def _embedded_again(subject: Subject, key: str, text: str) -> Iterator[Finding]:
    assert subject.embedder is not None
    if not is_of(subject.store, subject.embedder, key, text):
        yield Finding(key, f"this vector is not that of its text, which begins {text[:60]!r}")


def is_of(store: Store, embedder: Embedder, key: str, text: str) -> bool:
    """Whether the vector of a key is that of its text; True where there is none, or none that can be read."""
    try:
        [there] = store.vectors([key], embedder.name)
    except (UnknownId, ValueError):  # told by `vectors_whole`
        return True
    [wanted] = embedder.embed([text])
    return there.shape != wanted.shape or np.allclose(there, wanted, atol=CLOSE, rtol=0)
