"""How likely a span answers a question: what a quotation must show, since its truth to the source is certain.

A logistic model of three numbers. It was fitted by `python -m eval.fit_relevance` on the questions about `corpus/`;
its bias is set so that 0.5 is where most answers lie above and questions without an answer lie below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.checks.words import STOP_WORDS
from ingest.analyse import terms
from ingest.embed import Embedder

WEIGHTS = (5.16, 7.56, 1.85)
BIAS = -8.74

_ASKING = frozenset(terms(" ".join((*STOP_WORDS, "long", "need", "require"))))


@dataclass(frozen=True, slots=True)
class Subject:
    """A text whose relevance is asked: `context` is its title and headings, which name what it is about."""

    text: str
    context: str = ""

    @property
    def whole(self) -> str:
        """The context and the text together."""
        return f"{self.context}. {self.text}" if self.context else self.text


class Relevance:
    """Scores subjects for a question. Safe in many threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def score(self, question: str, subjects: Sequence[Subject]) -> list[float]:
        """The relevance of each subject, in order, in [0, 1]."""
        if not subjects:
            return []
        logits = self.features(question, subjects) @ np.array(WEIGHTS) + BIAS
        return [1.0 / (1.0 + math.exp(-logit)) for logit in logits.tolist()]

    def features(self, question: str, subjects: Sequence[Subject]) -> NDArray[np.float64]:
        """What the model reads, of shape (subjects, 3): the cosine to the subject, and the share of the question's
        terms in the subject under its headings and alone.

        The cosine to the subject under its headings would cost more than all else, and add nothing: over ten folds
        of the questions about `corpus/` the AUROC was 0.974 with it and 0.973 without.
        """
        texts = [subject.text for subject in subjects]
        vectors = self._embedder.embed([question, *texts])
        covered = [[coverage(question, text) for text in some] for some in ([s.whole for s in subjects], texts)]
        return np.stack([vectors[1:] @ vectors[0], *covered]).T.astype(np.float64)


def coverage(question: str, text: str) -> float:
    """The share, in [0, 1], of what the question asks about that stands in the text, as distinct terms.

    Words that only ask, such as "how long" and "must", do not count, unless there are no others. 0 for no terms.
    """
    asked = set(terms(question))
    wanted = asked - _ASKING or asked
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
