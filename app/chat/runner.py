"""Answers in the making: made in threads of their own, so that who reads them may leave and come back.

A turn's events are kept while it is made and for a while after, and each reader gets all of them from the first on.
What was still open when the process ended is asked again when the next one begins.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from secrets import token_hex

from filelock import FileLock, Timeout

from app.answer import Done, Event, Request, answer
from app.api.errors import describe
from app.chat.chat import Chat
from app.chat.types import Channel, Message
from app.retrieve import Filters
from app.services import Services
from app.wire import answer_json
from ingest.disk import is_read_only
from ingest.errors import StoreError, UnknownId, VerispanError

WORKERS = 4
"""How many answers are made at once; other questions wait, in the order in which they were asked."""

NICENESS = 5
"""What answers in the making yield to pages and streams, where the system can tell threads apart (Linux)."""

KEPT_RUNS = 200
"""How many ended runs are remembered for readers that come late."""

ATTEMPTS = 2
"""How often a turn is begun: one in which the process dies twice is not tried again."""

SAVING_WAIT_MS = 60_000
"""How long an answer waits to be kept while an ingest is being committed."""


class CutOff(VerispanError):
    """An answer was begun more than once, and the process ended each time."""

    code = "cut_off"
    next_step = "Ask again; the server's log may say why."


@dataclass(frozen=True, slots=True)
class Failed:
    """Last step of a turn that gave no answer; `message` says why and what to do."""

    message: str


Step = Event | Failed


class Run:
    """One turn while it is answered. `number` counts the runs of a process; `name` tells those of a message apart."""

    def __init__(self, message: Message, number: int = 0) -> None:
        self.message = message
        self.number = number
        self.name = token_hex(4)
        self._steps: list[Step] = []
        self.has_ended = False
        self._changed = threading.Condition()

    def add(self, step: Step) -> None:
        """Take the next step."""
        with self._changed:
            self._steps.append(step)
            self.has_ended = isinstance(step, Done | Failed)
            self._changed.notify_all()

    def steps(self, after: int = 0, beat_s: float = 5.0) -> Iterator[tuple[int, Step | None]]:
        """Yield the steps after the first `after`, each with its number from 1, and wait for those to come.

        While nothing happens for `beat_s` seconds, yield the last number with None.
        """
        number = after
        while not (self.has_ended and number >= len(self._steps)):
            with self._changed:
                self._changed.wait_for(lambda: len(self._steps) > number, beat_s)  # noqa: B023
            if len(self._steps) == number:
                yield number, None
            while number < len(self._steps):
                number += 1
                yield number, self._steps[number - 1]


class Runner:
    """Answers the questions of a chat. `services_for` gives what may be searched for the author of a question.

    Of several processes over one chat, each answers what it was asked itself; the first takes up what was left open.
    """

    def __init__(self, chat: Chat, services_for: Callable[[str], Services]) -> None:
        self._chat = chat
        self._services_for = services_for
        self._runs: dict[str, Run] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._first = FileLock(chat.folder / "answering.lock", thread_local=False)
        self._is_closing = threading.Event()
        self._pool = ThreadPoolExecutor(WORKERS, "answer", initializer=_yield_to_pages)

    def begin(self, message: Message) -> Run:
        """Answer the newest turn of a question, if that has not begun yet."""
        with self._lock:
            run = self.run_of(message)
            if run is not None:
                return run
            run = Run(message, next(self._numbers))
            self._runs.pop(message.id, None)
            self._runs[message.id] = run
            for old in list(self._runs)[:-KEPT_RUNS]:
                self._forget_ended(old)
        self._pool.submit(self._make, run)
        return run

    def run_of(self, message: Message) -> Run | None:
        """The run of a message's newest turn; None where it is not being made here, nor was lately."""
        run = self._runs.get(message.id)
        return run if run and message.turns and run.message.turns[-1].version == message.turns[-1].version else None

    def is_newest(self, run: Run) -> bool:
        """Whether no other run of its message was begun here since."""
        return self._runs.get(run.message.id) is run

    def resume(self) -> None:
        """Ask again what an earlier process left open, unless another process is there to do so."""
        for message in self._chat.messages.unanswered():
            self.take_up(message)

    def take_up(self, message: Message) -> Run | None:
        """Answer the open turn of a message that was left over; None where another process is there to do so, or where
        the answer could not be noted, on a disk that takes no writes."""
        if not (message.turns and message.turns[-1].is_open) or is_read_only(self._chat.folder):
            return None
        try:
            if not self._first.is_locked:
                self._first.acquire(timeout=0)
        except Timeout:
            return None
        return self.begin(message)

    def close(self) -> None:
        """Begin nothing more. What is being made is given up and stays open, for the next process to resume."""
        self._is_closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._first.release()

    def _forget_ended(self, message_id: str) -> None:
        if self._runs[message_id].has_ended:
            del self._runs[message_id]

    def _make(self, run: Run) -> None:
        """Make an answer. Whatever happens, the run comes to its end, so that no reader waits for ever."""
        message = "This answer could not be kept. Ask again."
        try:
            self._answer(run)
        except Exception as error:
            if self._is_closing.is_set():  # what it needs was closed under it
                return
            message = describe(error)[1]["error"]["message"]
            with suppress(StoreError):
                self._chat.messages.end_turn(run.message.turns[-1], None, error=message)
        finally:
            if not run.has_ended:
                run.add(Failed(message))

    def _answer(self, run: Run) -> None:
        turn = run.message.turns[-1]
        if self._chat.messages.begin_turn(turn) > ATTEMPTS:
            raise CutOff("The program ended more than once while it made this answer")
        self._wait_for_earlier(run)
        services = self._services_for(run.message.author)
        for event in answer(self._request(run.message, services), services):
            if self._is_closing.is_set():
                return
            if isinstance(event, Done):
                done = event.answer
                services.store.save_answer(done.id, done.created, answer_json(done), SAVING_WAIT_MS, event.receipt)
                self._chat.messages.end_turn(turn, done.id, answered=done.text)
            run.add(event)

    def _wait_for_earlier(self, run: Run) -> None:
        """Let what was asked before in the thread come to its end, since this question may lean on it.

        A run that was begun later, for a question that was edited, waits for a thread itself, maybe for this one's.
        """
        for earlier in self._chat.messages.thread(run.message.thread):
            before = self.run_of(earlier) if earlier.seq < run.message.seq else None
            for _ in before.steps() if before and before.number < run.number else ():
                if self._is_closing.is_set():
                    return

    def _request(self, message: Message, services: Services) -> Request:
        channel = self._channel(message)
        return Request(
            message.turns[-1].question,
            channel.model or None,
            channel.min_confidence,
            Filters(collections=(channel.collection,) if channel.collection else ()),
            keep=False,
            follows=self._followed(message, services),
        )

    def _followed(self, message: Message, services: Services) -> str | None:
        """The answer that a question follows, if its author may see it."""
        before = self._chat.messages.answer_before(message)
        try:
            return services.store.answer(before)["id"] if before else None
        except UnknownId:
            return None

    def _channel(self, message: Message) -> Channel:
        channel = self._chat.channels.get_or_none(message.channel)
        if channel is None:
            raise UnknownId(f"there is no channel {message.channel!r}")
        return channel


def _yield_to_pages() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
