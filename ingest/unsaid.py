"""Taking a purged document out of all kept answers, the receipts of these, and what was found of them later.

Done again it changes nothing, but for what was kept meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from ingest.cited import cited_by
from ingest.redact import Redactor
from ingest.schema import answers, cited, receipts, standings


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The texts, as they are now, of the answers that said something of the document, by id; how many rows changed."""

    texts: Mapping[str, str]
    changed: int


def unsay(connection: Connection, redactor: Redactor) -> Unsaid:
    """Take a document out of answers, receipts and standings.

    What a question was understood as repeats what was said before it, so it goes from all answers that follow one
    that said something of the document, and from those that follow these, to the end.
    """
    bodies, follows, changed = dict[str, dict[str, Any]](), dict[str, str | None](), set[str]()
    rows = connection.execution_options(yield_per=100).execute(select(answers.c.id, answers.c.body))
    for name, before in rows:
        follows[name], body = before.get("follows"), redactor.body(before)
        changed |= {name} if body != before else set()
        if body != before or redactor.names(body):
            bodies[name] = body
    for name in _following(follows, bodies):
        before = bodies.get(name) or _read(connection, name)
        bodies[name] = redactor.body(before, follows_redacted=True)
        changed |= {name} if bodies[name] != before else set()
    for name in changed:
        _put(connection, name, bodies[name])
    others = _unsay_receipts(connection, redactor, bodies.keys()) + _unsay_standings(connection, redactor)
    return Unsaid({name: str(body.get("text", "")) for name, body in bodies.items()}, len(changed) + others)


def _following(follows: Mapping[str, str | None], named: Collection[str]) -> set[str]:
    """The answers that follow one of those named, directly or through others."""
    after = defaultdict[str | None, list[str]](list)
    for name, before in follows.items():
        after[before].append(name)
    found, waiting = set[str](), list(named)
    while waiting:
        new = [name for name in after[waiting.pop()] if name not in found]
        found.update(new)
        waiting += new
    return found


def _read(connection: Connection, name: str) -> dict[str, Any]:
    return dict(connection.scalars(select(answers.c.body).where(answers.c.id == name)).one())


def _put(connection: Connection, name: str, body: Mapping[str, Any]) -> None:
    """Keep the new body of an answer; what it loses of its `outdated` citations counts again as shown."""
    connection.execute(update(answers).where(answers.c.id == name).values(body=body))
    shown = [one.citation_id for one in cited_by(body) if one.shown]
    these = (cited.c.answer_id == name) & cited.c.citation_id.in_(shown)
    connection.execute(update(cited).where(these).values(shown=True))


def _unsay_receipts(connection: Connection, redactor: Redactor, touched: Collection[str]) -> int:
    """Delete the receipts that say something of the document: without it they would prove nothing any more."""
    gone = []
    for row in connection.execution_options(yield_per=100).execute(select(receipts)):
        before = json.loads(row.body)
        if redactor.body(before, row.answer_id in touched) != before:
            gone.append(row.answer_id)
    for name in gone:
        connection.execute(receipts.delete().where(receipts.c.answer_id == name))
    return len(gone)


def _unsay_standings(connection: Connection, redactor: Redactor) -> int:
    rows = connection.execute(select(standings.c.answer_id, standings.c.detail)).all()
    changed = {row.answer_id: new for row in rows if (new := redactor.body(row.detail)) != row.detail}
    for name, detail in changed.items():
        connection.execute(update(standings).where(standings.c.answer_id == name).values(detail=detail))
    return len(changed)
