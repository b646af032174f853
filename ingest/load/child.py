"""The child process itself: started, asked with a deadline, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from ingest.load.wire import HEADER, frame

_CHUNK = 1 << 20


class OutputTooLarge(Exception):
    """The child announced an answer longer than the limit."""


class Child:
    """A running `ingest.load.worker` with `memory` bytes to use. It inherits no open file but its three pipes."""

    def __init__(self, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "ingest.load.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process id, which is also its process group's."""
        return self._process.pid

    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, message: Any, seconds: float, max_bytes: int) -> Any:
        """Send a message and wait for the answer. Raises TimeoutError, EOFError (it died) or OutputTooLarge."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        deadline = time.monotonic() + seconds
        try:
            stdin.write(frame(message))
            stdin.flush()
        except BrokenPipeError as error:
            raise EOFError from error
        (length,) = HEADER.unpack(_read(stdout.fileno(), HEADER.size, deadline))
        if length > max_bytes:
            raise OutputTooLarge(f"{length:,} bytes")
        return json.loads(_read(stdout.fileno(), length, deadline))

    def kill(self) -> None:
        """End it and all that it started, at once, and close the pipes."""
        if self.is_running():
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what was not yet sent is of no use to a dead process
                    pipe.close()


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
