"""Which part of long evidence is read for a claim: a model that reads a whole page loses the sentence that matters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.checks.words import content, fold, share
from ingest.sentences import sentences

NEIGHBOURS = 3
"""Up to how many neighbouring sentences are read together."""

CANDIDATES = 2
"""How many windows of neighbours are read: those that hold most of the claim's words."""

SHORT_BYTES = 600
"""Evidence of up to so many bytes of UTF-8, some 100 words, is read as it is."""

PIECE_BYTES = 580
"""A sentence of more bytes, such as a table without an end, is weighed in pieces: any piece must fit by itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of the evidence, or a part of a very long one, with the stems of its content."""

    text: str
    stems: frozenset[str]


def readings(evidence: str, claim: str) -> list[str]:
    """What a small model reads of the evidence: all of it when it is short, else the best windows of neighbours, and
    the sentences from all over it that share most with the claim."""
    if not is_long(evidence):
        return [evidence]
    return list(dict.fromkeys([*best_windows(evidence, claim), gathered(evidence, claim, SHORT_BYTES)]))


def is_long(evidence: str) -> bool:
    """Whether evidence is read in windows."""
    return size(evidence) > SHORT_BYTES


@lru_cache(maxsize=64)
def best_windows(evidence: str, claim: str) -> tuple[str, ...]:
    """The few windows of one to three neighbouring sentences that hold most of the claim's words, short ones first."""
    wanted, parts = content(fold(claim)), pieces(evidence)
    found: dict[str, float] = {}
    for width in range(1, NEIGHBOURS + 1):
        for at in range(len(parts) - width + 1):
            near = parts[at : at + width]
            found[" ".join(one.text for one in near)] = share(wanted, frozenset().union(*(one.stems for one in near)))
    return tuple(sorted(found, key=lambda window: (-found[window], len(window), window))[:CANDIDATES])


def gathered(evidence: str, claim: str, most_bytes: int) -> str:
    """Evidence of up to `most_bytes` of UTF-8 as it is; of longer evidence the sentences, in order, that share most
    words with the claim and fit."""
    if size(evidence) <= most_bytes:
        return evidence
    wanted, parts = content(fold(claim)), pieces(evidence)
    kept, left = [], most_bytes
    for at in sorted(range(len(parts)), key=lambda at: (-share(wanted, parts[at].stems), at)):
        if size(parts[at].text) < left:
            kept.append(at)
            left -= size(parts[at].text) + 1
    return " ".join(parts[at].text for at in sorted(kept))


@lru_cache(maxsize=64)
def pieces(evidence: str) -> tuple[Piece, ...]:
    """The sentences of the evidence, in order."""
    texts = [piece for start, end in sentences(evidence) for piece in _cut(evidence[start:end])]
    return tuple(Piece(text, content(fold(text))) for text in texts)


def _cut(sentence: str) -> list[str]:
    if size(sentence) <= PIECE_BYTES:
        return [sentence]
    step = PIECE_BYTES if sentence.isascii() else PIECE_BYTES // 4
    return [sentence[at : at + step] for at in range(0, len(sentence), step)]


def size(text: str) -> int:
    """The length of a text in bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))
