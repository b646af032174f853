"""What the app does when something comes from Slack. What must not be lost is kept before Slack is told that it came;
all calls to Slack are made afterwards, by other threads."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from app.api.bodies import MAX_QUESTION
from app.chat.chat import Chat
from app.chat.feedback import KINDS
from app.chat.mentions import question_of
from app.chat.slack import Question
from app.errors import explain
from app.slack.access import author_of
from app.slack.blocks import MAX_TEXT, Block, plain
from app.slack.calls import Declined, call, insist, once, respond
from app.slack.incoming import Asked, Clicked, Payload, asked_by_command, asked_by_event, clicked, home_opened
from app.slack.replies import Replies
from app.slack.text import escaped
from app.slack.windows import HELP, Desk, error_window, home, source_window, withheld_window
from ingest.errors import BadInput, UnknownId, VerispanError

log = logging.getLogger(__name__)

LATEST = 10
"""How many of a user's questions the home shows."""

TOO_LONG = f"A question has at most {MAX_QUESTION} characters."

TOO_LATE = "That took too long to open. Please click once more."

EXPIRED = frozenset({"expired_trigger_id", "trigger_expired"})
"""What Slack says of a click that is more than three seconds old."""

_SOURCE = re.compile(r"source(?:-\d+)?")
_FEEDBACK = re.compile(r"feedback(?:-up|-down)?")


class Unserved(Exception):
    """A request was of the right form, and could not be served. If it is an event, Slack sends it again."""


def answer_error(error: Exception) -> BoltResponse:
    """What Slack is told when a listener fails, or Bolt over a form that it does not expect."""
    if isinstance(error, Unserved):
        log.error("a request of Slack could not be served", exc_info=error)
        return BoltResponse(status=503)
    log.warning("Slack sent what cannot be read: %s", type(error).__name__)
    return BoltResponse(status=400)


class Listeners:
    """Takes what Slack sends, and gives the work that it means to others."""

    def __init__(self, client: WebClient, chat: Chat, replies: Replies, desk: Desk) -> None:
        self._client, self._chat, self._replies, self._desk = client, chat, replies, desk

    def register(self, bolt: App) -> None:
        """Listen to what the app's manifest subscribes to."""
        bolt.error(answer_error)
        bolt.event("app_mention")(self.on_message)
        bolt.event("message")(self.on_message)
        bolt.event("app_home_opened")(self.on_home)
        bolt.command("/verispan")(self.on_command)
        bolt.action(_SOURCE)(self.on_source)
        bolt.action("withheld")(self.on_withheld)
        bolt.action(_FEEDBACK)(self.on_feedback)

    def on_message(self, body: Payload) -> None:
        """Take a question of a mention or of a direct message."""
        asked = asked_by_event(body)
        if asked:
            self._ask(asked, _wrong_with(asked.text))

    def on_command(self, ack: Ack, body: Payload) -> None:
        """Take a question of a slash command; what it says is told to its user alone, until it is answered."""
        asked = asked_by_command(body)
        wrong = _wrong_with(asked.text) if asked else HELP
        if asked and not wrong:
            self._ask(asked)
        told = wrong or f"Searching for an answer to: {asked.text if asked else ''}"
        ack(response_type="ephemeral", text=wrong or "Searching…", blocks=[_section(told)])

    def on_home(self, body: Payload) -> None:
        """Show a user the home of the app."""
        opened = home_opened(body)
        if opened:
            request, user = opened
            self._once(request, lambda: self._replies.do(lambda: self._publish_home(user)))

    def on_source(self, ack: Ack, body: Payload) -> None:
        """Open a source of an answer."""
        ack()
        self._click(body, lambda click: self._open(click, lambda: source_window(self._desk, *_numbered(click.value))))

    def on_withheld(self, ack: Ack, body: Payload) -> None:
        """Open the withheld claims of an answer."""
        ack()
        self._click(body, lambda click: self._open(click, lambda: withheld_window(self._desk, click.value)))

    def on_feedback(self, ack: Ack, body: Payload) -> None:
        """Keep what a user thinks of an answer, and tell him that it is kept."""
        ack()
        self._click(body, self._keep_feedback)

    def _click(self, body: Payload, serve: Callable[[Clicked], None]) -> None:
        click = clicked(body)
        if click:
            self._once(click.request, lambda: serve(click))

    def _once(self, request: str, serve: Callable[[], None]) -> None:
        """Serve a request, unless one with its id was taken before, served or not."""
        with _served(request):
            if self._chat.slack.is_new(request):
                serve()

    def _ask(self, asked: Asked, wrong: str = "") -> None:
        """Keep a question, and only then begin to answer it; of what is none, say what is wrong with it."""
        if wrong:
            self._once(asked.request, lambda: self._replies.do(lambda: self._say(asked, wrong)))
            return
        where = (asked.team, asked.channel, asked.thread, asked.response_url)
        with _served(asked.request):
            message_id = self._chat.slack.keep(asked.request, Question(author_of(asked.user), asked.text, *where))
            if message_id:
                self._replies.make(message_id)

    def _say(self, asked: Asked, text: str) -> None:
        """Say one line where a question was asked."""
        once(
            lambda: self._client.chat_postMessage(channel=asked.channel, thread_ts=asked.thread, text=text),
            self._replies.stopping,
        )

    def _open(self, click: Clicked, make: Callable[[], Block]) -> None:
        """Open a window at once: Slack lets it be opened within three seconds of the click."""

        def work() -> None:
            try:
                window = make()
            except VerispanError as error:
                window = error_window(explain(error))
            try:
                call(lambda: self._client.views_open(trigger_id=click.trigger, view=window))
            except Declined as error:
                if error.code not in EXPIRED:
                    raise
                self._tell(click, TOO_LATE)

        self._replies.open_window(work)

    def _tell(self, click: Clicked, text: str) -> None:
        """Tell something to who clicked alone, where he clicked."""
        if click.response_url:
            where = {"thread_ts": click.thread} if click.thread else {}
            body = {"text": escaped(text, MAX_TEXT), "replace_original": False, **where}
            self._replies.do(lambda: insist(lambda: respond(click.response_url, body), self._replies.stopping))

    def _keep_feedback(self, click: Clicked) -> None:
        try:
            told = self._toggled(click)
        except (BadInput, UnknownId) as error:
            told = explain(error)
        self._tell(click, told)

    def _toggled(self, click: Clicked) -> str:
        """Give feedback or take it back. Returns what is to be said of it. Raises UnknownId and BadInput."""
        answer_id, _, kind = click.value.partition(" ")
        self._desk.store.answer(answer_id)
        known = next((one for one in KINDS if one == kind), None)
        if known is None:
            raise BadInput(f"{kind!r} is no feedback")
        stands = self._chat.feedback.toggle(answer_id, author_of(click.user), known)
        return "Thank you, your feedback is kept." if stands else "Your feedback is taken back."

    def _publish_home(self, user: str) -> None:
        asked = self._chat.messages.of_author(author_of(user), LATEST)
        view = home(self._desk, asked)
        insist(lambda: self._client.views_publish(user_id=user, view=view), self._replies.stopping)


@contextmanager
def _served(request: str) -> Iterator[None]:
    """Whatever keeps a request of the right form from being served is no error of who sent it. Raises Unserved."""
    try:
        yield
    except Exception as error:
        raise Unserved(request) from error


def _wrong_with(text: str) -> str:
    """What is to be said of a text that is no question; empty for one that is."""
    if not question_of(text):
        return HELP
    return TOO_LONG if len(text) > MAX_QUESTION else ""


def _numbered(value: str) -> tuple[str, int]:
    """The id of an answer and the number of one of its sources. Raises BadInput."""
    answer_id, _, number = value.partition(" ")
    if not (number.isascii() and number.isdigit()):
        raise BadInput(f"{value!r} names no source")
    return answer_id, int(number[:6])


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": plain(text)}
