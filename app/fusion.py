"""One ranking out of two. Both methods are pure functions of the two lists of candidates.

`convex`: weight * dense' + (1 - weight) * lexical', where x' = (x - min) / (max - min) over a searcher's candidates
and 0 for what it did not retrieve (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval").
`rrf`: the sum of 1 / (60 + rank) over the searchers (Cormack, Clarke and Buettcher 2009, "Reciprocal Rank Fusion").
"""

from __future__ import annotations

from typing import Literal

from ingest.types import Scored

Method = Literal["convex", "rrf"]
Fused = tuple[str, float, dict[str, float]]

RRF_K = 60


def fuse(lexical: list[Scored], dense: list[Scored], method: Method, weight: float, k: int) -> list[Fused]:
    """Fuse two sorted lists into the `k` best (passage id, fused score, score of each searcher that found it).

    `weight` in [0, 1] is the share of the dense list in `convex`; `rrf` does not use it. Sorted by (-score, id).
    """
    if method == "rrf":
        shares = [_reciprocal_ranks(lexical), _reciprocal_ranks(dense)]
    else:
        shares = [_scaled(lexical, 1 - weight), _scaled(dense, weight)]
    scores = {name: {hit.passage_id: hit.score for hit in hits} for name, hits in (("bm25", lexical), ("dense", dense))}
    fused: list[Fused] = []
    for passage_id in {*scores["bm25"], *scores["dense"]}:
        total = sum(share.get(passage_id, 0.0) for share in shares)
        fused.append((passage_id, total, {name: of[passage_id] for name, of in scores.items() if passage_id in of}))
    return sorted(fused, key=lambda entry: (-entry[1], entry[0]))[:k]


def _scaled(hits: list[Scored], weight: float) -> dict[str, float]:
    """`weight` times each score, scaled to [0, 1] over the candidates; equal scores all count as 1."""
    if not hits:
        return {}
    low, high = min(hit.score for hit in hits), max(hit.score for hit in hits)
    width = high - low
    return {hit.passage_id: weight * ((hit.score - low) / width if width else 1.0) for hit in hits}


def _reciprocal_ranks(hits: list[Scored]) -> dict[str, float]:
    """1 / (60 + rank), ranks counted from 1."""
    return {hit.passage_id: 1 / (RRF_K + rank) for rank, hit in enumerate(hits, start=1)}
