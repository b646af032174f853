"""Answers on their way to Slack: a message at once, brought up to date while the answer is made, and to its end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slack_sdk import WebClient

from app.chat.chat import Chat
from app.chat.runner import WORKERS, Run, Runner
from app.chat.slack import Reply
from app.chat.types import Message
from app.slack.answers import Shown
from app.slack.blocks import line, link, rich
from app.slack.calls import Declined, NotNow, call
from app.slack.links import Links
from app.slack.pace import Pace
from app.slack.posting import Posting
from app.slack.progress import Progress
from app.wire import Json
from ingest.errors import UnknownId
from ingest.store import Store

log = logging.getLogger(__name__)

FOLLOWERS = 2 * WORKERS
"""How many answers are followed at once: those that are made, and as many that wait for Slack to take their end."""

QUICK = 4
"""Threads for what takes a call or two, and may wait for Slack: messages that are begun, lines of help, the home."""

WINDOWS = 2
"""Threads for windows, which have three seconds to open and so wait for nothing else."""

BEAT_S = 0.25
"""How often a follower looks up while nothing happens."""

AGAIN_S = 60.0
"""How often replies are looked for that are owed and not being made: Slack was away for longer than one insists."""


class Replies:
    """The replies that are owed to Slack. Raises nothing: what fails is logged, and tried again later."""

    def __init__(self, client: WebClient, chat: Chat, runner: Runner, store: Store, links: Links) -> None:
        self._client, self._chat, self._runner = client, chat, runner
        self._store, self._links = store, links
        self._pace = Pace()
        self._stopping = threading.Event()
        self._making = set[str]()
        self._lock = threading.Lock()
        self._quick = ThreadPoolExecutor(QUICK, thread_name_prefix="slack")
        self._windows = ThreadPoolExecutor(WINDOWS, thread_name_prefix="slack-window")
        self._followers = ThreadPoolExecutor(FOLLOWERS, thread_name_prefix="slack-follower")

    @property
    def stopping(self) -> threading.Event:
        """Set when the process ends."""
        return self._stopping

    def do(self, work: Callable[[], object]) -> None:
        """Do something short for Slack, in a thread of its own."""
        self._submit(self._quick, work)

    def open_window(self, work: Callable[[], object]) -> None:
        """Do what must be done within three seconds, in a thread of its own."""
        self._submit(self._windows, work)

    def make(self, message_id: str) -> None:
        """Post the reply that is owed to a message, begin its answer, and follow it; unless that is being done."""
        with self._lock:
            if message_id in self._making:
                return
            self._making.add(message_id)
        self.do(lambda: self._begin(message_id))

    def resume(self) -> None:
        """Make the replies that are owed and that nobody is making. Raises NotNow while Slack does not answer.

        Slack is asked first whether it knows us, so that a message is not posted time and again to one that takes it
        and whose answer does not come.
        """
        if waiting := [reply.message for reply in self._chat.slack.owed() if reply.message not in self._making]:
            call(self._client.auth_test)
        for message_id in waiting:
            self.make(message_id)

    def watch(self) -> None:
        """Resume time and again until all stops."""
        while not self._stopping.is_set():
            _logged(self.resume)
            self._stopping.wait(AGAIN_S)

    def close(self) -> None:
        """Follow nothing more. What is not at its end is brought there by the next process."""
        self._stopping.set()
        for pool in (self._quick, self._windows, self._followers):
            pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, message_id: str) -> None:
        follows = False
        try:
            reply = self._chat.slack.owed_to(message_id)  # read now, since it may have been made in the meantime
            follows = reply is not None and self._has_begun(reply)
        finally:
            if not follows:
                self._making.discard(message_id)

    def _has_begun(self, reply: Reply) -> bool:
        """Post a reply and begin its answer. Returns whether a thread of its own will follow it now."""
        message = self._chat.messages.get(reply.message)
        progress = Progress(message.text if reply.response_url else "")
        posting = Posting(reply, self._client, self._chat.slack, self._stopping)
        if not self._did(reply, lambda: posting.begin(progress.shown(self._links))):
            return False
        run = None
        if message.turns[-1].is_open:
            run = self._runner.run_of(message) or self._runner.begin(message)
        return self._submit(self._followers, lambda: self._follow(posting, progress, message, run))

    def _follow(self, posting: Posting, progress: Progress, message: Message, run: Run | None) -> None:
        try:
            if run is None or self._follow_run(posting, progress, run):
                self._end(posting, progress, message)
        finally:
            self._making.discard(message.id)

    def _follow_run(self, posting: Posting, progress: Progress, run: Run) -> bool:
        """Show the steps of a run as they come. Returns whether it came to its end before all stopped."""
        shown = last = progress.shown(self._links)
        for _, step in run.steps(beat_s=BEAT_S):
            if self._stopping.is_set():
                return False
            if step is not None:
                progress.take(step)
                shown = progress.shown(self._links)
            if not progress.is_over and shown != last and self._pace.may_update():
                self._pace.wait(posting.show(shown))
                last = shown
        return True

    def _end(self, posting: Posting, progress: Progress, message: Message) -> None:
        shown = self._last(progress, message.id)
        short = Shown(shown.text, [rich(line(link(self._link(progress), shown.text)))])
        with self._pace.ending():
            did = self._did(posting.reply, lambda: posting.end(shown, short))
        if did:
            self._chat.slack.settle(message.id)

    def _last(self, progress: Progress, message_id: str) -> Shown:
        """The message at its end: from the run, else from what an earlier process made of the question."""
        if not progress.is_over:
            turn = self._chat.messages.get(message_id).turns[-1]
            progress.end(self._answer(turn.answer_id), turn.error)
        return progress.shown(self._links)

    def _answer(self, answer_id: str | None) -> Json | None:
        """An answer that was kept; None where there is none, or none that Slack may see any more."""
        try:
            return self._store.answer(answer_id) if answer_id else None
        except UnknownId:
            return None

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
            log.warning("Slack cannot be reached (%s): the reply to %s waits", error, reply.message)
            return False
        except Declined as error:
            log.warning("Slack does not take the reply to %s: %s", reply.message, error.code)
            self._give_up(reply, error.code)
            return False
        return True

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[], object]) -> bool:
        """Give work to a pool. Returns whether it will be done: not when all stops."""
        try:
            pool.submit(_logged, work)
        except RuntimeError:
            if not self._stopping.is_set():
                raise
            return False
        return True


def _logged(work: Callable[[], object]) -> None:
    try:
        work()
    except (NotNow, Declined) as error:
        log.warning("Slack was told something in vain: %s", error)
    except Exception:
        log.exception("unexpected error while answering in Slack")
