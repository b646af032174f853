"""What of Slack must outlive the process: requests that were taken, threads, and replies that are still owed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, and_, select
from sqlalchemy.dialects.sqlite import insert

from app.chat.messages import MESSAGE_WAIT_MS, post_within
from app.chat.schema import channels, slack_replies, slack_requests, slack_threads
from app.chat.types import Channel
from ingest.database import writing
from ingest.rows import now

REMEMBERED = timedelta(days=1)
"""How long a request is remembered. Slack repeats an event that was not acknowledged three times: at once, after a
minute and after five; commands and clicks never."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that Slack is owed to a message of the chat.

    `thread` is the `ts` of the Slack message that began the thread, empty for an answer that begins one. `ts` is the
    reply's own once it is posted. `response_url` is where the answer goes if the bot may not post in the channel; it is
    empty for a question that was no slash command.
    """

    message: str
    team: str
    channel: str
    thread: str
    ts: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question from Slack: who wrote it, where, and in which thread, as with `Reply`."""

    author: str
    text: str
    team: str
    channel: str
    thread: str = ""
    response_url: str = ""


class SlackBook:
    """The book about Slack in a chat's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine, MESSAGE_WAIT_MS)

    def keep(self, request: str, question: Question) -> str | None:
        """Keep a question with the reply that it is owed, all of it or nothing. Returns the id of its message.

        Of all that bring the same request one alone is kept; the others wait until it is, and are told None. Raises
        BadInput for an empty question, and StoreLocked.
        """
        channel = f"slack-{question.team}-{question.channel}"
        place = (question.team, question.channel, question.thread)
        with self._writing.begin() as connection:
            if not _is_taken_now(connection, request):
                return None
            connection.execute(insert(channels).on_conflict_do_nothing(), asdict(_channel(channel)))
            root = _root_of(connection, *place) if question.thread else None
            message = post_within(connection, channel, question.author, question.text, True, root)
            if question.thread and root is None:
                _begin_thread(connection, *place, message)
            connection.execute(slack_replies.insert(), asdict(Reply(message, *place, "", question.response_url)))
        return message

    def is_new(self, request: str) -> bool:
        """Note a request by its id. Of all that bring the same one, however many at once, one alone is told True."""
        with self._writing.begin() as connection:
            return _is_taken_now(connection, request)

    def posted(self, reply: Reply, ts: str) -> Reply:
        """Note that a reply is in Slack, to be brought to its end there, and that it begins a thread if it does.

        Returns the reply as it is now.
        """
        with self._writing.begin() as connection:
            connection.execute(slack_replies.update().where(slack_replies.c.message == reply.message), {"ts": ts})
            if not reply.thread:
                _begin_thread(connection, reply.team, reply.channel, ts, reply.message)
        return replace(reply, ts=ts)

    def settle(self, message: str) -> None:
        """Note that a reply is at its end."""
        with self._writing.begin() as connection:
            connection.execute(slack_replies.delete().where(slack_replies.c.message == message))

    def owed(self) -> tuple[Reply, ...]:
        """The replies that are not at their end."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(slack_replies).order_by(slack_replies.c.message))
            return tuple(Reply(**row._mapping) for row in rows)

    def owed_to(self, message: str) -> Reply | None:
        """The reply that is owed to a message; None where it is at its end."""
        with self._engine.connect() as connection:
            row = connection.execute(select(slack_replies).where(slack_replies.c.message == message)).one_or_none()
        return Reply(**row._mapping) if row else None


def _is_taken_now(connection: Connection, request: str) -> bool:
    """Note a request by its id, and forget those of long ago. Whether it was not noted before."""
    oldest = (datetime.now(UTC) - REMEMBERED).isoformat(timespec="seconds")
    connection.execute(slack_requests.delete().where(slack_requests.c.taken < oldest))
    taken = insert(slack_requests).on_conflict_do_nothing()
    return connection.execute(taken, {"id": request, "taken": now()}).rowcount == 1


def _root_of(connection: Connection, team: str, channel: str, thread: str) -> str | None:
    """The id of the message that began a Slack thread in the chat; None for one that Verispan has no part in."""
    here = and_(slack_threads.c.team == team, slack_threads.c.channel == channel, slack_threads.c.thread == thread)
    return connection.scalar(select(slack_threads.c.root).where(here))


def _begin_thread(connection: Connection, team: str, channel: str, thread: str, root: str) -> None:
    """Note which message began a Slack thread in the chat; the first one stays."""
    row = {"team": team, "channel": channel, "thread": thread, "root": root}
    connection.execute(insert(slack_threads).on_conflict_do_nothing(), row)


def _channel(channel_id: str) -> Channel:
    """A channel of Slack in the chat: bound to nothing, it searches all that Slack may see."""
    return Channel(channel_id, "slack", "", "A channel of Slack", "", "", None, now())
