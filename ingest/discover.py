"""Which documents an ingest is about: the files of folders, single files, and what is piped in."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.load import SUFFIXES
from ingest.manifest import MANIFEST, Entry, read_manifest
from ingest.rows import StoredDocument

PIPED = "stdin:"


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


def discover(paths: Sequence[Path | Piped], scratch: Path, collection: str) -> list[Candidate]:
    """List the files that the paths mean: a folder's files at any depth, sorted, without hidden ones.

    A folder's manifest.toml is obeyed; its entries may name another collection, and files of other types than can be
    loaded count only when it lists them. What is piped is written to the folder `scratch`. Raises ManifestError.
    """
    found: dict[str, Candidate] = {}
    for path in paths:
        for candidate in _candidates(path, scratch, collection):
            found.setdefault(candidate.path, candidate)
    return list(found.values())


def _candidates(path: Path | Piped, scratch: Path, collection: str) -> Iterator[Candidate]:
    if isinstance(path, Piped):
        file = scratch / Path(path.name).name
        file.write_bytes(path.data)
        yield Candidate(file, PIPED + path.name, path.name, scratch, collection)
    elif path.is_dir():
        yield from _in_folder(path.resolve(), collection)
    else:
        file = path.parent.resolve() / path.name
        yield Candidate(file, str(file), file.name, file.parent, collection)


def _in_folder(root: Path, collection: str) -> Iterator[Candidate]:
    manifest = root / MANIFEST
    entries = read_manifest(manifest) if manifest.is_file() else {}
    for file in _files(root):
        uri = file.relative_to(root).as_posix()
        entry = entries.get(uri)
        if file == manifest or (entries and entry is None and file.suffix.lower() not in SUFFIXES):
            continue
        own = entry.collection if entry else ""
        yield Candidate(file, str(file), uri, root, own or collection, entry)


def _files(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file():
                yield file


def name_document(
    candidate: Candidate, sha256: str, known: Collection[StoredDocument], reserved: Collection[str]
) -> str:
    """Give a file its document id: the manifest's; else that of the document it is; else a new slug from its name.

    It is a document that the collection holds when it stands at that one's place, or when it has that one's bytes and
    nothing stands at that one's place any more. `reserved` are the ids that this ingest has given away already.
    """
    if candidate.entry is not None:
        return candidate.entry.id
    free = [one for one in known if one.collection == candidate.collection and one.id not in reserved]
    same_place = [one.id for one in free if one.path == candidate.path]
    same_bytes = [one.id for one in free if one.source_sha256 == sha256 and is_gone(one)]
    taken = {one.id for one in known} | set(reserved)
    return next(iter(same_place + same_bytes), None) or _new_slug(candidate.uri, taken)


def is_gone(document: StoredDocument) -> bool:
    """Say whether nothing stands any more where a document's file was."""
    return not document.path.startswith(PIPED) and not Path(document.path).exists()


def _new_slug(uri: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", Path(uri).stem).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "document"
    count = 1
    name = slug
    while name in taken:
        count += 1
        name = f"{slug}-{count}"
    return name
