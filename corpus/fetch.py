"""Files that a manifest names by url, or by package and member, and by SHA-256, brought into the folder: what was
pinned, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.guarded_http import download
from corpus.packages import fetch_member, parse_package
from ingest.errors import UnknownId, VerispanError
from ingest.files import write_whole
from ingest.manifest import MANIFEST, Entry, read_manifest

_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotPinned(VerispanError):
    """A file is not what its manifest pins it to, or is pinned to nothing."""

    code = "not_pinned"
    status = 422
    next_step = "Compare the file with what its owner published, then correct the entry in the manifest."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of an entry that names a url or package: `there` already, `fetched`, or `failed` with the reason."""

    id: str
    path: str
    status: Literal["there", "fetched", "failed"]
    reason: str = ""


def fetch(folder: Path, ids: Collection[str], replace: bool, get: Callable[[str], bytes] = download) -> list[Fetched]:
    """Fetch the files of these entries, or of all that name a source, sorted by id; what fails leaves the others alone.

    A file of other bytes that is there is kept, unless `replace`. Raises ManifestError, and UnknownId for an id that
    is no entry's with a url or a package.
    """
    entries = {one.id: one for one in read_manifest(folder / MANIFEST).values() if is_fetched(one)}
    for name in sorted(set(ids) - entries.keys()):
        raise UnknownId(f"{folder / MANIFEST} has no document {name!r} with a url or a package")
    return [_fetched(folder, entries[name], replace, get) for name in sorted(ids or entries)]


def is_fetched(entry: Entry) -> bool:
    """Whether an entry says where its file comes from."""
    return any(entry.metadata.get(name) for name in ("url", "package"))


def _fetched(folder: Path, entry: Entry, replace: bool, get: Callable[[str], bytes]) -> Fetched:
    try:
        return Fetched(entry.id, entry.path, "fetched" if _brought(folder, entry, replace, get) else "there")
    except VerispanError as error:
        return Fetched(entry.id, entry.path, "failed", f"{error.message.rstrip('.')}. {error.next_step}")
    except OSError as error:
        return Fetched(entry.id, entry.path, "failed", f"{folder / entry.path}: {error.strerror or error}")


def _brought(folder: Path, entry: Entry, replace: bool, get: Callable[[str], bytes]) -> bool:
    """Whether the file had to be fetched. Raises VerispanError, and OSError where it cannot be written."""
    pinned, file = entry.metadata.get("sha256", ""), folder / entry.path
    if not _DIGEST.fullmatch(pinned):
        raise NotPinned(f"{entry.id} names no `sha256` of 64 lower-case hex digits that its file is held to")
    if not file.parent.resolve().is_relative_to(folder.resolve()) or file.is_symlink():
        raise NotPinned(f"{file} is a link, or leads out of {folder}")
    if file.exists():
        if sha256(file.read_bytes()).hexdigest() == pinned:
            return False
        if not replace:
            raise NotPinned(f"{file} is there, and is not what {entry.id} is pinned to; --replace fetches it anew")
    data, source = _data(entry, get)
    if (digest := sha256(data).hexdigest()) != pinned:
        raise NotPinned(f"{source} gives a file with the SHA-256 {digest}, not {pinned}")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, data)
    return True


def _data(entry: Entry, get: Callable[[str], bytes]) -> tuple[bytes, str]:
    """What the source of an entry gives, and the source in words."""
    url, package, member = (entry.metadata.get(name, "") for name in ("url", "package", "member"))
    if url and package:
        raise NotPinned(f"{entry.id} names both a url and a package")
    if url:
        return get(url), url
    named = parse_package(package)
    if not member:
        raise NotPinned(f"{entry.id} names {package}, and no `member`: the path of its file within the archive")
    return fetch_member(named, member, get), f"{member} of {package}"
