"""Sentences of two documents that cannot both hold.

Each sentence is held against the sentences of other documents' passages that are nearest to its own in meaning, by the
rules by which disputes are found for a claim (`app.checks.dispute`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.checks import dispute
from app.checks.dispute import Elsewhere
from app.checks.same_thing import difference, may_be_same
from app.neighbours import nearest_of_others
from app.types import Citation, Claim, Verifier
from ingest.types import Hit, Span

_Pair = tuple[Elsewhere, Elsewhere]

NEAREST = 12
"""How many passages of other documents each passage is held against."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two spans of two documents that cannot both hold, and why; the lower id first.

    `p_contradicted` is the verifier's, in [0, 1]: the lower one of both directions. None where it was not asked.
    """

    first: Span
    second: Span
    why: str
    p_contradicted: float | None


def contradictions(hits: Sequence[Hit], matrix: NDArray[np.float32], verifier: Verifier | None) -> list[Contradiction]:
    """All contradictions between the documents of these passages, sorted: those that the fact rung can name, then the
    surest. `matrix` holds the passages' vectors, shape (n, dim), each of length 1.

    Of two sentences that it cannot name anything of, the verifier must be sure, whichever of them is the evidence.
    Time grows with the square of the passages. Raises ModelUnavailable when the verifier cannot be asked.
    """
    pairs: dict[tuple[str, str], _Pair] = {}
    for hit, near in _neighbours(hits, matrix):
        pairs |= {(one[0].span.id, one[1].span.id): one for one in _pairs(hit, near)}
    found = _judged([pairs[key] for key in sorted(pairs)], verifier)
    return sorted(found, key=lambda one: -2.0 if one.p_contradicted is None else -one.p_contradicted)


def _neighbours(hits: Sequence[Hit], matrix: NDArray[np.float32]) -> Iterator[tuple[Hit, list[Hit]]]:
    """Each passage with the nearest ones of other documents."""
    by_id = {hit.passage.id: hit for hit in hits}
    owners = [hit.passage.document_id for hit in hits]
    near = nearest_of_others([hit.passage.id for hit in hits], owners, matrix, NEAREST)
    yield from ((hit, [by_id[name] for name in names]) for hit, names in zip(hits, near, strict=True))


def _pairs(hit: Hit, near: Sequence[Hit]) -> Iterator[_Pair]:
    """A passage's sentences, each with those of other passages that share most with it, the lower id first."""
    for mine in (span for span in hit.spans if span.kind == "sentence"):
        one = Elsewhere(mine, hit.title)
        claim = Claim(mine.text, (Citation(mine, hit.title, "", "", ""),))
        for other in dispute.nearest(claim, near, Elsewhere):
            yield (one, other) if one.span.id < other.span.id else (other, one)


def _judged(pairs: Sequence[_Pair], verifier: Verifier | None) -> Iterator[Contradiction]:
    asked: list[_Pair] = []
    for one, other in pairs:
        if what := difference(one.statement, other.statement):
            yield _found((one, other), f"One says {what.mine}, the other {what.theirs}.", None)
        elif verifier and may_be_same(one.statement, other.statement):
            asked.append((one, other))
    texts = [(one.span.text, other.span.text) for one, other in asked]
    there = verifier.verify(texts) if verifier and texts else []
    back = verifier.verify([(other, one) for one, other in texts]) if verifier and texts else []
    for pair, one_way, other_way in zip(asked, there, back, strict=True):
        likely = min(one_way.p_contradicted, other_way.p_contradicted)
        if likely >= dispute.SURE:
            yield _found(pair, f"They contradict each other with a probability of {likely:.2f}.", likely)


def _found(pair: _Pair, why: str, likely: float | None) -> Contradiction:
    return Contradiction(pair[0].span, pair[1].span, why, likely)
