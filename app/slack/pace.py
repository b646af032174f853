"""How often messages are brought up to date, all together: Slack counts them together too."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

GAP_S = 1.5
"""The least time between two updates of unfinished messages. Slack allows some fifty updates a minute in a workspace;
these take forty of them, and leave the rest to messages that come to their end."""


class Pace:
    """One for all messages. Those that come to their end wait for nobody, and all others for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ending = 0
        self._next_at = 0.0

    def may_update(self) -> bool:
        """Whether an unfinished message may be brought up to date now. Who is told so must do it."""
        with self._lock:
            now = time.monotonic()
            if self._ending or now < self._next_at:
                return False
            self._next_at = now + GAP_S
            return True

    def wait(self, seconds: float) -> None:
        """Let unfinished messages wait, since Slack asks for it."""
        with self._lock:
            self._next_at = max(self._next_at, time.monotonic() + seconds)

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Hold unfinished messages back while another comes to its end."""
        with self._lock:
            self._ending += 1
        try:
            yield
        finally:
            with self._lock:
                self._ending -= 1
                self._next_at = max(self._next_at, time.monotonic() + GAP_S)
