"""Sums of what lies beside the databases: whether the disk gives back the bytes that were written can then be told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

SUMS = "sums.json"
SEAL = "sha256"
"""The field in which a small JSON file keeps the `seal` of its others."""

_CHANGING = ("chroma.sqlite3", "length.bin", "header.bin", "data_level0.bin", "link_lists.bin")
"""Chroma writes to them when it opens and closes them, a while after it was asked to: what they hold is compared."""

_NOT_THERE_YET = (SUMS, "index.json")


def write_sums(folder: Path) -> None:
    """Note the sums of all files in a folder and below, less those that change when they are opened."""
    sums = {name: _sum(folder / name) for name in _files(folder)}
    (folder / SUMS).write_text(json.dumps(sums, indent=1), "utf-8")


def differing(folder: Path) -> list[str]:
    """The files that are not as they were noted, are missing, or were not there, sorted.

    Where nothing was noted it is the note alone. Raises ValueError when that cannot be read.
    """
    if not (folder / SUMS).exists():
        return [SUMS]
    noted = json.loads((folder / SUMS).read_text("utf-8"))
    if not isinstance(noted, dict):
        raise ValueError(f"{folder / SUMS} holds no sums")
    found = {name: _sum(folder / name) for name in _files(folder)}
    return sorted(name for name in noted.keys() | found.keys() if noted.get(name) != found.get(name))


def seal(said: Mapping[str, Any]) -> str:
    """The SHA-256 of JSON values by name, whatever their order: to be kept beside them."""
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in _NOT_THERE_YET and not path.name.startswith(_CHANGING):
            yield name


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
