"""Where documents of the store contradict each other, for a curator to settle.

Each sentence is held against the sentences of other documents' passages that are nearest to its own in meaning, by the
rules by which disputes are found for a claim (`app.checks.dispute`). Documents that another replaces are left out: they
say what held once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.checks import dispute
from app.checks.dispute import Elsewhere
from app.checks.same_thing import difference, may_be_same
from app.cite import cite
from app.services import OpenView, Services
from app.types import Citation, Claim, Verifier
from app.wire import Json, citation_json
from ingest.search import top_k
from ingest.store import Store
from ingest.types import Hit

_Pair = tuple[Elsewhere, Elsewhere]

NEAREST = 12
"""How many passages of other documents each passage is held against."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sentences of two documents that cannot both hold, and why; the lower id first.

    `p_contradicted` is the verifier's, in [0, 1]: the lower one of both directions. None where it was not asked.
    """

    first: Citation
    second: Citation
    why: str
    p_contradicted: float | None


def conflicts(services: Services) -> list[Conflict]:
    """All contradictions between documents, sorted: those that the fact rung can name, then the surest.

    Of two sentences that it cannot name anything of, the verifier must be sure, whichever of them is the evidence.
    Time grows with the square of the passages. Raises ModelUnavailable when the verifier cannot be asked.
    """
    store, verifier = services.store, services.contradicting(services.settings)
    pairs: dict[tuple[str, str], _Pair] = {}
    for hit, near in _neighbours(services.view(), services.embedder.name):
        pairs |= {(one[0].span.id, one[1].span.id): one for one in _pairs(store, hit, near)}
    found = _judged(store, [pairs[key] for key in sorted(pairs)], verifier)
    return sorted(found, key=lambda one: -2.0 if one.p_contradicted is None else -one.p_contradicted)


def _neighbours(view: OpenView, embedder: str) -> Iterator[tuple[Hit, list[Hit]]]:
    """Each passage of a document that stands, with the nearest ones of others by the cosine of their vectors."""
    outdated = view.superseded()
    rows = [row for name in sorted(view.indexes) for row in view.store.passages_of_collection(name, view.generation)]
    hits = view.hits([passage_id for passage_id, _, _ in rows])
    kept = [at for at, hit in enumerate(hits) if hit.passage.document_id not in outdated]
    if not kept:
        return
    matrix = view.store.vectors([rows[at][2] for at in kept], embedder)
    by_id = {hits[at].passage.id: hits[at] for at in kept}
    ids, owners = (np.array([getattr(hits[at].passage, name) for at in kept], object) for name in ("id", "document_id"))
    for at, passage_id in enumerate(ids):
        others = np.flatnonzero(owners != owners[at])
        nearest = top_k(ids[others], matrix[others] @ matrix[at], NEAREST)
        yield by_id[passage_id], [by_id[one.passage_id] for one in nearest]


def _pairs(store: Store, hit: Hit, near: Sequence[Hit]) -> Iterator[_Pair]:
    """A passage's sentences, each with those of other passages that share most with it, the lower id first."""
    for mine in cite(store, [span for span in hit.spans if span.kind == "sentence"]):
        one = Elsewhere(mine.span, mine.title)
        for other in dispute.nearest(Claim(mine.span.text, (mine,)), near, Elsewhere):
            yield (one, other) if one.span.id < other.span.id else (other, one)


def _judged(store: Store, pairs: Sequence[_Pair], verifier: Verifier | None) -> Iterator[Conflict]:
    named = [difference(one.statement, other.statement) for one, other in pairs]
    asked = [
        (one, other)
        for what, (one, other) in zip(named, pairs, strict=True)
        if verifier and not what and may_be_same(one.statement, other.statement)
    ]
    texts = [(one.span.text, other.span.text) for one, other in asked]
    there = verifier.verify(texts) if verifier and texts else []
    back = verifier.verify([(other, one) for one, other in texts]) if verifier and texts else []
    for what, pair in zip(named, pairs, strict=True):
        if what:
            yield _conflict(store, pair, f"One says {what.mine}, the other {what.theirs}.", None)
    for pair, one_way, other_way in zip(asked, there, back, strict=True):
        likely = min(one_way.p_contradicted, other_way.p_contradicted)
        if likely >= dispute.SURE:
            yield _conflict(store, pair, f"They contradict each other with a probability of {likely:.2f}.", likely)


def _conflict(store: Store, pair: _Pair, why: str, likely: float | None) -> Conflict:
    first, second = cite(store, [one.span for one in pair])
    return Conflict(first, second, why, likely)


def conflict_json(one: Conflict) -> Json:
    """The wire form."""
    cited = [citation_json(one.first), citation_json(one.second)]
    return {"citations": cited, "why": one.why, "p_contradicted": one.p_contradicted}


def conflicts_text(wire: Json) -> str:
    """Conflicts in words, for a terminal."""
    parts = []
    for one in wire["conflicts"]:
        sides = (f"  {side['id']}: {' '.join(side['exact'].split())}" for side in one["citations"])
        parts.append("\n".join([one["why"], *sides]))
    return "\n\n".join([*parts, f"{len(parts)} contradictions between documents"])
