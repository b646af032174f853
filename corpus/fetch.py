"""Files that a manifest names by url and SHA-256, brought into the folder: what was pinned, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.guarded_http import download
from ingest.errors import UnknownId, VerispanError
from ingest.files import write_whole
from ingest.manifest import MANIFEST, Entry, read_manifest

_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotPinned(VerispanError):
    """A file is not what its manifest pins it to, or is pinned to nothing."""

    code = "not_pinned"
    status = 422
    next_step = "Compare the file with what its owner published, then correct `sha256` in the manifest."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one entry that names a url: `there` already, `fetched`, or `failed` with the reason."""

    id: str
    path: str
    status: Literal["there", "fetched", "failed"]
    reason: str = ""


def fetch(folder: Path, ids: Collection[str], replace: bool, get: Callable[[str], bytes] = download) -> list[Fetched]:
    """Fetch the files of these entries, or of all that name a url, sorted by id; what fails leaves the others alone.

    A file of other bytes that is there is kept, unless `replace`. Raises ManifestError, and UnknownId for an id that
    is no entry's with a url.
    """
    entries = {one.id: one for one in read_manifest(folder / MANIFEST).values() if one.metadata.get("url")}
    for name in sorted(set(ids) - entries.keys()):
        raise UnknownId(f"{folder / MANIFEST} has no document {name!r} with a url")
    return [_fetched(folder, entries[name], replace, get) for name in sorted(ids or entries)]


def _fetched(folder: Path, entry: Entry, replace: bool, get: Callable[[str], bytes]) -> Fetched:
    try:
        return Fetched(entry.id, entry.path, "fetched" if _brought(folder, entry, replace, get) else "there")
    except VerispanError as error:
        return Fetched(entry.id, entry.path, "failed", f"{error.message}. {error.next_step}")
    except OSError as error:
        return Fetched(entry.id, entry.path, "failed", f"{folder / entry.path}: {error.strerror}")


def _brought(folder: Path, entry: Entry, replace: bool, get: Callable[[str], bytes]) -> bool:
    """Whether the file had to be fetched. Raises VerispanError, and OSError where it cannot be written."""
    pinned, file = entry.metadata.get("sha256", ""), folder / entry.path
    if not _DIGEST.fullmatch(pinned):
        raise NotPinned(f"{entry.id} names a url, and no `sha256` of 64 lower-case hex digits to hold it to")
    if not file.parent.resolve().is_relative_to(folder.resolve()) or file.is_symlink():
        raise NotPinned(f"{file} is a link, or leads out of {folder}")
    if file.exists():
        if sha256(file.read_bytes()).hexdigest() == pinned:
            return False
        if not replace:
            raise NotPinned(f"{file} is there, and is not what {entry.id} is pinned to; --replace fetches it anew")
    data = get(entry.metadata["url"])
    if (digest := sha256(data).hexdigest()) != pinned:
        raise NotPinned(f"{entry.metadata['url']} gives a file with the SHA-256 {digest}, not {pinned}")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, data)
    return True
