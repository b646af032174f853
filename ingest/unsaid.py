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
from ingest.unread import Unread


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The texts, as they are now, of the answers that said something of the document, by id; how many rows changed."""

    texts: Mapping[str, str]
    changed: int


class Unsaying:
    """Takes a document out of answers, receipts and standings.

    What a question was understood as repeats what was said before it, so it goes from all answers that follow one
    that said something of the document, and from those that follow these, to the end. It takes long to work out what
    becomes of answers and receipts: what was read before is not read again, since it changes by purges alone.
    """

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self._answers, self._receipts = Unread(answers.c.id), Unread(receipts.c.answer_id)
        self._bodies, self._follows = dict[str, dict[str, Any]](), dict[str, str | None]()
        self._changed, self._gone = set[str](), set[str]()

    def read(self, connection: Connection) -> None:
        """Work out what becomes of the answers and receipts that were not read yet."""
        for row in self._answers.rows(connection):
            self._follows[row.id], body = row.body.get("follows"), self.redactor.body(row.body)
            self._changed |= {row.id} if body != row.body else set()
            if body != row.body or self.redactor.names(body):
                self._bodies[row.id] = body
        for row in self._receipts.rows(connection):
            self._gone |= {row.answer_id} if self._is_of_it(row.body) else set()

    def write(self, connection: Connection) -> Unsaid:
        """Take the document out of all that is kept now, once."""
        self.read(connection)
        bodies, changed = dict(self._bodies), set(self._changed)
        for name in _following(self._follows, bodies):
            before = bodies.get(name) or _read(connection, name)
            bodies[name] = self.redactor.body(before, follows_redacted=True)
            changed |= {name} if bodies[name] != before else set()
        for name in changed:
            _put(connection, name, bodies[name])
        others = self._delete_receipts(connection, bodies) + _unsay_standings(connection, self.redactor)
        return Unsaid({name: str(body.get("text", "")) for name, body in bodies.items()}, len(changed) + others)

    def _delete_receipts(self, connection: Connection, touched: Collection[str]) -> int:
        """Delete the receipts that say something of the document: without it they would prove nothing any more."""
        this = receipts.c.answer_id
        for name in set(touched) - self._gone:
            for body in connection.scalars(select(receipts.c.body).where(this == name)).all():
                self._gone |= {name} if self._is_of_it(body, follows_redacted=True) else set()
        return sum(connection.execute(receipts.delete().where(this == name)).rowcount for name in self._gone)

    def _is_of_it(self, receipt: str, follows_redacted: bool = False) -> bool:
        before: dict[str, Any] = json.loads(receipt)
        return self.redactor.body(before, follows_redacted) != before


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


def _unsay_standings(connection: Connection, redactor: Redactor) -> int:
    rows = connection.execute(select(standings.c.answer_id, standings.c.detail)).all()
    changed = {row.answer_id: new for row in rows if (new := redactor.body(row.detail)) != row.detail}
    for name, detail in changed.items():
        connection.execute(update(standings).where(standings.c.answer_id == name).values(detail=detail))
    return len(changed)
