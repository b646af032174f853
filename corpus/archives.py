"""One file of an archive (zip, wheel, tar.gz), read in memory: nothing is unpacked, so that no name leads anywhere."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Sequence
from difflib import get_close_matches

from corpus.guarded_http import NotFetched

MOST_UNPACKED = 400 << 20
"""Bytes that a compressed tar may unpack to on the way to the file."""

LARGEST_MEMBER = 100 << 20
"""Bytes that the file may have: as many as a loader reads."""

MOST_MEMBERS = 100_000
"""How many members an archive may have on the way to the file; empty ones take next to nothing in the archive."""

MOST_NAMED = 2_000
"""How many members are looked through for a name that is near to one that is not there."""

_OF_DIRECTORY = b"PK\1\2"
"""What each entry of a zip's directory begins with."""


class NoMember(NotFetched):
    """An archive has no such file."""

    code = "no_member"
    next_step = "Correct `member` in the manifest: the file's path within the archive, from its first folder on."


def member_of(archive: bytes, member: str, name: str) -> bytes:
    """The bytes of a regular file of an archive that messages call `name`. Raises NotFetched, NoMember."""
    try:
        return (_of_zip if zipfile.is_zipfile(io.BytesIO(archive)) else _of_tar)(archive, member, name)
    except NotFetched:
        raise
    except Exception as error:  # each decoder of a format has errors of its own
        raise NotFetched(f"{name} cannot be read as zip or tar.gz: {error or type(error).__name__}") from error


def _of_zip(archive: bytes, member: str, name: str) -> bytes:
    if archive.count(_OF_DIRECTORY) > MOST_MEMBERS:
        raise _too_many(name)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        if member not in opened.namelist():
            raise _missing(member, name, opened.namelist())
        with opened.open(member) as stream:
            return _within(stream.read(LARGEST_MEMBER + 1), member)


def _of_tar(archive: bytes, member: str, name: str) -> bytes:
    seen: list[str] = []
    with _Counted(archive, name) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as opened:
        for number, one in enumerate(opened, 1):
            opened.members.clear()  # type: ignore[attr-defined]  # else each is kept, with all that its header says
            path = one.name.removeprefix("./")
            if path == member and one.isreg() and (stream := opened.extractfile(one)):
                return _within(stream.read(min(one.size, LARGEST_MEMBER) + 1), member)
            if number >= MOST_MEMBERS:
                raise _too_many(name)
            seen += [path] if number <= MOST_NAMED else []
    raise _missing(member, name, seen)


class _Counted(gzip.GzipFile):
    """Unpacks an archive, and says so when that has given too much."""

    def __init__(self, archive: bytes, called: str) -> None:
        super().__init__(fileobj=io.BytesIO(archive), mode="rb")
        self._called, self._given = called, 0

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._given += len(data)
        if self._given > MOST_UNPACKED:
            raise NotFetched(f"{self._called} unpacks to more than {MOST_UNPACKED:,} bytes")
        return data


def _within(data: bytes, member: str) -> bytes:
    if len(data) > LARGEST_MEMBER:
        raise NotFetched(f"{member} has more than {LARGEST_MEMBER:,} bytes")
    return data


def _too_many(name: str) -> NotFetched:
    return NotFetched(f"{name} has more than {MOST_MEMBERS:,} members")


def _missing(member: str, name: str, there: Sequence[str]) -> NoMember:
    files = [one for one in there[:MOST_NAMED] if not one.endswith("/")]
    near = get_close_matches(member, files, n=3, cutoff=0.3)
    return NoMember(f"{name} holds no file {member}" + (f"; near it are {', '.join(near)}" if near else ""))
