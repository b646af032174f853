"""A new document for a curated folder: its file copied into place, and its entry added to the manifest."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.errors import BadInput, VerispanError
from ingest.files import write_whole, written_whole
from ingest.load.guard import GuardedLoader
from ingest.manifest import MANIFEST, Entry, parse_manifest
from ingest.naming import slug
from ingest.prepare import Loading

DOCUMENTS = "documents"
"""The folder, within a curated one, that files are copied into."""


class NotAdded(VerispanError):
    """A document cannot be added as asked; neither the folder nor its manifest was changed."""

    code = "not_added"
    status = 409
    next_step = "Give another --id or another name, or correct the manifest, then add it again; nothing was changed."


class NotReadFromThere(BadInput):
    """A file stands where, or is called so that, no ingest would read it."""

    next_step = "Rename the file, or put a copy in its place, then add it again; nothing was changed."


class NotWritten(VerispanError):
    """The disk does not let a document be added; neither the folder nor its manifest was changed."""

    code = "not_written"
    status = 507
    next_step = "See that the folder can be written to and its disk has room, then add it again; nothing was changed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the curator says of the new document; `id` and `title` are found where they are empty.

    `fields` are further fields of the manifest, in the order they are written in; those that are empty are left out.
    """

    id: str
    title: str
    fields: Mapping[str, str | date]


def add(file: Path, folder: Path, wanted: Wanted, loader: Loading | None = None) -> Entry:
    """Copy a file into the folder's `documents` and append its entry to the manifest, or to a new one.

    The manifest's text so far stays byte for byte. A file that is in the folder already, at any depth, is entered where
    it is; so what a crash cut short can be done again. Raises LoadError for a file that cannot be read, ManifestError,
    NotAdded where the id or the name is taken, and NotWritten.
    """
    title = _title(file, loader)
    with _held(folder):
        before = _bytes_of(folder / MANIFEST)
        entries = parse_manifest(_decoded(before, folder), folder / MANIFEST)
        path = _path(file, folder)
        document_id = wanted.id or slug(file.stem) or "document"
        _refuse_taken(folder, entries, document_id, path)
        _refuse_outside(folder / path, folder)
        table = _table({"id": document_id, "path": path, "title": wanted.title or title, **wanted.fields})
        after = _appended(before, table)
        added = parse_manifest(after.decode(), folder / MANIFEST)[path]
        try:
            with _copied(file, folder / path):
                write_whole(folder / MANIFEST, after)
        except OSError as error:
            raise NotWritten(f"{folder} cannot be written to: {error.strerror or error}") from error
    return added


def _title(file: Path, loader: Loading | None) -> str:
    """What the file calls itself, else its name; a file that cannot be loaded is refused here."""
    with nullcontext(loader) if loader else GuardedLoader() as opened:
        return opened.load(file).title.strip() or file.stem


def _path(file: Path, folder: Path) -> str:
    """Where the document is to stand, relative to the folder."""
    name, within = _name(file), file.parent.resolve()
    if within.is_relative_to(folder.resolve()):
        return (within / name).relative_to(folder.resolve()).as_posix()
    return f"{DOCUMENTS}/{name}"


def _name(file: Path) -> str:
    try:
        file.name.encode()
    except UnicodeEncodeError as error:
        raise NotReadFromThere(f"the name of {os.fsencode(file)!r} is not valid UTF-8") from error
    if file.name.startswith("."):
        raise NotReadFromThere(f"{file.name} is a hidden file, which no ingest reads")
    return file.name


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep others from adding to the folder meanwhile; the lock is on the folder itself, and ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _bytes_of(manifest: Path) -> bytes:
    try:
        return manifest.read_bytes()
    except FileNotFoundError:
        return b""


def _decoded(data: bytes, folder: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotAdded(f"{folder / MANIFEST} is not valid UTF-8: {error}") from error


def _refuse_taken(folder: Path, entries: Mapping[str, Entry], document_id: str, path: str) -> None:
    if path in entries:
        raise NotAdded(f"{folder / path} is in the manifest already, as {entries[path].id}")
    for entry in entries.values():
        if entry.id == document_id:
            raise NotAdded(f"the id {document_id!r} is that of {folder / entry.path}")


def _refuse_outside(target: Path, folder: Path) -> None:
    if not target.resolve().is_relative_to(folder.resolve()):
        raise NotReadFromThere(f"{target} leads out of {folder}, and no ingest follows it")


def _table(fields: Mapping[str, str | date]) -> str:
    lines = [f"{name} = {_toml(value)}" for name, value in fields.items() if value]
    return "\n".join(["[[document]]", *lines, ""])


def _toml(value: str | date) -> str:
    """A text as TOML writes it: as JSON does, but that DEL is escaped too; or a date."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _appended(before: bytes, table: str) -> bytes:
    gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
    return before + gap + table.encode()


@contextmanager
def _copied(file: Path, target: Path) -> Iterator[None]:
    """Have a copy stand at `target`, whole or not at all; it goes again where what follows fails."""
    if target.exists():
        if target.read_bytes() != file.read_bytes():
            raise NotAdded(f"{target} exists, and is another file")
        yield
        return
    target.parent.mkdir(exist_ok=True)
    # unlike a renaming, never over a file that came meanwhile
    with file.open("rb") as source, written_whole(target, over=False) as copy:
        shutil.copyfileobj(source, copy)
    try:
        yield
    except BaseException:
        target.unlink()
        raise
