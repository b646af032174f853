"""What somebody has read of each channel and of each thread, and what he has not.

A channel's page shows the messages that begin threads, a thread's page all of it: each is marked as read on its own. Of
threads, only those that somebody takes part in, or is named in, are new to him; and what was said in them before he
first came to the channel is taken as read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, Connection, Engine, Select, and_, case, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from app.chat.mentions import EVERYBODY
from app.chat.messages import MESSAGE_WAIT_MS
from app.chat.schema import mentions, messages, reads, turns
from app.chat.types import Unread
from ingest.database import writing

_THREADS = "/threads"
"""After a channel's id: the place that stands for all its threads. What was said in them before it is taken as read."""

_CHANNEL, _BEFORE, _THREAD = (reads.alias(name) for name in ("read_channel", "read_before", "read_thread"))


class Reading:
    """The marks of what was read, in a chat's database. A place is the id of a channel, or of the root of a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_to(self, user: str, place: str) -> int:
        """The number up to which a user has read a place, 0 for one that he has never opened."""
        with self._engine.connect() as connection:
            query = select(reads.c.seq).where(reads.c.user == user, reads.c.channel == place)
            return connection.scalar(query) or 0

    def mark(self, user: str, place: str, seq: int) -> None:
        """Note that a user has read a place up to the number `seq`; a smaller one than before changes nothing."""
        if seq <= self.read_to(user, place):
            return
        row = insert(reads).values(user=user, channel=place, seq=seq)
        raised = row.on_conflict_do_update(
            index_elements=[reads.c.user, reads.c.channel], set_={"seq": func.max(reads.c.seq, seq)}
        )
        first = insert(reads).values(user=user, channel=f"{place}{_THREADS}", seq=seq).on_conflict_do_nothing()
        with writing(self._engine, MESSAGE_WAIT_MS).begin() as connection:
            connection.execute(raised)
            connection.execute(first)

    def unread(self, user: str, channels: Collection[str]) -> dict[str, Unread]:
        """What a user has not read of these channels: others' messages, and answers; channels without any are left
        out."""
        here = messages.c.channel.in_(channels)
        with self._engine.connect() as connection:
            counts = _counted(connection, user, messages.c.channel, here)
            named = set(connection.scalars(_said(user, messages.c.channel).where(here, _names(user))))
        return {channel: Unread(count, channel in named) for channel, count in counts.items()}

    def in_threads(self, user: str, roots: Collection[str]) -> dict[str, int]:
        """How many replies and answers a user has not read in each of these threads; those without any are left out."""
        with self._engine.connect() as connection:
            return _counted(connection, user, messages.c.root, messages.c.root.in_(roots))


def _counted(connection: Connection, user: str, by: Column[str], where: ColumnElement[bool]) -> dict[str, int]:
    """How many messages of others, and answers, that a user has not read there are, by a column of their messages."""
    counted: Counter[str] = Counter()
    for query in (_said(user, by), _newer(user, turns.c.ended_seq, by)):
        rows = connection.execute(query.where(where).add_columns(func.count()).group_by(by))
        counted.update({row[0]: row[1] for row in rows})
    return dict(counted)


def _said(user: str, by: Column[str]) -> Select[str]:
    return _newer(user, messages.c.seq, by).where(messages.c.author != user)


def _newer(user: str, number: Column[int], by: Column[str]) -> Select[str]:
    """The messages whose number, or whose answers', is newer than what a user has read of their place, and that are
    new to him there."""
    marks = (
        (_CHANNEL, messages.c.channel),
        (_BEFORE, messages.c.channel + _THREADS),
        (_THREAD, messages.c.root),
    )
    query = select(by).select_from(messages)
    for mark, place in marks:
        query = query.outerjoin(mark, and_(mark.c.user == user, mark.c.channel == place))
    if number.table is turns:
        query = query.join(turns, turns.c.message == messages.c.id)
    read, before, thread = (func.coalesce(mark.c.seq, 0) for mark, _ in marks)
    newest = case((messages.c.root.is_(None), read), else_=func.max(before, thread))
    part = messages.c.root.in_(select(func.coalesce(messages.c.root, messages.c.id)).where(messages.c.author == user))
    return query.where(number > newest, or_(messages.c.root.is_(None), part, _names(user)))


def _names(user: str) -> ColumnElement[bool]:
    return messages.c.id.in_(select(mentions.c.message).where(mentions.c.user.in_([user, *EVERYBODY])))
