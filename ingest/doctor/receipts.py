"""The receipts of answers: each has the seal that it was given, and says of its answer what the store keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Text, cast, select

from ingest.canonical import canonical, digest
from ingest.doctor.reading import UNREADABLE, read_object
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.redact import NOTE
from ingest.schema import answers, receipts
from ingest.signed import is_signed, without_seals


def receipts_whole(subject: Subject) -> Result:
    """Every receipt is sealed, is its answer's, and agrees with it. (`verispan verify-receipt` checks what it says.)"""
    body = cast(answers.c.body, Text).label("answer")
    query = select(receipts, body).join(answers, answers.c.id == receipts.c.answer_id, isouter=True)
    return gathered(_receipt(row) for row in subject.rows(query))


def _receipt(row: Row[Any]) -> Iterator[Finding]:
    try:
        held = json.loads(row.body)
        if held["answer_id"] != row.answer_id:
            yield Finding(row.answer_id, "its receipt is another answer's")
        if not _is_sealed(held):
            yield Finding(row.answer_id, "its receipt is not sealed, or not as it was when it was sealed")
    except UNREADABLE as error:
        yield Finding(row.answer_id, f"its receipt cannot be read: {type(error).__name__} {error}")
        return
    answer = read_object(row.answer)  # one that cannot be read is told by `answers_whole`
    if answer is not None and not _agrees(_without_note(answer), held):
        yield Finding(row.answer_id, "it and its receipt do not say the same")


def _is_sealed(held: Mapping[str, Any]) -> bool:
    bare = without_seals(held)
    signature = held["signature"]
    is_as_signed = signature is None or is_signed(canonical(bare), signature)
    return bool(held["sha256"] == digest(bare)) and is_as_signed


def _without_note(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer as it was before a purge took a document out of it that its receipt does not quote."""
    notes = answer.get("notes")
    return {**answer, "notes": [one for one in notes if one != NOTE]} if isinstance(notes, list) else answer


def _agrees(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same in all that both of them hold."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_agrees(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agrees, one, other))
    return bool(one == other)
