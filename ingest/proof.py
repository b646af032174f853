"""The proof of a purge: every file of the store's folder is searched for the fingerprints of what must be gone.

A database is searched value by value, since a long one lies in parts in its file, and then as bytes, like every other
file, for what may be left in it of deleted rows. In bytes one value follows another without a gap, so that a letter
before a text does not say that the text is a part of a longer word there. It is one only where that longer word stands
in a value of a database too, which shows that somebody else says it; in the file of a database it may be on two pages.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingest.edges import begins_within, ends_within
from ingest.errors import StoreError
from ingest.overflow import is_in_longer_word
from ingest.traces import Place, Trace, Traces
from ingest.values import values_in

_CHUNK = 1 << 18
_REACH = 32
"""Bytes of a longer word that are compared on either side."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_TO_THE_LEFT = re.compile(rb"(?:[0-9A-Za-z_\x80-\xff]|\\u[0-9a-fA-F]{4})+$")
_TO_THE_RIGHT = re.compile(rb"(?:[0-9A-Za-z_\x80-\xff]|\\u[0-9a-fA-F]{4})+")


class NotGone(StoreError):
    """Something of a purged document still stands in a file."""

    code = "not_gone"
    next_step = "Look at what the file is; when it may go, remove it, and run the same purge again."


class Searched(NamedTuple):
    """How many files were searched, and how many bytes."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Bytes of a file from a place; what begins before `low`, or ends after `high`, is looked at in another."""

    at: int
    data: bytes
    low: int
    high: int


def search(folder: Path, traces: Traces) -> Searched:
    """Search every file below a folder. Raises NotGone that names the first with a text in it, and StoreError.

    A file that goes while this runs, such as another process's temporary one, holds nothing any more.
    """
    files, longer = list(_files(folder)), _Longer()
    for file in files:
        if _is_database(file) and not all(longer.explains_value(data, one) for data, one in _in_values(file, traces)):
            raise NotGone(f"{file} still holds text of the document")
    sizes = [size for file in files if (size := _search_bytes(file, traces, longer)) is not None]
    return Searched(len(sizes), sum(sizes))


class _Longer:
    """The longer words of which a text that is looked for is a part: for each text what stands before and after it."""

    def __init__(self) -> None:
        self._known: dict[Trace, set[tuple[bytes, bytes]]] = defaultdict(set)

    def explains_value(self, data: bytes, place: Place) -> bool:
        """Whether the text at a place of a value is a part of a longer word, which is remembered."""
        left = _run(_TO_THE_LEFT.search(data[max(0, place.start - _REACH) : place.start]))
        right = _run(_TO_THE_RIGHT.match(data[place.end : place.end + _REACH]))
        sides = (
            left if begins_within(data, place.start, place.end) else b"",
            right if ends_within(data, place.start, place.end) else b"",
        )
        if any(sides):
            self._known[place.trace] |= {sides, *((write(sides[0]), write(sides[1])) for write in (_plain, _escaped))}
        return any(sides)

    def explains_bytes(self, data: bytes, place: Place) -> bool:
        """Whether the text at a place of a file is a part of a longer word that is known."""
        before, after = data[max(0, place.start - _REACH) : place.start], data[place.end : place.end + _REACH]
        return any(before.endswith(left) and after.startswith(right) for left, right in self._known[place.trace])

    def explains_pages(self, file: Path, at: int, place: Place) -> bool:
        """Whether the text at a place of a database's bytes from `at` is a part of one that is known, on two pages."""
        known = self._known[place.trace]
        return bool(known) and is_in_longer_word(file, at + place.start, at + place.end, known)


def _run(found: re.Match[bytes] | None) -> bytes:
    return found[0] if found else b""


def _plain(word: bytes) -> bytes:
    """A part of a word as it is, where it may have been written by JSON."""
    text = _ESCAPE.sub(lambda one: chr(int(one[1], 16)), word.decode("utf-8", "ignore"))
    return text.encode("utf-8", "surrogatepass")


def _escaped(word: bytes) -> bytes:
    """A part of a word as JSON may write it."""
    return json.dumps(_plain(word).decode("utf-8", "surrogatepass"))[1:-1].encode()


def _files(folder: Path) -> Iterator[Path]:
    def tell(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise _unread(Path(error.filename), error) from error

    for home, folders, names in os.walk(folder, onerror=tell):
        folders.sort()
        yield from (file for name in sorted(names) if (file := Path(home, name)).is_file())


def _search_bytes(file: Path, traces: Traces, longer: _Longer) -> int | None:
    """The size of a file in which nothing is found; None where it has gone meanwhile. Raises NotGone, StoreError."""
    try:
        is_database = _is_database(file)
        for chunk in _chunks(file, traces.longest + 2 * _REACH):
            for place in traces.places_in(chunk.data):
                is_here = chunk.low <= place.start and place.end <= chunk.high
                if not is_here or longer.explains_bytes(chunk.data, place):
                    continue
                if not (is_database and longer.explains_pages(file, chunk.at, place)):
                    raise NotGone(f"{file} still holds text of the document")
        return file.stat().st_size
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unread(file, error) from error


def _chunks(file: Path, overlap: int) -> Iterator[_Chunk]:
    """The bytes of a file, each chunk beginning with as much of the one before as a text has there with its edges."""
    before, low, at = b"", 0, 0
    with file.open("rb") as opened:
        more = opened.read(_CHUNK)
        while more:
            at, data, more = at - len(before), before + more, opened.read(_CHUNK)
            yield _Chunk(at, data, low, len(data) - (_REACH if more else 0))
            at += len(data)
            before, low = data[-overlap:], _REACH if len(data) > overlap else low


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(16) == b"SQLite format 3\x00"
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unread(file, error) from error


def _in_values(file: Path, traces: Traces) -> Iterator[tuple[bytes, Place]]:
    return ((data, place) for data in values_in(file) for place in traces.places_in(data))


def _unread(file: Path, error: OSError) -> StoreError:
    return StoreError(f"{file} cannot be read: {error.strerror or error}")
