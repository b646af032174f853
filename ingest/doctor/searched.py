"""What an answer says was searched: the passages and the near misses that it names are those of the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from ingest.doctor.subject import Finding, Subject
from ingest.purged import PURGED
from ingest.schema import passages


def searched(subject: Subject, name: str, body: Mapping[str, Any], purged: Collection[str]) -> Iterator[Finding]:
    """What is wrong with what an answer named `name` says of it. Raises what reading a damaged body raises."""
    said = body.get("searched", {})
    for one in said.get("passages", ()):
        if one["document"] not in purged and not _is_passage(subject, one):
            yield Finding(name, f"it is said to have found {one['id']}, which is not in the store as it says")
    for one in said.get("near_misses", ()):
        if one["document"]["id"] not in purged and not _is_span(subject, one):
            yield Finding(name, f"it is said to have passed over {one['id']}, which is not in the store as it says")


def _is_passage(subject: Subject, said: Mapping[str, Any]) -> bool:
    query = select(passages.c.document_id, passages.c.section).where(passages.c.id == said["id"])
    place = (said["document"], said["section"])
    return any((row.document_id, json.loads(row.section)) == place for row in subject.rows(query))


def _is_span(subject: Subject, said: Mapping[str, Any]) -> bool:
    """A text that repeats what was purged elsewhere was redacted, and is not compared."""
    known = [span for span, _ in subject.store.history(said["id"])]
    is_there = any(
        span.document_id == said["document"]["id"] and list(span.section) == said["section"] for span in known
    )
    is_said = PURGED in said["text"] or any(span.text == said["text"] for span in known)
    return is_there and is_said and said["url"] == f"/c/{said['id']}"
