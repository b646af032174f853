"""What was said: messages in channels and threads, and the turns that answer the questions among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Connection, Engine, Select, and_, func, or_, select

from app.chat.mentions import ANSWERER, mentioned, question_of
from app.chat.schema import mentions, messages, meta, turns
from app.chat.types import Message, Turn
from app.errors import NotAllowed
from ingest.database import writing
from ingest.errors import BadInput, UnknownId
from ingest.rows import now

MESSAGE_WAIT_MS = 5_000
"""How long a message waits for another that is just being written."""

MOST = 500
"""Messages of a thread that are read; none has been seen that is as long."""

MOST_NEWS = 50
"""Messages that are news at once; whoever has missed more loads the page again."""

_FIELDS = tuple(column for column in messages.c if column.name != "changed_seq")


class Messages:
    """The messages in a chat's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine, MESSAGE_WAIT_MS)

    def post(self, channel: str, author: str, text: str, asks: bool, root: str | None = None) -> Message:
        """Say something, in the thread that the message `root` begins if it is given; a question gets its first turn.

        Raises BadInput for an empty text or question, UnknownId for a `root` that begins no thread of the channel.
        """
        with self._writing.begin() as connection:
            message_id = post_within(connection, channel, author, text, asks, root)
        return self.get(message_id)

    def edit(self, message_id: str, author: str, text: str) -> Message:
        """Change what one said oneself; a question that reads otherwise now gets a new turn, and so does a note that
        names the answerer now.

        Raises NotAllowed for another's message, and as `post` does.
        """
        before = self._own(message_id, author)
        asks = before.asks or ANSWERER in mentioned(text)
        text = _said(text, asks)
        if text == before.text:
            return before
        with self._writing.begin() as connection:
            changed = {"text": text, "asks": asks, "edited": now(), "changed_seq": next_seq(connection)}
            connection.execute(messages.update().where(messages.c.id == message_id), changed)
            _note_mentions(connection, message_id, text)
            if asks and question_of(text) != _asked_last(connection, message_id):
                _add_turn(connection, message_id, text)
        return self.get(message_id)

    def ask_again(self, message_id: str, author: str) -> Message:
        """Give one's own question a new turn: the last one failed, or its sources have changed.

        Raises UnknownId, NotAllowed for another's message, BadInput for one that asks nothing or is being answered.
        """
        before = self._own(message_id, author)
        if not before.asks:
            raise BadInput("That message asks nothing")
        with self._writing.begin() as connection:
            if _is_open(connection, message_id):
                raise BadInput("That question is being answered")
            _add_turn(connection, message_id, before.text)
            _touch(connection, message_id)
        return self.get(message_id)

    def begin_turn(self, turn: Turn) -> int:
        """Count an attempt to answer a turn. Returns how many there have been, this one included."""
        with self._writing.begin() as connection:
            counted = turns.update().where(_this(turn)).values(attempts=turns.c.attempts + 1)
            return int(connection.execute(counted.returning(turns.c.attempts)).scalar_one())

    def end_turn(self, turn: Turn, answer_id: str | None, *, answered: str = "", error: str = "") -> None:
        """Keep what came of a turn: the id and the text of its answer, or why there is none. The first word counts."""
        with self._writing.begin() as connection:
            seq = _touch(connection, turn.message)
            ended = {"answer_id": answer_id, "answered": answered, "error": error, "ended_seq": seq}
            connection.execute(turns.update().where(_this(turn), turns.c.ended_seq.is_(None)), ended)

    def get(self, message_id: str) -> Message:
        """One message. Raises UnknownId."""
        found = self._read(messages.c.id == message_id)
        if not found:
            raise UnknownId(f"there is no message {message_id!r}")
        return found[0]

    def page(self, channel: str, limit: int, before: int | None = None) -> tuple[Message, ...]:
        """The newest messages of a channel that begin threads, oldest first; those before the number `before`."""
        where = and_(messages.c.channel == channel, messages.c.root.is_(None))
        if before is not None:
            where = and_(where, messages.c.seq < before)
        return tuple(reversed(self._read(where, newest=limit)))

    def thread(self, root: str) -> tuple[Message, ...]:
        """The message that begins a thread, and those that follow it: at most the newest `MOST`."""
        return tuple(reversed(self._read(or_(messages.c.id == root, messages.c.root == root), newest=MOST)))

    def news(self, channel: str, since: int, root: str | None = None) -> tuple[Message, ...]:
        """What was said, changed or answered after the number `since`: of one thread, else what begins threads."""
        here = messages.c.root.is_(None) if root is None else or_(messages.c.id == root, messages.c.root == root)
        changed = and_(messages.c.channel == channel, here, messages.c.changed_seq > since)
        return tuple(reversed(self._read(changed, newest=MOST_NEWS)))

    def search(self, words: Sequence[str], channels: Collection[str], limit: int) -> tuple[Message, ...]:
        """The newest messages of these channels such that each of the words stands in them or in their answers."""
        each = (or_(_holds(messages.c.text, word), messages.c.id.in_(_answered_with(word))) for word in words)
        return self._read(and_(messages.c.channel.in_(channels), *each), newest=limit)

    def of_author(self, author: str, limit: int) -> tuple[Message, ...]:
        """The newest messages of somebody, newest first."""
        return self._read(messages.c.author == author, newest=limit)

    def unanswered(self) -> tuple[Message, ...]:
        """The questions whose newest turn is still open, oldest first."""
        still_open = select(turns.c.message).where(turns.c.ended_seq.is_(None))
        return tuple(one for one in self._read(messages.c.id.in_(still_open)) if one.turns[-1].is_open)

    def answer_before(self, message: Message) -> str | None:
        """The id of the newest answer that was given in the thread before a message."""
        earlier = [one for one in self.thread(message.thread) if one.seq < message.seq]
        answered = [one.turns[-1].answer_id for one in earlier if one.turns and one.turns[-1].answer_id]
        return answered[-1] if answered else None

    def of_answer(self, answer_id: str) -> Message | None:
        """The message that an answer was given to; None for one that nobody asked for in the chat."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(turns.c.message).where(turns.c.answer_id == answer_id))
        return self.get(found) if found else None

    def seq(self) -> int:
        """The number of what happened last."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "seq")).scalar_one())

    def open_of(self, author: str) -> int:
        """How many questions of somebody are still to be answered."""
        query = select(func.count()).select_from(turns.join(messages, messages.c.id == turns.c.message))
        with self._engine.connect() as connection:
            return connection.scalar(query.where(messages.c.author == author, turns.c.ended_seq.is_(None))) or 0

    def _own(self, message_id: str, author: str) -> Message:
        found = self.get(message_id)
        if found.author != author:
            raise NotAllowed("Only who said it may do that")
        return found

    def _read(self, where: ColumnElement[bool], newest: int | None = None) -> tuple[Message, ...]:
        order = messages.c.seq if newest is None else messages.c.seq.desc()
        query = select(*_FIELDS).where(where).order_by(order).limit(newest)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            turns_of, replies_to = _turns(connection, ids), _replies(connection, ids)
        return tuple(Message(**row._mapping, turns=turns_of[row.id], replies=replies_to.get(row.id, 0)) for row in rows)


def post_within(
    connection: Connection, channel: str, author: str, text: str, asks: bool, root: str | None = None
) -> str:
    """Say something as `Messages.post` does, within a transaction of the caller's. Returns the message's id."""
    text = _said(text, asks)
    message_id = f"msg_{uuid4().hex[:16]}"
    if root is not None and not _begins_thread(connection, root, channel):
        raise UnknownId(f"there is no thread {root!r} in {channel!r}")
    seq = next_seq(connection)
    row = {"id": message_id, "seq": seq, "channel": channel, "root": root, "author": author, "text": text}
    row |= {"asks": asks, "created": now(), "edited": None, "changed_seq": seq}
    connection.execute(messages.insert(), row)
    _note_mentions(connection, message_id, text)
    if asks:
        _add_turn(connection, message_id, text)
    return message_id


def next_seq(connection: Connection) -> int:
    """Take the next number."""
    raised = meta.update().where(meta.c.key == "seq").values(value=meta.c.value + 1).returning(meta.c.value)
    return int(connection.execute(raised).scalar_one())


def _holds(column: Column[str], word: str) -> ColumnElement[bool]:
    return func.casefold(column).contains(word.casefold(), autoescape=True)


def _answered_with(word: str) -> Select[tuple[str]]:
    return select(turns.c.message).where(_holds(turns.c.answered, word))


def _touch(connection: Connection, message_id: str) -> int:
    seq = next_seq(connection)
    connection.execute(messages.update().where(messages.c.id == message_id), {"changed_seq": seq})
    return seq


def _said(text: str, asks: bool) -> str:
    text = text.strip()
    if not text or (asks and not question_of(text)):
        raise BadInput("There is nothing in that message")
    return text


def _begins_thread(connection: Connection, root: str, channel: str) -> bool:
    query = select(messages.c.id).where(messages.c.id == root, messages.c.channel == channel, messages.c.root.is_(None))
    return connection.scalar(query) is not None


def _add_turn(connection: Connection, message_id: str, text: str) -> None:
    before = select(func.max(turns.c.version)).where(turns.c.message == message_id)
    row: dict[str, Any] = {"message": message_id, "version": (connection.scalar(before) or 0) + 1, "asked": now()}
    row |= {"question": question_of(text), "answered": "", "error": "", "attempts": 0}
    connection.execute(turns.insert(), row)


def _this(turn: Turn) -> ColumnElement[bool]:
    return and_(turns.c.message == turn.message, turns.c.version == turn.version)


def _asked_last(connection: Connection, message_id: str) -> str | None:
    newest = select(turns.c.question).where(turns.c.message == message_id).order_by(turns.c.version.desc())
    return connection.scalar(newest.limit(1))


def _is_open(connection: Connection, message_id: str) -> bool:
    query = select(turns.c.message).where(turns.c.message == message_id, turns.c.ended_seq.is_(None))
    return connection.scalar(query) is not None


def _note_mentions(connection: Connection, message_id: str, text: str) -> None:
    connection.execute(mentions.delete().where(mentions.c.message == message_id))
    if names := mentioned(text):
        connection.execute(mentions.insert(), [{"message": message_id, "user": name} for name in sorted(names)])


def _turns(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Turn, ...]]:
    fields = [turns.c[name] for name in ("message", "version", "question", "answer_id", "error", "asked")]
    found: dict[str, tuple[Turn, ...]] = defaultdict(tuple)
    for row in connection.execute(select(*fields).where(turns.c.message.in_(ids)).order_by(turns.c.version)):
        found[row.message] += (Turn(*row),)
    return found


def _replies(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    query = select(messages.c.root, func.count()).where(messages.c.root.in_(ids)).group_by(messages.c.root)
    return {row[0]: row[1] for row in connection.execute(query)}
