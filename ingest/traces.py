"""Finding texts in files byte for byte by their fingerprints, so that what is looked for need not be kept.

Each text is looked for as UTF-8 and as JSON writes it, with its white space as it is and with one space for each run.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import StoreError
from ingest.identity import normalised

WINDOW = 16
"""Bytes that a text must have to be told from what may stand anywhere."""

_CHUNK = 1 << 18
_BASE = np.uint64(0x9E3779B97F4A7C15)
_SLOTS = 20  # bits of the table that says at once of nearly every place that nothing begins there


class Trace(NamedTuple):
    """What a text is known by: the hash of its first WINDOW bytes, its length in bytes, the SHA-256 of all of them."""

    start: int
    length: int
    sha256: str


class Traces:
    """Fingerprints of texts, to be found in bytes."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self.all = frozenset(traces)
        self._by_start: dict[int, list[Trace]] = {}
        for one in self.all:
            self._by_start.setdefault(one.start, []).append(one)
        self._longest = max((one.length for one in self.all), default=WINDOW)

    def found_in(self, data: bytes) -> Iterator[Trace]:
        """Those that stand in `data`, once for each place."""
        if len(data) < WINDOW or not self.all:
            return
        hashes = _hashes(np.frombuffer(data, np.uint8))
        for place in np.flatnonzero(self._slots[hashes >> np.uint64(64 - _SLOTS)]).tolist():
            for one in self._by_start.get(int(hashes[place]), ()):
                if sha256(data[place : place + one.length]).hexdigest() == one.sha256:
                    yield one

    def are_in_file(self, file: Path) -> bool:
        """Whether one stands in a file, or in a value of a SQLite file, which may be in parts there."""
        chunks = _values(file) if _is_sqlite(file) else iter(())
        return any(True for chunk in chain(self._chunks(file), chunks) for _ in self.found_in(chunk))

    def _chunks(self, file: Path) -> Iterator[bytes]:
        """The bytes of a file, each chunk beginning with as much of the one before as a text may have there."""
        before = b""
        with file.open("rb") as opened:
            while more := opened.read(_CHUNK):
                yield before + more
                before = (before + more)[-(self._longest - 1) :]

    @cached_property
    def _slots(self) -> NDArray[np.bool_]:
        slots = np.zeros(1 << _SLOTS, np.bool_)
        slots[[one.start >> (64 - _SLOTS) for one in self.all]] = True
        return slots


def traces_of(text: str) -> frozenset[Trace]:
    """The fingerprints of a text in each form that it is looked for in; none where it is too short."""
    forms = {form for plain in (text, normalised(text)) for form in (plain, *_escaped(plain))}
    encoded = (form.encode("utf-8", "surrogatepass") for form in forms)
    return frozenset(_trace(one) for one in encoded if len(one) >= WINDOW)


def _escaped(text: str) -> Sequence[str]:
    return [json.dumps(text, ensure_ascii=ascii_alone)[1:-1] for ascii_alone in (True, False)]


def _trace(data: bytes) -> Trace:
    start = int(_hashes(np.frombuffer(data[:WINDOW], np.uint8))[0])
    return Trace(start, len(data), sha256(data).hexdigest())


def _hashes(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The hash of the WINDOW bytes at each place: a polynomial, modulo 2^64."""
    count = len(data) - WINDOW + 1
    total = np.zeros(count, np.uint64)
    for at in range(WINDOW):
        total *= _BASE
        total += data[at : at + count]
    return total


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\x00"


def _values(file: Path) -> Iterator[bytes]:
    """The texts and blobs in the tables of a SQLite file. Raises StoreError where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            for (table,) in connection.execute(listed).fetchall():
                for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  # a name of the file's own
                    yield b"\x00".join(_bytes(value) for value in row if isinstance(value, str | bytes))
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be read: {error}") from error


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
