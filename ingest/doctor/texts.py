"""Files, canonical texts and layouts: all are named by a hash of what they hold, or say where in a text they stand."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized

from sqlalchemy import LargeBinary, Row, cast, select

from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.pipeline import PASSAGE_WORDS
from ingest.prepare import SPLITTER, fingerprint_of
from ingest.purged import all_purged
from ingest.rows import StoredDocument, unpack_layout
from ingest.schema import revisions, sources
from ingest.types import Block, WordBox, revision_of


def files(subject: Subject) -> Result:
    """Every file that was ingested still has the SHA-256 that names it."""
    return gathered(_file(row) for row in subject.rows(select(sources.c.sha256, sources.c.data)))


def _file(row: Row[Any]) -> Iterator[Finding]:
    if sha256(row.data).hexdigest() != row.sha256:
        yield Finding(row.sha256, "the bytes of this file are not those that were ingested")


def texts(subject: Subject) -> Result:
    """Every canonical text is NFC and has the SHA-256 that its revision is named by; its layout lies within it."""
    # as bytes, so that a text which is no UTF-8 any more is named, rather than ending the examination
    columns = (revisions.c.document_id, revisions.c.revision, revisions.c.first_generation, revisions.c.layout)
    query = select(*columns, cast(revisions.c.text, LargeBinary).label("text"))
    return gathered(_text(row, subject.generation) for row in subject.rows(query))


def _text(row: Row[Any], generation: int) -> Iterator[Finding]:
    where = f"{row.document_id}, revision {row.revision}"
    try:
        text = bytes(row.text).decode("utf-8")
    except UnicodeDecodeError:
        yield Finding(where, "its text is no UTF-8")
        return
    if revision_of(text) != row.revision:
        yield Finding(where, "its text is not the one that the revision is named after")
    if not is_normalized("NFC", text):
        yield Finding(where, "its text is not in NFC")
    if not 1 <= row.first_generation <= generation:
        yield Finding(where, f"it is said to be of generation {row.first_generation}, of {generation}")
    yield from _layout(row.layout, len(text), where)


def _layout(packed: bytes, length: int, where: str) -> Iterator[Finding]:
    try:
        layout = unpack_layout(packed)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        yield Finding(where, f"its layout cannot be read: {error}")
        return
    for name, ranges in (("blocks", layout.blocks), ("words", layout.words)):
        if not _is_in_order(ranges, length):
            yield Finding(where, f"the {name} of its layout overlap, or lie outside its text")


def _is_in_order(ranges: Sequence[Block | WordBox], length: int) -> bool:
    ends = [0, *(one.end for one in ranges)]
    return all(before <= one.start <= one.end <= length for before, one in zip(ends, ranges, strict=False))


def documents(subject: Subject) -> Result:
    """Every document has its current revision, and its title, collection, metadata and file are as ingested.

    Of one that was purged nothing is left to be looked at.
    """
    purged = {one.document_id for one in all_purged(subject.store)}
    return gathered(_document(subject, one) for one in subject.store.documents() if one.id not in purged)


def _document(subject: Subject, one: StoredDocument) -> Iterator[Finding]:
    if one.current_revision not in subject.store.revisions(one.id):
        yield Finding(one.id, f"there is no text of its current revision {one.current_revision}")
    if one.status not in ("current", "retired"):
        yield Finding(one.id, f"its status {one.status!r} is none that a document has")
    if one.status == "current" and splitter_of(one) is None:
        said = json.dumps([one.title, one.collection, dict(one.metadata)], ensure_ascii=False)
        yield Finding(one.id, f"its title, collection, metadata or file is not what was ingested: {said}")


def splitter_of(one: StoredDocument) -> str | None:
    """The version of the splitter that a document was cut by, known by its fingerprint; None where that fits none."""
    for splitter in map(str, range(int(SPLITTER), 0, -1)):
        for title, metadata in ((one.title, one.metadata), ("", one.metadata)):
            said = (one.source_sha256, one.collection, title, metadata, PASSAGE_WORDS, splitter)
            if fingerprint_of(*said) == one.fingerprint:
                return splitter
    return None
