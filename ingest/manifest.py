"""`manifest.toml`: what the curator says of the documents in a folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.errors import VerispanError

MANIFEST = "manifest.toml"
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_OWN_FIELDS = ("id", "path", "title", "collection")


class ManifestError(VerispanError):
    """A manifest is not of the right form; the message names file, entry and field."""

    code = "bad_manifest"
    status = 422
    next_step = "Correct the manifest, then ingest again; nothing has been changed."


class NoManifest(ManifestError):
    """A folder has no manifest."""

    next_step = "Name another folder, or begin one: `verispan corpus add FILE --folder FOLDER`."


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[document]]`. `path` is relative to the manifest's folder; `metadata` holds every other field, as text.

    `title` and `collection` are empty where the manifest leaves them out.
    """

    id: str
    path: str
    title: str
    collection: str
    metadata: Mapping[str, str]


def read_manifest(file: Path) -> dict[str, Entry]:
    """Read a manifest: its entries by path, whether or not a file stands there. Raises ManifestError."""
    try:
        return parse_manifest(file.read_text(encoding="utf-8"), file)
    except FileNotFoundError as error:
        raise NoManifest(f"{file.parent} has no {file.name}") from error
    except OSError as error:
        raise ManifestError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{file} is not valid UTF-8, at byte {error.start + 1}") from error


def parse_manifest(text: str, file: Path) -> dict[str, Entry]:
    """Read what is, or is to be, the text of the manifest `file`: its entries by path. Raises ManifestError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{file}: {error}") from error
    tables = raw.get("document", [])
    if raw.keys() - {"document"} or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ManifestError(f"{file}: a manifest holds [[document]] tables and nothing else")
    entries = [_entry(file, number, table) for number, table in enumerate(tables, 1)]
    _check_together(file, entries)
    return {entry.path: entry for entry in entries}


def _entry(file: Path, number: int, table: Mapping[str, Any]) -> Entry:
    where = f"{file}: document {number} ({table.get('id', 'without an id')})"
    fields = {name: _text(where, name, value) for name, value in table.items()}
    for name in ("id", "path"):
        if not fields.get(name):
            raise ManifestError(f"{where}: the field `{name}` is missing")
    if not _SLUG.fullmatch(fields["id"]):
        raise ManifestError(f"{where}: id must be lower-case letters and digits, joined by single -, _ or .")
    path = PurePosixPath(fields["path"])
    if path.is_absolute() or ".." in path.parts:
        raise ManifestError(f"{where}: path must lie within {file.parent}")
    metadata = {name: value for name, value in fields.items() if name not in _OWN_FIELDS}
    return Entry(fields["id"], str(path), fields.get("title", ""), fields.get("collection", ""), metadata)


def _text(where: str, name: str, value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise ManifestError(f"{where}: the field `{name}` must be a text in quotation marks, or a date")
    return value.strip()


def _check_together(file: Path, entries: Sequence[Entry]) -> None:
    for name in ("id", "path"):
        seen: set[str] = set()
        for entry in entries:
            value = getattr(entry, name)
            if value in seen:
                raise ManifestError(f"{file}: two documents have the {name} {value!r}")
            seen.add(value)
    ids = {entry.id for entry in entries}
    for entry in entries:
        successor = entry.metadata.get("superseded_by")
        if successor is not None and (successor not in ids or successor == entry.id):
            raise ManifestError(f"{file}: document {entry.id}: superseded_by names no other document: {successor!r}")
