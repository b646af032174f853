"""What somebody has read of each channel, and what he has not."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.sqlite import insert

from app.chat.messages import MESSAGE_WAIT_MS
from app.chat.schema import mentions, messages, reads, turns
from app.chat.types import Unread
from ingest.database import writing


class Reading:
    """The marks of what was read, in a chat's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_to(self, user: str, channel: str) -> int:
        """The number up to which a user has read a channel, 0 for one that he has never opened."""
        with self._engine.connect() as connection:
            return _read_to(connection, user).get(channel, 0)

    def mark(self, user: str, channel: str, seq: int) -> None:
        """Note that a user has read a channel up to the number `seq`; a smaller one than before changes nothing."""
        if seq <= self.read_to(user, channel):
            return
        row = insert(reads).values(user=user, channel=channel, seq=seq)
        raised = row.on_conflict_do_update(
            index_elements=[reads.c.user, reads.c.channel], set_={"seq": func.max(reads.c.seq, seq)}
        )
        with writing(self._engine, MESSAGE_WAIT_MS).begin() as connection:
            connection.execute(raised)

    def unread(self, user: str, channels: Collection[str]) -> dict[str, Unread]:
        """What a user has not read of these channels: others' messages and all answers; channels without any are
        left out."""
        with self._engine.connect() as connection:
            marks = _read_to(connection, user)
            found = {channel: _unread(connection, user, channel, marks.get(channel, 0)) for channel in channels}
        return {channel: unread for channel, unread in found.items() if unread.count}


def _read_to(connection: Connection, user: str) -> dict[str, int]:
    query = select(reads.c.channel, reads.c.seq).where(reads.c.user == user)
    return {row.channel: row.seq for row in connection.execute(query)}


def _unread(connection: Connection, user: str, channel: str, mark: int) -> Unread:
    newer = (messages.c.channel == channel, messages.c.seq > mark, messages.c.author != user)
    said = connection.scalar(select(func.count()).select_from(messages).where(*newer)) or 0
    answered = connection.scalar(
        select(func.count())
        .select_from(turns.join(messages, messages.c.id == turns.c.message))
        .where(messages.c.channel == channel, turns.c.ended_seq > mark)
    )
    named = connection.scalar(
        select(func.count())
        .select_from(mentions.join(messages, messages.c.id == mentions.c.message))
        .where(*newer, mentions.c.user == user)
    )
    return Unread(said + (answered or 0), bool(named))
