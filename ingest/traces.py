"""Finding texts in bytes by their fingerprints, so that what is looked for need not be kept.

Each text is looked for as UTF-8 and as JSON writes it, with its white space as it is and with one space for each run.
Where a longer word stands, such as "Installations", there is no "Installation".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.edges import is_within_word
from ingest.identity import normalised

WINDOW = 16
"""Bytes that a text must have to be told from what may stand anywhere."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.array([pow(int(_BASE), WINDOW - 1 - at, 1 << 64) for at in range(WINDOW)], np.uint64)
_SHORT = 1 << 12  # bytes up to which one call of numpy's is quicker than WINDOW of them: a hundred times for a sentence
_SLOTS = 20  # bits of the table that says at once of nearly every place that nothing begins there


class Trace(NamedTuple):
    """What a text is known by: the hash of its first WINDOW bytes, its length in bytes, the SHA-256 of all of them."""

    start: int
    length: int
    sha256: str


class Place(NamedTuple):
    """Where a text stands in bytes, half-open."""

    start: int
    end: int
    trace: Trace

    def is_within_word(self, data: bytes) -> bool:
        """Whether it begins or ends amid a word there, and so is another text."""
        return is_within_word(data, self.start, self.end)


class Traces:
    """Fingerprints of texts, to be found in bytes."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self.all = frozenset(traces)
        self.longest = max((one.length for one in self.all), default=WINDOW)
        self._by_start: dict[int, dict[int, dict[str, Trace]]] = {}
        for one in sorted(self.all, key=lambda one: one.length):
            self._by_start.setdefault(one.start, {}).setdefault(one.length, {})[one.sha256] = one

    def places_in(self, data: bytes) -> Iterator[Place]:
        """Every place where one stands in `data`, within a word too; of those with one start the longest first."""
        if len(data) < WINDOW or not self.all:
            return
        hashes = _hashes(np.frombuffer(data, np.uint8))
        for start in np.flatnonzero(self._slots[hashes >> np.uint64(64 - _SLOTS)]).tolist():
            if (lengths := self._by_start.get(int(hashes[start]))) is not None:
                yield from _places_at(data, start, lengths)

    def found_in(self, data: bytes) -> Iterator[Place]:
        """The places where one stands, and no longer word."""
        return (one for one in self.places_in(data) if not one.is_within_word(data))

    @cached_property
    def _slots(self) -> NDArray[np.bool_]:
        slots = np.zeros(1 << _SLOTS, np.bool_)
        slots[[one.start >> (64 - _SLOTS) for one in self.all]] = True
        return slots


def traces_of(text: str) -> frozenset[Trace]:
    """The fingerprints of a text in each form that it is looked for in; none where it is too short."""
    forms = {form for plain in (text, normalised(text)) for form in (plain, *_escaped(plain)) if _is_told(plain)}
    return frozenset(_trace(form.encode("utf-8", "surrogatepass")) for form in forms)


def _places_at(data: bytes, start: int, lengths: Mapping[int, Mapping[str, Trace]]) -> Iterator[Place]:
    """The texts that stand at a place, the longest first; `lengths` ascend, so that no byte there is hashed twice."""
    hashed, found, end = sha256(), list[Place](), start
    for length, known in lengths.items():
        hashed.update(data[end : start + length])
        end = start + length
        if end > len(data):
            break
        if (one := known.get(hashed.hexdigest())) is not None:
            found.append(Place(start, end, one))
    return reversed(found)


def _is_told(plain: str) -> bool:
    return len(plain.encode("utf-8", "surrogatepass")) >= WINDOW


def _escaped(text: str) -> Sequence[str]:
    return [json.dumps(text, ensure_ascii=ascii_alone)[1:-1] for ascii_alone in (True, False)]


def _trace(data: bytes) -> Trace:
    start = int(_hashes(np.frombuffer(data[:WINDOW], np.uint8))[0])
    return Trace(start, len(data), sha256(data).hexdigest())


def _hashes(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The hash of the WINDOW bytes at each place: a polynomial, modulo 2^64."""
    if len(data) < _SHORT:
        return np.correlate(data.astype(np.uint64), _POWERS, "valid")
    count = len(data) - WINDOW + 1
    total = np.zeros(count, np.uint64)
    for at in range(WINDOW):
        total *= _BASE
        total += data[at : at + count]
    return total
