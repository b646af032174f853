"""What of Slack must outlive the process: requests that were taken, threads, and replies that are still owed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, and_, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from app.chat.channels import now
from app.chat.messages import MESSAGE_WAIT_MS
from app.chat.schema import slack_replies, slack_requests, slack_threads
from ingest.database import writing

REMEMBERED = timedelta(days=1)
"""How long a request is remembered: Slack repeats one for an hour, and takes none that was signed five minutes ago."""


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


class SlackBook:
    """The book about Slack in a chat's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine, MESSAGE_WAIT_MS)

    def is_new(self, request: str) -> bool:
        """Note a request by its id. Of all that bring the same one, however many at once, one alone is told True."""
        oldest = (datetime.now(UTC) - REMEMBERED).isoformat(timespec="seconds")
        try:
            with self._writing.begin() as connection:
                connection.execute(slack_requests.delete().where(slack_requests.c.taken < oldest))
                connection.execute(slack_requests.insert(), {"id": request, "taken": now()})
        except IntegrityError:
            return False
        return True

    def forget(self, request: str) -> None:
        """Take a request out again, since it could not be served: when Slack repeats it, it is new."""
        with self._writing.begin() as connection:
            connection.execute(slack_requests.delete().where(slack_requests.c.id == request))

    def root_of(self, team: str, channel: str, thread: str) -> str | None:
        """The id of the message that began a Slack thread in the chat; None for one that Verispan has no part in."""
        here = and_(slack_threads.c.team == team, slack_threads.c.channel == channel, slack_threads.c.thread == thread)
        with self._engine.connect() as connection:
            return connection.scalar(select(slack_threads.c.root).where(here))

    def begin_thread(self, team: str, channel: str, thread: str, root: str) -> None:
        """Note which message began a Slack thread in the chat; the first one stays."""
        row = {"team": team, "channel": channel, "thread": thread, "root": root}
        with self._writing.begin() as connection:
            connection.execute(insert(slack_threads).on_conflict_do_nothing(), row)

    def owe(self, reply: Reply) -> None:
        """Note a reply that is to be made."""
        with self._writing.begin() as connection:
            connection.execute(slack_replies.insert(), asdict(reply))

    def posted(self, message: str, ts: str) -> None:
        """Note that a reply is in Slack, to be brought to its end there."""
        with self._writing.begin() as connection:
            connection.execute(slack_replies.update().where(slack_replies.c.message == message), {"ts": ts})

    def settle(self, message: str) -> None:
        """Note that a reply is at its end."""
        with self._writing.begin() as connection:
            connection.execute(slack_replies.delete().where(slack_replies.c.message == message))

    def owed(self) -> tuple[Reply, ...]:
        """The replies that are not at their end."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(slack_replies).order_by(slack_replies.c.message))
            return tuple(Reply(**row._mapping) for row in rows)
