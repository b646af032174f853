"""One file of an archive (zip, wheel, tar.gz), read in memory: nothing is unpacked, so that no name leads anywhere."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from difflib import get_close_matches

from corpus.guarded_http import NotFetched

MOST_UNPACKED = 400 << 20
"""Bytes that a compressed tar may unpack to on the way to the file."""

LARGEST_MEMBER = 100 << 20
"""Bytes that the file may have: as many as a loader reads."""

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What the readers of archives raise; RuntimeError of an encrypted file, and of a method that is not known."""


class NoMember(NotFetched):
    """An archive has no such file."""

    code = "no_member"
    next_step = "Correct `member` in the manifest: the file's path within the archive, from its first folder on."


def member_of(archive: bytes, member: str, name: str) -> bytes:
    """The bytes of a regular file of an archive that messages call `name`. Raises NotFetched, NoMember."""
    try:
        return (_of_zip if zipfile.is_zipfile(io.BytesIO(archive)) else _of_tar)(archive, member, name)
    except _BROKEN as error:
        raise NotFetched(f"{name} cannot be read as zip or tar.gz: {error}") from error


def _of_zip(archive: bytes, member: str, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        if member not in opened.namelist():
            raise _missing(member, name, opened.namelist())
        with opened.open(member) as stream:
            return _within(stream.read(LARGEST_MEMBER + 1), member)


def _of_tar(archive: bytes, member: str, name: str) -> bytes:
    seen = []
    with _Counted(archive, name) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as opened:
        for one in opened:
            path = one.name.removeprefix("./")
            if path == member and one.isreg() and (stream := opened.extractfile(one)):
                return _within(stream.read(LARGEST_MEMBER + 1), member)
            seen.append(path)
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


def _missing(member: str, name: str, there: Iterable[str]) -> NoMember:
    near = get_close_matches(member, [one for one in there if not one.endswith("/")], n=3, cutoff=0.3)
    return NoMember(f"{name} holds no file {member}" + (f"; near it are {', '.join(near)}" if near else ""))
