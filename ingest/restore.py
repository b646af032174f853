"""A backup unpacked into a folder: read once from front to back, checked before it is moved into place."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from ingest.aside import folder_aside
from ingest.backup import FORMAT, MANIFEST, Manifest, Member, is_kept
from ingest.database import make_folder
from ingest.disk import refused
from ingest.errors import BadInput, StoreError
from ingest.files import sync
from ingest.schema import DATABASE, SCHEMA_VERSION
from ingest.store import Store

_MAX_MANIFEST = 1 << 20
_AT_ONCE = 1 << 20
_PREFIX = ".restoring-"
_MOUNTED = frozenset((errno.EBUSY, errno.EXDEV))
_TAKEN = frozenset((errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR))


class BadBackup(BadInput):
    """A file is no backup, or not the one that was written: nothing of it was restored."""

    code = "bad_backup"
    next_step = "Take another backup, or copy this one again from where it was kept; no store was changed."


class FolderTaken(StoreError):
    """There is something where the backup was to be restored to."""

    code = "folder_taken"
    status = 409
    next_step = "Name a folder with --store that is not there yet, or is empty; where a disk is mounted, one in it."


def restore(backup: IO[bytes], folder: Path) -> dict[str, Any]:
    """Unpack a backup, which need not seek, as a store in a folder that is not there or is empty; say what it holds.

    An older version's store is brought up to this one; what killed restorations left beside the folder is removed.
    Raises FolderTaken, BadBackup, StoreError, OSError.
    """
    folder = folder.absolute()
    _make_sure_of(folder)
    with folder_aside(folder, _PREFIX) as aside:
        manifest = _unpack(backup, aside)
        with closing(Store.open(aside)) as store:
            held = {"generation": store.generation(), "counts": store.counts()}
        _take_mode(aside, folder)
        for path in [*aside.rglob("*"), aside]:  # all files reach the disk before the folder takes its name
            sync(path)
        _put(aside, folder)
    return {"store": str(folder), "backed_up": manifest.created, "files": [one.name for one in manifest.members]} | held


def _make_sure_of(folder: Path) -> None:
    """Raise FolderTaken or StoreError where the backup cannot be put, before any of it is read."""
    if folder.is_symlink():
        raise FolderTaken(f"{folder} is a link to {folder.readlink()}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not empty")
    make_folder(folder.parent)
    if folder.exists():  # the last step is rehearsed: an empty folder takes its place
        with folder_aside(folder, _PREFIX) as aside:
            _take_mode(aside, folder)
            _put(aside, folder)


def _take_mode(aside: Path, folder: Path) -> None:
    """Give a folder the mode of the one whose place it takes, if there is one; a new one is its owner's alone."""
    if folder.exists():
        aside.chmod(folder.stat().st_mode & 0o7777)


def _put(aside: Path, folder: Path) -> None:
    """Have a folder take the place of an empty one, or of none. Raises FolderTaken where that cannot be."""
    try:
        os.replace(aside, folder)
    except OSError as error:
        if error.errno in _MOUNTED:
            raise FolderTaken(f"{folder} is where a disk is mounted, and cannot be replaced") from error
        if error.errno in _TAKEN:
            raise FolderTaken(f"{folder} is not empty") from error
        raise refused(error, folder) from error
    sync(folder.parent)


def _unpack(backup: IO[bytes], aside: Path) -> Manifest:
    try:
        with tarfile.open(fileobj=backup, mode="r|") as tar:
            manifest = _read_manifest(tar)
            _make_sure_of_room(manifest, aside)
            expected = {one.name: one for one in manifest.members}
            while header := tar.next():
                _unpack_one(tar, header, expected.pop(header.name, None), aside)
    except (tarfile.TarError, EOFError) as error:
        raise BadBackup(f"the backup cannot be read: {error}") from error
    if expected:
        raise BadBackup(f"the backup ends without {min(expected)}")
    return manifest


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    header = tar.next()
    if header is None or header.name != MANIFEST or not header.isreg() or header.size > _MAX_MANIFEST:
        raise BadBackup(f"this is no backup of a store: it does not begin with {MANIFEST}")
    file = tar.extractfile(header)
    try:
        said = json.loads(file.read() if file else "null")
        manifest = Manifest(**(said | {"members": tuple(Member(**one) for one in said["members"])}))
        _check(manifest)
    except (ValueError, TypeError, KeyError) as error:
        raise BadBackup(f"the backup's {MANIFEST} is damaged") from error
    return manifest


def _check(manifest: Manifest) -> None:
    """Raise BadBackup for what this program cannot restore; ValueError, TypeError for what no program has written."""
    if manifest.format != FORMAT or not 1 <= manifest.schema_version <= SCHEMA_VERSION:
        raise BadBackup(
            f"the backup is of format {manifest.format} with a store of version {manifest.schema_version};"
            f" this program reads format {FORMAT} and versions up to {SCHEMA_VERSION}"
        )
    names = [one.name for one in manifest.members]
    if DATABASE not in names or len(set(names)) < len(names):
        raise ValueError("the database is not among its files, or one is named twice")
    if not all(is_kept(one.name) and one.size >= 0 for one in manifest.members):
        raise ValueError("a file of no name that a backup has, or of no size")


def _make_sure_of_room(manifest: Manifest, aside: Path) -> None:
    needed, free = sum(one.size for one in manifest.members), shutil.disk_usage(aside).free
    if needed > free:
        raise OSError(None, f"the backup needs {needed} bytes, and {free} are free", str(aside.parent))


def _unpack_one(tar: tarfile.TarFile, header: tarfile.TarInfo, member: Member | None, aside: Path) -> None:
    """Write a member to the disk if it is one that the manifest names, as it names it."""
    source = tar.extractfile(header) if member and header.isreg() and header.size == member.size else None
    if member is None or source is None:
        raise BadBackup(f"the backup holds {header.name!r}, which is not as its {MANIFEST} says")
    path = aside / member.name
    path.parent.mkdir(exist_ok=True)
    digest = sha256()
    with path.open("xb") as file:
        while block := source.read(_AT_ONCE):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != member.sha256:
        raise BadBackup(f"{member.name} in the backup is damaged: it does not have the SHA-256 of its {MANIFEST}")
