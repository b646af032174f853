"""What somebody has read of each channel and of each thread, and what he has not.

A channel's page shows the messages that begin threads, a thread's page all of it: each is marked as read on its own. Of
threads, only those that somebody takes part in, or is named in, are new to him; and what was said in them before he
first came to the channel is taken as read.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, Connection, Engine, Join, and_, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from app.chat.mentions import EVERYBODY
from app.chat.messages import MESSAGE_WAIT_MS
from app.chat.schema import mentions, messages, reads, turns
from app.chat.types import Unread
from ingest.database import writing

_OWN_THREAD = reads.alias("own_thread")


class Reading:
    """The marks of what was read, in a chat's database. A place is the id of a channel, or of the root of a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_to(self, user: str, place: str) -> int:
        """The number up to which a user has read a place, 0 for one that he has never opened."""
        with self._engine.connect() as connection:
            return _read_to(connection, user, place)

    def mark(self, user: str, place: str, seq: int) -> None:
        """Note that a user has read a place up to the number `seq`; a smaller one than before changes nothing."""
        if seq <= self.read_to(user, place):
            return
        row = insert(reads).values(user=user, channel=place, seq=seq)
        raised = row.on_conflict_do_update(
            index_elements=[reads.c.user, reads.c.channel], set_={"seq": func.max(reads.c.seq, seq)}
        )
        first = insert(reads).values(user=user, channel=_threads(place), seq=seq).on_conflict_do_nothing()
        with writing(self._engine, MESSAGE_WAIT_MS).begin() as connection:
            connection.execute(raised)
            connection.execute(first)

    def unread(self, user: str, channels: Collection[str]) -> dict[str, Unread]:
        """What a user has not read of these channels: others' messages, and answers; channels without any are left
        out."""
        with self._engine.connect() as connection:
            found = {channel: _unread(connection, user, channel) for channel in channels}
        return {channel: unread for channel, unread in found.items() if unread.count}

    def in_threads(self, user: str, channel: str, roots: Collection[str]) -> dict[str, int]:
        """How many replies and answers a user has not read in each of these threads; those without any are left out."""
        with self._engine.connect() as connection:
            since = _read_to(connection, user, _threads(channel))
            said = _counted(connection, messages.c.seq, messages.c.author != user, user, channel, since, roots)
            answered = _counted(connection, turns.c.ended_seq, None, user, channel, since, roots)
        return {root: said.get(root, 0) + answered.get(root, 0) for root in said.keys() | answered.keys()}


def _threads(channel: str) -> str:
    """The place that stands for all threads of a channel: what was said in them before it is taken as read."""
    return f"{channel}/threads"


def _read_to(connection: Connection, user: str, place: str) -> int:
    return connection.scalar(select(reads.c.seq).where(reads.c.user == user, reads.c.channel == place)) or 0


def _unread(connection: Connection, user: str, channel: str) -> Unread:
    mark, since = (_read_to(connection, user, place) for place in (channel, _threads(channel)))
    begun = and_(messages.c.channel == channel, messages.c.root.is_(None))
    newer = and_(begun, messages.c.seq > mark, messages.c.author != user)
    said = connection.scalar(select(func.count()).select_from(messages).where(newer)) or 0
    asked = turns.join(messages, messages.c.id == turns.c.message)
    answered = select(func.count()).select_from(asked).where(begun, turns.c.ended_seq > mark)
    said += connection.scalar(answered) or 0
    for number, others in ((messages.c.seq, messages.c.author != user), (turns.c.ended_seq, None)):
        said += sum(_counted(connection, number, others, user, channel, since).values())
    named = select(func.count()).select_from(_in_threads(user)).where(_names(user), messages.c.author != user)
    in_thread = and_(messages.c.channel == channel, messages.c.root.is_not(None), _is_newer(messages.c.seq, since))
    return Unread(said, bool(connection.scalar(named.where(or_(newer, in_thread)))))


def _counted(
    connection: Connection,
    number: Column[int],
    others: ColumnElement[bool] | None,
    user: str,
    channel: str,
    since: int,
    roots: Collection[str] | None = None,
) -> dict[str, int]:
    """How many replies, or answers to them, are newer than what was read of their threads: by root."""
    rows = _in_threads(user)
    rows = rows.join(turns, turns.c.message == messages.c.id) if number.table is turns else rows
    part = messages.c.root.in_(select(func.coalesce(messages.c.root, messages.c.id)).where(messages.c.author == user))
    query = select(messages.c.root, func.count()).select_from(rows).group_by(messages.c.root)
    query = query.where(messages.c.channel == channel, messages.c.root.is_not(None), _is_newer(number, since))
    query = query.where(or_(part, _names(user)))
    query = query if others is None else query.where(others)
    query = query if roots is None else query.where(messages.c.root.in_(roots))
    return {row[0]: row[1] for row in connection.execute(query)}


def _in_threads(user: str) -> Join:
    """Messages, each with what the user has read of its thread."""
    own = and_(_OWN_THREAD.c.user == user, _OWN_THREAD.c.channel == messages.c.root)
    return messages.outerjoin(_OWN_THREAD, own)


def _is_newer(number: Column[int], since: int) -> ColumnElement[bool]:
    return number > func.max(since, func.coalesce(_OWN_THREAD.c.seq, 0))


def _names(user: str) -> ColumnElement[bool]:
    return messages.c.id.in_(select(mentions.c.message).where(mentions.c.user.in_([user, *EVERYBODY])))
