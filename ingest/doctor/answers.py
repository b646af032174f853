"""The answers that were kept: their claims stand in their text, what they cite stands in the store."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Integer, Row, Text, cast, select

from ingest.cited import Cited, cited_by
from ingest.doctor.reading import UNREADABLE
from ingest.doctor.searched import searched
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.errors import UnknownId, VerispanError
from ingest.schema import answers, cited, purges

_BODIES = select(answers.c.id, answers.c.created, cast(answers.c.body, Text).label("body")).order_by(answers.c.id)

_CITED = select(cited, cast(cited.c.shown, Integer).label("flag"))
"""With the number that says whether it is shown: any but 0 and 1 would be read as 1."""


def answers_whole(subject: Subject) -> Result:
    """Every answer can be read, its claims stand at their offsets, and what they cite stands where they say."""
    purged = {row.document_id for row in subject.rows(select(purges.c.document_id))}
    return gathered(_answer(subject, row, purged) for row in subject.rows(_BODIES))


def _answer(subject: Subject, row: Row[Any], purged: set[str]) -> Iterator[Finding]:
    try:
        body = json.loads(row.body)
        if (body["id"], body["created"]) != (row.id, row.created):
            yield Finding(row.id, "its id or time is not the one that it is kept under")
        for claim in (*body["claims"], *body["withheld"]):
            yield from _claim(subject, row.id, body["text"], claim, purged)
        yield from searched(subject, row.id, body, purged)
    except UNREADABLE as error:
        yield Finding(row.id, f"it cannot be read: {type(error).__name__} {error}")


def _claim(subject: Subject, name: str, text: str, claim: Mapping[str, Any], purged: set[str]) -> Iterator[Finding]:
    if "start" in claim and text[claim["start"] : claim["end"]] != claim["text"]:
        yield Finding(name, f"the claim {claim['text'][:60]!r} does not stand where it says in the answer's text")
    for citation in claim["citations"]:
        document = citation["document"]
        if document["id"] in purged:
            continue
        try:
            whole = subject.store.canonical_text(document["id"], document["revision"])
        except UnknownId as error:
            yield Finding(name, f"what it cites cannot be found: {error.message}")
            continue
        said = whole[citation["start"] : citation["end"]]
        if said != citation["exact"]:
            yield Finding(name, f"what it cites as {citation['id']} is not what stands there")
        elif (known := subject.store.history(citation["id"])) == ():
            yield Finding(name, f"it cites {citation['id']}, which the store does not know")
        elif all(span.text != said for span, _ in known):
            yield Finding(name, f"the words that it cites as {citation['id']} are not those of that id")


def cited_rows(subject: Subject) -> Result:
    """The table of what is cited says what the answers say."""
    there: dict[str, set[Cited]] = defaultdict(set)
    with subject.store.engine.connect() as connection:  # in one transaction: answers are kept meanwhile
        for row in connection.execute(_CITED):
            there[row.answer_id].add(Cited(row.citation_id, row.document_id, row.flag))
        found = gathered(_cited(row, there.pop(row.id, set())) for row in connection.execute(_BODIES))
    strays = tuple(Finding(name, "it is said to cite, and is no answer") for name in sorted(there))
    return Result(found.looked_at, found.of, found.findings + strays)


def _cited(row: Row[Any], there: set[Cited]) -> Iterator[Finding]:
    try:
        wanted = set(cited_by(json.loads(row.body)))
    except (VerispanError, *UNREADABLE):  # told by `answers_whole`
        return
    if wanted != there:
        yield Finding(row.id, f"{len(wanted ^ there)} rows about what it cites are not as it says")
