"""The child process itself: started, asked with a deadline, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from typing import IO, Any, cast

from ingest.child_python import COMMAND, environment
from ingest.load.wire import HEADER, frame

START_SECONDS = 60.0
"""How long a child may take until it can be asked, on a machine that is busy."""

_CHUNK = 1 << 20


class OutputTooLarge(Exception):
    """The child announced an answer longer than the limit."""


class NotStarted(Exception):
    """The child ended before it could be asked; the message is the last thing that it said."""


class Child:
    """A running `ingest.load.worker` with `memory` bytes to use. It inherits no open file but its three pipes.

    Returns once it can be asked; raises NotStarted when it cannot.
    """

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*COMMAND, "-m", "ingest.load.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        process = self._process
        self._stdin, self._stdout, self._stderr = (
            cast("IO[bytes]", pipe) for pipe in (process.stdin, process.stdout, process.stderr)
        )
        try:
            self._await_start()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The process id, which is also its process group's."""
        return self._process.pid

    def is_running(self) -> bool:
        """Whether it can be asked."""
        # Not reaped here: until `kill` the id must stay taken, else the group of that id could be a stranger's.
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def ask(self, message: Any, seconds: float, max_bytes: int) -> Any:
        """Send a message and wait for the answer. Raises TimeoutError, EOFError (it died) or OutputTooLarge."""
        deadline = time.monotonic() + seconds
        try:
            self._stdin.write(frame(message))
            self._stdin.flush()
        except BrokenPipeError as error:
            raise EOFError from error
        return self._answer(deadline, max_bytes)

    def kill(self) -> None:
        """End it and all that it started, at once, and close the pipes."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._stdin, self._stdout, self._stderr):
            with suppress(BrokenPipeError):  # what was not yet sent is of no use to a dead process
                pipe.close()

    def _await_start(self) -> None:
        try:
            self._answer(time.monotonic() + START_SECONDS, _CHUNK)
        except TimeoutError as error:
            raise NotStarted(f"no sign of life within {START_SECONDS:g} s") from error
        except EOFError as error:
            said = self._stderr.read().decode(errors="replace").strip().splitlines()
            raise NotStarted(said[-1] if said else "it said nothing") from error

    def _answer(self, deadline: float, max_bytes: int) -> Any:
        (length,) = HEADER.unpack(_read(self._stdout.fileno(), HEADER.size, deadline))
        if length > max_bytes:
            raise OutputTooLarge(f"{length:,} bytes")
        return json.loads(_read(self._stdout.fileno(), length, deadline))


def _read(descriptor: int, size: int, deadline: float) -> bytes:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    data = bytearray()
    while len(data) < size:
        if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        chunk = os.read(descriptor, min(_CHUNK, size - len(data)))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)
