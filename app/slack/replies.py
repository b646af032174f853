"""Answers on their way to Slack: a message at once, brought up to date while the answer is made, and to its end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slack_sdk import WebClient

from app.chat.chat import Chat
from app.chat.runner import Run, Runner
from app.chat.slack import Reply
from app.chat.types import Message
from app.slack.answers import Shown
from app.slack.binding import Bindings
from app.slack.blocks import line, link, rich
from app.slack.calls import Declined, NotNow
from app.slack.links import Links
from app.slack.posting import Posting
from app.slack.progress import Progress
from ingest.store import Store

log = logging.getLogger(__name__)

FOLLOWERS = 8
"""How many answers are followed at once: as many as are made at once."""

QUICK = 4
"""Threads for what takes a call or two: messages that are begun, windows, the home."""

UPDATE_S = 1.0
"""The least time between two updates of one message: Slack allows some fifty in a minute."""

BEAT_S = 0.25
"""How often a follower looks up while nothing happens."""


class Replies:
    """The replies that are owed to Slack. Raises nothing: what fails is logged, and tried again by the next process."""

    def __init__(self, client: WebClient, chat: Chat, runner: Runner, store: Store, links: Links) -> None:
        self._client, self._chat, self._runner = client, chat, runner
        self._store, self._links = store, links
        self._bindings = Bindings(client, chat.channels)
        self._stopping = threading.Event()
        self._quick = ThreadPoolExecutor(QUICK, thread_name_prefix="slack")
        self._followers = ThreadPoolExecutor(FOLLOWERS, thread_name_prefix="slack-follower")

    @property
    def stopping(self) -> threading.Event:
        """Set when the process ends."""
        return self._stopping

    def do(self, work: Callable[[], object]) -> None:
        """Do something short for Slack, in a thread of its own."""
        _submit(self._quick, work)

    def make(self, reply: Reply) -> None:
        """Post a reply, begin the answer, and follow it."""
        self.do(lambda: self._begin(reply))

    def resume(self) -> None:
        """Bring to their end the replies that an earlier process owes."""
        for reply in self._chat.slack.owed():
            self.make(reply)

    def close(self) -> None:
        """Follow nothing more. What is not at its end is brought there by the next process."""
        self._stopping.set()
        for pool in (self._quick, self._followers):
            pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, reply: Reply) -> None:
        message = self._chat.messages.get(reply.message)
        progress = Progress(message.text if reply.response_url else "")
        posting = Posting(reply, self._client, self._chat.slack, self._stopping)
        if not self._did(reply, lambda: posting.begin(progress.shown(self._links))):
            return
        self._bindings.refresh(message.channel, reply.channel)
        run = None
        if message.turns[-1].is_open:
            run = self._runner.run_of(message) or self._runner.begin(message)
        _submit(self._followers, lambda: self._follow(posting, progress, message, run))

    def _follow(self, posting: Posting, progress: Progress, message: Message, run: Run | None) -> None:
        if run is not None and not self._follow_run(posting, progress, run):
            return
        shown = self._last(progress, message.id)
        short = Shown(shown.text, [rich(line(link(self._link(progress), shown.text)))])
        if self._did(posting.reply, lambda: posting.end(shown, short)):
            self._chat.slack.settle(message.id)

    def _follow_run(self, posting: Posting, progress: Progress, run: Run) -> bool:
        """Show the steps of a run as they come. Returns whether it came to its end before all stopped."""
        is_new, next_at = False, 0.0
        for _, step in run.steps(beat_s=BEAT_S):
            if self._stopping.is_set():
                return False
            if step is not None:
                progress.take(step)
                is_new = True
            if is_new and not progress.is_over and time.monotonic() >= next_at:
                wait = posting.show(progress.shown(self._links))
                is_new, next_at = False, time.monotonic() + max(UPDATE_S, wait)
        return True

    def _last(self, progress: Progress, message_id: str) -> Shown:
        """The message at its end: from the run, else from what an earlier process made of the question."""
        if not progress.is_over:
            turn = self._chat.messages.get(message_id).turns[-1]
            progress.end(self._store.answer(turn.answer_id) if turn.answer_id else None, turn.error)
        return progress.shown(self._links)

    def _give_up(self, reply: Reply, code: str) -> None:
        """Owe a reply no longer, nor, if it was not begun, the answer."""
        self._chat.slack.settle(reply.message)
        message = self._chat.messages.get(reply.message)
        if message.turns[-1].is_open and self._runner.run_of(message) is None:
            self._chat.messages.end_turn(message.turns[-1], None, error=f"Slack takes no reply there ({code}).")

    def _link(self, progress: Progress) -> str:
        return self._links.answer(progress.answer["id"]) if progress.answer else self._links.documents()

    def _did(self, reply: Reply, work: Callable[[], object]) -> bool:
        """Whether a call to Slack was made. What it declines for good is owed no longer."""
        try:
            work()
        except NotNow as error:
            log.warning("Slack cannot be reached (%s): the reply to %s waits for the next start", error, reply.message)
            return False
        except Declined as error:
            log.warning("Slack does not take the reply to %s: %s", reply.message, error.code)
            self._give_up(reply, error.code)
            return False
        return True


def _submit(pool: ThreadPoolExecutor, work: Callable[[], object]) -> None:
    def logged() -> None:
        try:
            work()
        except (NotNow, Declined) as error:
            log.warning("Slack was told something in vain: %s", error)
        except Exception:
            log.exception("unexpected error while answering in Slack")

    pool.submit(logged)
