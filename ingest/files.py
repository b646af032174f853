"""Files that are written whole or not at all, be it over a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

FOR_ITS_OWNER = 0o600
"""The mode of a file that its owner alone may read."""

_NEW = 0o666  # less the umask


@contextmanager
def written_whole(path: Path, mode: int | None = None, over: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its place once all of it is on the disk; until then what was there stays.

    Without a `mode` it gets that of the file in whose place it comes, else that of any new file. Raises
    FileExistsError where there is one and the new one is not to come `over` it.
    """
    aside = path.with_name(f".{uuid4().hex}.new")
    if mode is None and path.exists():
        mode = path.stat().st_mode & 0o777
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW if mode is None else mode), "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        (os.replace if over else os.link)(aside, path)
        sync(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_whole(path: Path, said: str | bytes, mode: int | None = None) -> None:
    """Write a file, as UTF-8, in place of what was there; a crash at any point leaves the old one or the new one."""
    with written_whole(path, mode) as file:
        file.write(said.encode() if isinstance(said, str) else said)


def make_once(path: Path, text: str) -> str:
    """Make a file that its owner alone may read, unless it is there, and give what it holds: of several processes that
    make it at once one wins, and all give the same."""
    with suppress(FileExistsError), written_whole(path, FOR_ITS_OWNER, over=False) as file:
        file.write(text.encode())
    return path.read_text("utf-8")


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
