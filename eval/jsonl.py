"""JSON Lines, read so that whatever is wrong is named with file and line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from eval.errors import BadData

Row = dict[str, Any]
OnBad = Callable[[str], None]
"""Called with what is wrong with a row; raises, or lets the rest go on."""


def refuse(message: str) -> None:
    """The usual `OnBad`: the first bad row ends the reading. Raises BadData."""
    raise BadData(message)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file (`.gz` too) that are not blank, counted from 1. Raises BadData."""
    try:
        with open_text(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise BadData(f"{path} cannot be read: {error}") from error


def rows(path: Path, wanted: Sequence[str], on_bad: OnBad = refuse) -> Iterator[tuple[int, Row]]:
    """The objects of a file with their line numbers; each has a string that is not blank under every wanted key."""
    for number, line in lines(path):
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            on_bad(f"{where}: not JSON: {error}")
            continue
        if isinstance(row, dict) and all(isinstance(row.get(key), str) and row[key].strip() for key in wanted):
            yield number, row
        else:
            on_bad(f"{where}: wanted an object with texts under {', '.join(wanted)}")


def unique(found: Iterable[tuple[int, Row]], key: str, path: Path, on_bad: OnBad = refuse) -> Iterator[Row]:
    """The rows of a file without those whose `key` was seen before; each of these is bad."""
    seen = set[str]()
    for number, row in found:
        if row[key] in seen:
            on_bad(f"{path}, line {number}: {key} {row[key]!r} was used before")
        else:
            seen.add(row[key])
            yield row


def open_text(path: Path) -> TextIO:
    """Open a text file for reading, unpacked if its name ends in `.gz`. A line ends at a line feed alone."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="\n")
    return path.open(encoding="utf-8", newline="\n")


def append(path: Path, row: Row) -> None:
    """Add an object to a file as one line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def mend(path: Path) -> None:
    """Cut off a last line that whoever appended it did not finish. Does nothing to a file that is not there."""
    if path.exists() and not (data := path.read_bytes()).endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(data.rfind(b"\n") + 1)
