"""How likely a span answers a question: what a quotation must show, since its truth to the source is certain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.analyse import terms

COSINE_WEIGHT, COVERAGE_WEIGHT, BIAS = 9.0, 2.5, -6.0


class Embedder(Protocol):
    """The part of `ingest.embed.Embedder` that is needed here."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """L2-normalised vectors, one row a text."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A text whose relevance is asked: `context` is its title and headings, which name what the text is about."""

    text: str
    context: str = ""

    @property
    def whole(self) -> str:
        """The context and the text, as they are embedded."""
        return f"{self.context}. {self.text}" if self.context else self.text


class Relevance:
    """Scores subjects for a question from the cosine of their embeddings and the share of its terms they hold."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def score(self, question: str, subjects: Sequence[Subject]) -> list[float]:
        """The relevance of each subject, in order, in [0, 1]."""
        if not subjects:
            return []
        vectors = self._embedder.embed([question, *(subject.whole for subject in subjects)])
        cosines = vectors[1:] @ vectors[0]
        return [
            _logistic(COSINE_WEIGHT * float(cosine) + COVERAGE_WEIGHT * coverage(question, subject.whole) + BIAS)
            for cosine, subject in zip(cosines, subjects, strict=True)
        ]


def coverage(question: str, text: str) -> float:
    """The share, in [0, 1], of the question's distinct terms that stand in the text; 0 for a question without terms."""
    wanted = set(terms(question))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))
