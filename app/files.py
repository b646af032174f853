"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, text: str) -> None:
    """Write a text file in place of what was there; a crash at any point leaves the old one or the new one whole."""
    aside = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        with aside.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def make_once(path: Path, text: str) -> str:
    """Make a file that its owner alone may read, unless it is there, and give what it holds: of several processes that
    make it at once one wins, and all give the same."""
    aside = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
            _sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)
    return path.read_text("utf-8")


def _sync_folder(folder: Path) -> None:
    """Make a rename last: the folder's entries reach the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
