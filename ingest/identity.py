"""Citation ids: names for spans that depend on what they say, never on where they stand.

An id is `<document id>~<10 characters>`. The characters are the first 50 bits of a SHA-256 in Crockford's base32 (lower
case, no i, l, o, u). Text that is unique in its document is hashed alone. Where it occurs more than once, that of its
neighbours is hashed with it: one to each side, two, then three while it is still tied with another, and at last its
rank among those that are tied.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from ingest.errors import BadInput

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 10
_WIDEST = 3
_CITATION = re.compile(rf"(?P<document>[^~@\s]+)~(?P<mark>[{_DIGITS}]{{{_LENGTH}}})")


class CitationId(NamedTuple):
    """The two halves of a citation id."""

    document_id: str
    mark: str


def parse_id(citation_id: str) -> CitationId:
    """Take a citation id apart. Raises BadInput when it is none."""
    match = _CITATION.fullmatch(citation_id)
    if match is None:
        raise BadInput(f"{citation_id!r} is no citation id; one looks like `sta-handbook~k3f9q2x7ab`")
    return CitationId(match["document"], match["mark"])


def document_of(passage_id: str) -> str:
    """The document that a passage is of: ids of both name it first."""
    return passage_id.rpartition("@")[0]


def normalised(text: str) -> str:
    """Put one space for each run of white space, and none at the ends: what two texts must share to be the same."""
    return " ".join(text.split())


def assign_ids(document_id: str, texts: Sequence[str], separator: str = "~") -> list[str]:
    """Name the texts of one document, in reading order: one id each, no two alike."""
    plain = [normalised(text) for text in texts]
    taken: set[str] = set()
    return [f"{document_id}{separator}{_free_mark(payload, taken)}" for payload in _payloads(plain)]


def _payloads(plain: list[str]) -> list[str]:
    """Give for each text what is to be hashed: distinct for each place, and no wider than it must be."""
    payloads = list(plain)
    tied = _ties(plain, range(len(plain)))
    for width in range(1, _WIDEST + 1):
        for place in tied:
            payloads[place] = _in_context(plain, place, width)
        tied = _ties(payloads, tied)
    ranks: dict[str, int] = defaultdict(int)
    for place in tied:
        widest = payloads[place]
        payloads[place] = f"{widest}\x00{ranks[widest]}"
        ranks[widest] += 1
    return payloads


def _ties(payloads: Sequence[str], places: Iterable[int]) -> list[int]:
    """Keep the places whose payload another of them shares."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place in places:
        groups[payloads[place]].append(place)
    return sorted(place for group in groups.values() if len(group) > 1 for place in group)


def _in_context(plain: list[str], place: int, width: int) -> str:
    before = plain[max(0, place - width) : place]
    after = plain[place + 1 : place + 1 + width]
    return "\x00".join([plain[place], "<", *before, ">", *after])


def _free_mark(payload: str, taken: set[str]) -> str:
    """Hash a payload; in the case of a collision, which 50 bits make rare, hash it again with a count."""
    mark = _mark(payload)
    count = 0
    while mark in taken:
        count += 1
        mark = _mark(f"{payload}\x00collision {count}")
    taken.add(mark)
    return mark


def _mark(payload: str) -> str:
    bits = int.from_bytes(sha256(payload.encode("utf-8")).digest()[:8], "big") >> (64 - 5 * _LENGTH)
    return "".join(_DIGITS[bits >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
