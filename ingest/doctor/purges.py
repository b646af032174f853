"""What was purged: who had it purged and when can be read, its citations are known, and nothing of it is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Select, Text, select

from ingest.disk import PURGE_LOCK, is_locked
from ingest.doctor.reading import UNREADABLE
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.doctor.times import is_time
from ingest.errors import BadInput
from ingest.identity import parse_id
from ingest.purged import PURGED
from ingest.schema import cited, documents, passages, purged_citations, purges, revisions, sources, spans

_DIGEST = re.compile("[0-9a-f]{64}")


def purges_whole(subject: Subject) -> Result:
    """Of every document that was purged only the tombstone is left; what cited it finds its citations among the purged.

    A purge that goes on now is left alone.
    """
    written = purges.c.detail.cast(Text).label("written")
    found = gathered(_purge(subject, row) for row in subject.rows(select(purges, written)))
    return Result(found.looked_at, found.of, (*found.findings, *_citations(subject)))


def _purge(subject: Subject, row: Row[Any]) -> Iterator[Finding]:
    name = row.document_id
    if row.title != PURGED or not is_time(row.purged_at):
        yield Finding(name, f"its purge is not as it was written: {row.title!r} at {row.purged_at!r}")
    for table in (spans, passages, revisions):
        if _is_any(subject, select(table.c.document_id).where(table.c.document_id == name)):
            yield Finding(name, f"it was purged, and there are {table.name} of it")
    this = documents.c.id == name
    tombstone = this & (documents.c.title == PURGED) & (documents.c.status == "retired") & (documents.c.uri == "")
    if not _is_any(subject, select(documents.c.id).where(tombstone, documents.c.fingerprint == "")):
        yield Finding(name, "it was purged, and its tombstone is not there, or says something of it")
    try:
        yield from _detail(subject, name, json.loads(row.written))
    except UNREADABLE as error:
        yield Finding(name, f"what is kept of its purge cannot be read: {type(error).__name__} {error}")


def _detail(subject: Subject, name: str, detail: Mapping[str, Any]) -> Iterator[Finding]:
    if not 1 <= detail["generation"] <= subject.generation:
        yield Finding(name, f"it is said to have been purged in generation {detail['generation']}")
    for digest in detail["sources"]:
        if not _DIGEST.fullmatch(digest):
            yield Finding(name, f"{digest!r} is no SHA-256 of a file that it was read from")
        elif _is_any(subject, select(sources.c.sha256).where(sources.c.sha256 == digest)):
            yield Finding(name, f"it was purged, and the file {digest} that it was read from is there")
    if "proof" not in detail and not is_locked(subject.folder / PURGE_LOCK):
        yield Finding(name, "its purge was cut off before it was proven: run `verispan purge` for it again")


def _citations(subject: Subject) -> Iterator[Finding]:
    known = {row.document_id for row in subject.rows(select(purges.c.document_id))}
    noted = {row.citation_id: row.document_id for row in subject.rows(select(purged_citations))}
    for name, document in sorted(noted.items()):
        if document not in known or _document_in(name) != document:
            yield Finding(name, f"it is said to be a citation of {document}, and is none of a document that was purged")
    for row in subject.rows(select(cited).where(cited.c.document_id.in_(sorted(known)))):
        if row.citation_id not in noted:
            yield Finding(row.answer_id, f"it cites {row.citation_id}, which is not among those that were purged")


def _document_in(citation_id: str) -> str:
    try:
        return parse_id(citation_id).document_id
    except BadInput:
        return ""


def _is_any(subject: Subject, query: Select[Any]) -> bool:
    return next(iter(subject.rows(query.limit(1))), None) is not None
