"""A reranker that compares a query with each sentence of a passage, not with the whole: late interaction (Khattab and
Zaharia 2020), with sentences in the place of tokens.

The product does not have it: `verispan eval retrieval --rerank` says what it would bring, which was a loss of
0.011 in nDCG@10 on the questions of chip designers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.fusion import Fused
from ingest.embed import Embedder
from ingest.sentences import sentences

TOP = 20
"""How many passages are put in another order."""

SHARE = 0.25
"""What the best sentence's cosine adds to the fused score, half of the dense leg's share in it."""


class LateInteraction:
    """Reranks passages, whose sentences are embedded when they are first asked for."""

    def __init__(self, passages: Mapping[str, str], embedder: Embedder) -> None:
        self._passages = passages
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def rerank(self, query: str, fused: Sequence[Fused]) -> list[str]:
        """The passage ids, the first TOP of them by fused score and best sentence, sorted by (-score, id)."""
        asked = self._embedder.embed([query])[0]
        scored = [(score + SHARE * self._best(name, asked), name) for name, score, _ in fused[:TOP]]
        return [name for _, name in sorted(scored, key=lambda one: (-one[0], one[1]))] + [one[0] for one in fused[TOP:]]

    def _best(self, passage_id: str, asked: NDArray[np.float32]) -> float:
        if passage_id not in self._known:
            text = self._passages[passage_id]
            parts = [text[start:end] for start, end in sentences(text)]
            self._known[passage_id] = self._embedder.embed(parts)
        vectors = self._known[passage_id]
        return float((vectors @ asked).max()) if len(vectors) else 0.0
