"""What is kept beside answers: their receipts, and what has become of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Text, select

from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.schema import receipts, standings
from ingest.standing import STATUSES


def receipts_read(subject: Subject) -> Result:
    """Every receipt can be read, and is its answer's. (`verispan verify-receipt` checks what it says.)"""
    return gathered(_receipt(row) for row in subject.rows(select(receipts)))


def standings_read(subject: Subject) -> Result:
    """Every standing is one that an answer can have, as of a generation that there was."""
    written = standings.c.detail.cast(Text).label("written")
    query = select(standings.c.answer_id, standings.c.status, standings.c.generation, written)
    return gathered(_standing(row, subject.generation) for row in subject.rows(query))


def _receipt(row: Row[Any]) -> Iterator[Finding]:
    held = _object(row.body)
    if held is None:
        yield Finding(row.answer_id, "its receipt cannot be read")
    elif held.get("answer_id", held.get("id")) != row.answer_id:
        yield Finding(row.answer_id, "its receipt is another answer's")


def _standing(row: Row[Any], generation: int) -> Iterator[Finding]:
    if row.status not in STATUSES or row.generation > generation or _object(row.written) is None:
        said = f"{row.status!r} as of generation {row.generation}"
        yield Finding(row.answer_id, f"this cannot have become of it: {said}")


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        held = json.loads(text)
    except ValueError:
        return None
    return held if isinstance(held, dict) else None
