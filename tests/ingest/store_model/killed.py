"""A process that forks for each deed which is to be killed: everything is imported in it, and nothing opened.

`python -m tests.ingest.store_model.killed` reads deeds, a line of JSON each, and answers each with how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import Engine, event

from ingest.pipeline import ingest
from ingest.purge import purge
from ingest.retire import retire
from ingest.store import Store
from ingest.writer import write_lock
from tests.ingest.store_model.light import EMBEDDERS, Loader, lighten, one_thread

Kind = Literal["statement", "commit", "file"]
KINDS: tuple[Kind, ...] = ("statement", "commit", "file")
_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate")
_CHECKOUT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to a store, and before the how manieth event of which kind it is killed; never for 0."""

    what: Literal["ingest", "retire", "purge"]
    store: str
    folder: str
    embedder: str
    size: int
    document: str = ""
    kind: Kind = "statement"
    nth: int = 0


class Zygote:
    """The process, as the tests see it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=_CHECKOUT, env=one_thread(), stdin=pipe, stdout=pipe, text=True, bufsize=1
        )

    def do(self, deed: Deed) -> bool:
        """Do it; whether it came to its end before it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(deed)) + "\n")
        ended = int(self._process.stdout.readline())
        assert ended in (0, -signal.SIGKILL), f"{deed} ended with {ended}; what it said is above"
        return ended == 0

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def do(deed: Deed) -> None:
    """The deed itself."""
    path, embedder = Path(deed.store), EMBEDDERS[deed.embedder]
    if deed.what == "ingest":
        ingest([Path(deed.folder)], path, embedder=embedder, loader=Loader(), passage_words=deed.size)
        return
    with closing(Store.open(path)) as store:
        if deed.what == "retire":
            retire(store, deed.document, embedder)
            return
        with write_lock(path):
            purge(store, deed.document, "the curator", "it was private", embedder)


def _die_before(kind: Kind, nth: int, folder: str) -> None:
    left = nth

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        if name in _CHANGES or (name == "open" and _is_written(arguments, folder)):
            count()

    if kind == "file":
        sys.addaudithook(audit)
    else:
        event.listen(Engine, {"statement": "before_cursor_execute", "commit": "commit"}[kind], count)


def _is_written(arguments: tuple[Any, ...], folder: str) -> bool:
    path, mode, flags = arguments
    writes = bool(flags & (os.O_WRONLY | os.O_RDWR)) if mode is None else any(one in mode for one in "wax+")
    return writes and str(path).startswith(folder)


def _in_child(deed: Deed) -> None:
    if deed.nth:
        _die_before(deed.kind, deed.nth, deed.store)
    try:
        do(deed)
    except BaseException:  # whatever it is, this process must not go on as its parent
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _serve() -> None:
    lighten(pytest.MonkeyPatch())
    for line in sys.stdin:
        deed = Deed(**json.loads(line))
        child = os.fork()
        if child == 0:
            _in_child(deed)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(ended, flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve()
