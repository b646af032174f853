"""What a disk may refuse: to be written to, where it is mounted read-only or another user's; room, where it is full."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import StoreError, StoreFull, StoreReadOnly

PURGE_LOCK = "purge.lock"
"""The file in the store's folder of which a purge holds the lock from its first change to its proof."""

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_READ_ONLY = frozenset((errno.EROFS, errno.EACCES, errno.EPERM))


def is_read_only(path: Path) -> bool:
    """Whether the file system that a file or folder is on was mounted read-only; False where there is no such path."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def connect_reading(file: Path) -> sqlite3.Connection:
    """Open a database to read it; what another process commits meanwhile is seen by the next transaction.

    SQLite reads a write-ahead log through a file that it makes beside it. Where that cannot be, since the disk takes
    no writes, and no log was left there, the file is opened as one that nobody changes (`immutable`). A log that was
    left there stays: `mode=ro`, for who may write moves what stands in it into the database on closing.
    """
    has_log = _size(file.with_name(f"{file.name}-wal")) > 0
    mode = "mode=ro" if has_log else "immutable=1" if is_read_only(file) else "mode=rw"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _size(file: Path) -> int:
    """How large a file is, 0 where there is none: whoever closes a database last takes its log away."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def copy_database(file: Path, copy: Path) -> None:
    """Copy a database in one read transaction, which holds up no writer. Raises sqlite3.Error.

    What stands in its write-ahead log is in the copy, which has none.
    """
    with closing(connect_reading(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


@contextmanager
def copying(file: Path, copy: Path, broken: type[StoreError] = StoreError) -> Iterator[None]:
    """What SQLite says of a database that is copied, as the error to raise for it: StoreFull, else `broken`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_full(error):
            raise StoreFull(f"there is no room to copy {file} to {copy.parent}") from error
        raise broken(f"{file} cannot be copied: {error}") from error


def is_full(error: sqlite3.Error) -> bool:
    """Whether SQLite found no room: for what was to be written, or for the file through which it reads its log."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE


@contextmanager
def locked(file: Path, wait_s: float = -1) -> Iterator[None]:
    """Hold a lock; a negative time is for ever. Raises Timeout, and StoreFull or StoreReadOnly as the disk refuses."""
    with ExitStack() as held:
        try:
            held.enter_context(FileLock(file, timeout=wait_s))
        except Timeout:
            raise
        except OSError as error:
            raise refused(error, file.parent) from error
        yield


def is_locked(file: Path) -> bool:
    """Whether somebody holds a lock now. Nothing is written to find that out, nor is a file made that is not there."""
    try:
        handle = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # the file system knows no locks, so nobody holds one
        return False
    finally:
        os.close(handle)
    return False


def refused(error: OSError, path: Path) -> StoreError:
    """The error to raise for one that the disk gave when something was to be written to a path of the store."""
    if error.errno in _FULL:
        return StoreFull(f"there is no room to write to {path}")
    if error.errno in _READ_ONLY:
        return StoreReadOnly(f"{path} cannot be written to: {error.strerror}")
    return StoreError(f"{path} cannot be written to: {error.strerror or error}")
