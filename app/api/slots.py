"""How many answers and checks are made at once, and how many are read while they are made: beyond that one is told to
come back, and the pages stay quick."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from flask import Flask, current_app

from app.api.errors import Busy

AT_ONCE = 12
"""Answers and checks in progress in one process."""

STREAMS = 64
"""Readers at once of answers that are made for the chat; each keeps a thread, which waits nearly all of the time."""

_KEY = "verispan_slots"
_STREAMS_KEY = "verispan_streams"


def limit_answers(app: Flask) -> None:
    """Give an application its slots."""
    app.extensions[_KEY] = threading.BoundedSemaphore(AT_ONCE)
    app.extensions[_STREAMS_KEY] = threading.BoundedSemaphore(STREAMS)


def take_slot() -> ExitStack:
    """Take one of the slots; closing gives it back, and closing again does nothing. Raises Busy when all are taken."""
    return _take(_KEY, f"{AT_ONCE} answers or checks are in progress already")


def take_stream() -> ExitStack:
    """Take the place of one reader, in the same way."""
    return _take(_STREAMS_KEY, f"{STREAMS} readers are listening already")


def _take(key: str, why: str) -> ExitStack:
    slots: threading.BoundedSemaphore = current_app.extensions[key]
    if not slots.acquire(blocking=False):
        raise Busy(why)
    held = ExitStack()
    held.callback(slots.release)
    return held
