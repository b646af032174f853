"""How many answers and checks are made at once: beyond that one is told to come back, and the pages stay quick."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from flask import Flask, current_app

from app.api.errors import Busy

AT_ONCE = 12
"""Answers and checks in progress in one process."""

_KEY = "verispan_slots"


def limit_answers(app: Flask) -> None:
    """Give an application its slots."""
    app.extensions[_KEY] = threading.BoundedSemaphore(AT_ONCE)


def take_slot() -> ExitStack:
    """Take one of the slots; closing gives it back, and closing again does nothing. Raises Busy when all are taken."""
    slots: threading.BoundedSemaphore = current_app.extensions[_KEY]
    if not slots.acquire(blocking=False):
        raise Busy(f"{AT_ONCE} answers or checks are in progress already")
    held = ExitStack()
    held.callback(slots.release)
    return held
