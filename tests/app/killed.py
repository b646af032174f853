"""`python -m tests.app.killed ROOT WORDS…`: the command line, once for each point of a purge at which it kills itself.

Each time it is a process of its own, on the store in the folder of ROOT that is named by the point's number. Prints how
each ended as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine, event

from app.cli import main
from ingest import compact, embed, indexes, purge
from tests.conftest import HashEmbedder


def die(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _after(module: Any, name: str) -> None:
    real = getattr(module, name)

    def then_die(*given: Any, **named: Any) -> None:
        real(*given, **named)
        die()

    setattr(module, name, then_die)


def _at_commit(number: int) -> None:
    """Before the commit of the transaction `number` that writes, counted from 1."""
    begun = []

    def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        begun.extend([1] if statement == "BEGIN IMMEDIATE" else [])

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", lambda _: die() if len(begun) == number else None)


def _amid_vacuum(file: str, steps: int) -> None:
    """After so many steps of SQLite's in the rewriting of a file."""
    real = sqlite3.connect

    def connect(database: Any, *given: Any, **named: Any) -> Any:
        connection = real(database, *given, **named)
        if str(database).endswith(file) and named.get("isolation_level", "") is None:
            connection.set_progress_handler(die, steps)
        return connection

    compact.sqlite3.connect = connect  # type: ignore[attr-defined]


def _before_the_last_rewriting() -> None:
    """That is the one in which what lies beside the truth is not rewritten."""
    real = purge._rewrite
    purge._rewrite = lambda store, beside: real(store, beside) if beside else die()


POINTS: dict[str, Callable[[], object]] = {
    "before the transaction": lambda: setattr(purge, "erase", die),
    "at its commit": lambda: _at_commit(1),
    "just after its commit": lambda: _after(purge, "erase"),
    "at the commit of the chat": lambda: _at_commit(3),
    "before an index is swapped in": lambda: setattr(indexes, "_write_marker", die),
    "amid the rewriting of the truth": lambda: _amid_vacuum("verispan.db", 200),
    "amid the rewriting of the chat": lambda: _amid_vacuum("chat.db", 50),
    "after the proof, before the last rewriting": _before_the_last_rewriting,
}


def _ended(point: str, words: list[str]) -> int:
    """The exit status of a process that is forked here, which spares it to load all again."""
    child = os.fork()
    if not child:
        POINTS[point]()
        main(words)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    embed.load_embedder = lambda _: HashEmbedder()
    os.sync = lambda: None  # what a killed process has written stays written
    stores = {point: str(Path(sys.argv[1], str(number))) for number, point in enumerate(POINTS)}
    ended = {point: _ended(point, [*sys.argv[2:], "--store", store]) for point, store in stores.items()}
    sys.stdout.write(json.dumps(ended))
