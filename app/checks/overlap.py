"""A verifier without a language model: how much of the claim the evidence has, by words and by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.checks.fitted import logistic
from app.checks.windows import best_windows
from app.checks.words import content, fold, share
from app.types import Entailment
from ingest.embed import Embedder

# Fitted by `python -m eval.fit_overlap --data train.jsonl.gz`.
BIAS, COVERAGE, COSINE = -2.713, 1.623, 2.775


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a claim shares with the best window of its evidence: words and meaning, each in [0, 1] or [-1, 1]."""

    coverage: float
    cosine: float


class OverlapVerifier:
    """P(supported) from shared words and the cosine of embeddings, joined by a logistic fitted on labelled pairs.

    It is blind to contradiction, so `p_contradicted` is always 0; the fact rung finds the contradictions it can name.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        """Judge (evidence, claim) pairs, in order."""
        return [
            Entailment(probability(one), 0.0, {"coverage": one.coverage, "cosine": one.cosine})
            for one in self.measure(pairs)
        ]

    def measure(self, pairs: Sequence[tuple[str, str]]) -> list[Overlap]:
        """The overlap of each pair, in order; every text is embedded once, all in one call."""
        windows = [best_windows(evidence, claim) for evidence, claim in pairs]
        texts = list(
            dict.fromkeys(t for (_, claim), found in zip(pairs, windows, strict=True) for t in (claim, *found))
        )
        vectors = dict(zip(texts, self._embedder.embed(texts), strict=True)) if texts else {}
        return [
            Overlap(
                max((share_of(claim, window) for window in found), default=0.0),
                max((float(vectors[claim] @ vectors[window]) for window in found), default=0.0),
            )
            for (_, claim), found in zip(pairs, windows, strict=True)
        ]


def probability(overlap: Overlap) -> float:
    """P(supported) in [0, 1], rising with both parts."""
    return logistic(BIAS + COVERAGE * overlap.coverage + COSINE * overlap.cosine)


def share_of(claim: str, window: str) -> float:
    """The share, in [0, 1], of the claim's distinct content words whose stems are in the window."""
    return share(content(fold(claim)), content(fold(window)))
