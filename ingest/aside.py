"""A folder that is filled beside another, to take its place; one that a killed process has left is found and removed.

Who fills one holds a lock of the folder itself, which ends with the process: what nobody holds was left.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ingest.disk import is_locked, refused

_NEW = ".new-"


@contextmanager
def folder_aside(folder: Path, prefix: str) -> Iterator[Path]:
    """A folder beside another, on the same disk, which is gone afterwards unless it took its place.

    What was left there by others of this prefix goes first. Raises StoreError as the disk refuses.
    """
    with ExitStack() as held:
        try:
            aside = _made(folder.parent, prefix, held)
        except OSError as error:
            raise refused(error, folder.parent) from error
        held.callback(shutil.rmtree, aside, ignore_errors=True)
        yield aside


def _made(parent: Path, prefix: str, held: ExitStack) -> Path:
    """A new folder; it gets its name once its lock is held, or it might be taken for one that was left."""
    made = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent))
    has_locks = _lock(made, held)
    aside = made.rename(parent / f"{prefix}{made.name.removeprefix(_NEW)}")
    if has_locks:
        _remove_left(parent, prefix)
    return aside


def _remove_left(parent: Path, prefix: str) -> None:
    for one in parent.iterdir():
        if one.name.startswith(prefix) and one.is_dir() and not one.is_symlink() and not is_locked(one):
            shutil.rmtree(one, ignore_errors=True)


def _lock(folder: Path, held: ExitStack) -> bool:
    """Hold the lock of a folder; False where its file system has no locks of folders."""
    handle = os.open(folder, os.O_RDONLY)
    held.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return False
    return True
