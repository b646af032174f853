"""What has become of answers: each standing is one that its answer can have, and none is lacking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Text, exists, func, select

from ingest.doctor.reading import read_object
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.doctor.times import is_time
from ingest.schema import answers, cited, generations, spans, standings
from ingest.standing import STATUSES


def standings_read(subject: Subject) -> Result:
    """Every standing can be read and is of an answer that cites what it names; an answer that needs one has one."""
    written = standings.c.detail.cast(Text).label("written")
    found = gathered(_standing(subject, row) for row in subject.rows(select(standings, written)))
    return Result(found.looked_at, found.of, (*found.findings, *_lacking(subject)))


def _standing(subject: Subject, row: Row[Any]) -> Iterator[Finding]:
    detail = read_object(row.written)
    if row.status not in STATUSES or not 1 <= row.generation <= subject.generation or detail is None:
        yield Finding(row.answer_id, f"this cannot have become of it: {row.status!r} as of generation {row.generation}")
        return
    if not is_time(row.checked_at):
        yield Finding(row.answer_id, f"it is said to have been checked at {row.checked_at!r}, which is no time")
    if not next(iter(subject.rows(select(answers.c.id).where(answers.c.id == row.answer_id))), None):
        yield Finding(row.answer_id, "something is said to have become of it, and it is no answer")
        return
    cites = {one.citation_id for one in subject.rows(select(cited).where(cited.c.answer_id == row.answer_id))}
    if strays := sorted(_named(detail) - cites):
        yield Finding(row.answer_id, f"it is said to stand no more for {strays[0]}, which it does not cite")


def _lacking(subject: Subject) -> Iterator[Finding]:
    """The answers of which a cited text stands no more, and nothing is said; what version 1 kept was not marked."""
    [known] = subject.rows(select(func.count()).select_from(generations))
    if known[0] < subject.generation:
        return
    ever = exists().where(spans.c.id == cited.c.citation_id)
    stands = exists().where(spans.c.id == cited.c.citation_id, spans.c.last_generation.is_(None))
    said = exists().where(standings.c.answer_id == cited.c.answer_id)
    for row in subject.rows(select(cited.c.answer_id).where(cited.c.shown, ever, ~stands, ~said).distinct()):
        yield Finding(row.answer_id, "a text that it cites stands no more, and nothing is said to have become of it")


def _named(detail: Mapping[str, Any]) -> set[str]:
    """The ids of the citations that a standing is about."""
    listed = detail.get("citations")
    listed = listed if isinstance(listed, list) else []
    return {str(one.get("id")) if isinstance(one, dict) else str(one) for one in listed}
