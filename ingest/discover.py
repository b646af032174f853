"""Which documents an ingest is about: the files of folders, single files, and what is piped in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import BadInput
from ingest.load import SUFFIXES
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.report import Failure
from ingest.walk import walk

PIPED = "stdin:"
_LONGEST_NAME = 255  # bytes


@dataclass(frozen=True, slots=True)
class Piped:
    """A document from standard input; `name` stands in for a file's name, and its suffix says the format."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to be ingested. `path` is how the store remembers the place, `root` what the file must lie within."""

    file: Path
    path: str
    uri: str
    root: Path
    collection: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the paths mean: the candidates, what cannot be one, the folders named, those that could not be listed."""

    candidates: list[Candidate]
    failures: list[Failure]
    folders: list[Path]
    unread: list[Path]


def discover(paths: Sequence[Path | Piped], scratch: Path, collection: str) -> Found:
    """List what the paths mean: a folder's files at any depth, sorted, without hidden ones.

    The nearest manifest.toml in a file's folder or above it is obeyed; its entries may name another collection. Files
    of a folder with a manifest that are of other types than can be loaded count only when it lists them. What is not
    there, or is no file, is a candidate too: whoever reads it says so. What is piped is written to the folder
    `scratch`. Raises ManifestError, BadInput.
    """
    search = _Search(collection)
    for path in paths:
        if isinstance(path, Piped):
            search.take_piped(path, scratch)
        elif _is_folder(path):
            search.take_folder(path.resolve())
        else:
            search.take_file(path.parent.resolve() / path.name, path.parent.resolve())
    return search.outcome()


@dataclass(slots=True)
class _Search:
    """What was found so far, by path, and the manifests that were read on the way, by their folder."""

    collection: str
    found: dict[str, Candidate] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    errors: list[OSError] = field(default_factory=list)
    manifests: dict[Path, Mapping[str, Entry]] = field(default_factory=dict)

    def take_piped(self, piped: Piped, scratch: Path) -> None:
        name = Path(piped.name).name
        if name in ("", "..") or "\0" in name or len(os.fsencode(name)) > _LONGEST_NAME:
            raise BadInput(f"{piped.name[:80]!r} cannot be the name of a document; give a file name such as notes.md")
        file = scratch / name
        file.write_bytes(piped.data)
        self._add(Candidate(file, PIPED + piped.name, piped.name, scratch, self.collection))

    def take_folder(self, root: Path) -> None:
        self.folders.append(root)
        for file in walk(root, self.errors):
            one = self._candidate(file, root)
            listed = one.entry or not self.manifests.get(one.root)
            if not _is_manifest(file) and (listed or file.suffix.lower() in SUFFIXES or not _is_file(file)):
                self._add(one)
        self._home(root)
        for home, entries in list(self.manifests.items()):
            for entry in entries.values():
                if (home / entry.path).is_relative_to(root):
                    self._add(self._listed(home, entry))

    def take_file(self, file: Path, folder: Path) -> None:
        self._add(self._candidate(file, folder))

    def outcome(self) -> Found:
        failures = [_unlisted(error) for error in self.errors]
        failures += [_misnamed(one) for one in self.found.values() if not _is_text(one.path)]
        candidates = [one for one in self.found.values() if _is_text(one.path)]
        return Found(candidates, failures, self.folders, [Path(error.filename) for error in self.errors])

    def _add(self, candidate: Candidate) -> None:
        """Take a candidate once; what a manifest says of it is never lost."""
        before = self.found.get(candidate.path)
        if before is None or (candidate.entry and not before.entry):
            self.found[candidate.path] = candidate

    def _candidate(self, file: Path, root: Path) -> Candidate:
        home = self._home(file.parent)
        uri = file.relative_to(home or root).as_posix()
        if home and (entry := self.manifests[home].get(uri)):
            return self._listed(home, entry)
        return Candidate(file, str(file), uri, home or root, self.collection)

    def _listed(self, home: Path, entry: Entry) -> Candidate:
        file = home / entry.path
        return Candidate(file, str(file), entry.path, home, entry.collection or self.collection, entry)

    def _home(self, folder: Path) -> Path | None:
        """The nearest folder with a manifest, from this one up, whose manifest is then read."""
        home = next((one for one in (folder, *folder.parents) if _is_file(one / MANIFEST)), None)
        if home and home not in self.manifests:
            self.manifests[home] = read_manifest(home / MANIFEST)
        return home


def _unlisted(error: OSError) -> Failure:
    said = f"The folder cannot be listed: {error.strerror}. Change its permissions; nothing in it was touched."
    return Failure(_printable(error.filename), "unreadable", said)


def _misnamed(candidate: Candidate) -> Failure:
    return Failure(_printable(candidate.uri), "bad_name", "The file's name is not valid UTF-8. Rename the file.")


def _is_text(name: str) -> bool:
    return _printable(name) == name


def _printable(name: str) -> str:
    """A file's name as text that can be written anywhere: bytes that are not UTF-8 stand as `\\x..`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_manifest(file: Path) -> bool:
    return file.name == MANIFEST and _is_file(file)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
