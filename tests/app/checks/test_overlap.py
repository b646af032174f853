from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.checks.overlap import Overlap, OverlapVerifier, probability, share_of
from app.checks.windows import best_windows


class Letters:
    """Embeds a text as its counts of letters, and keeps what it was asked."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        counts = np.array([[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts], dtype=np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True).clip(1e-9)


LONG = "Nothing of it. " * 4 + "The hold margin is small. It was measured at night. " + "Other things follow. " * 4


def test_more_overlap_is_more_support_and_never_contradiction() -> None:
    verifier = OverlapVerifier(Letters())
    claim = "The hold margin is small."
    same, near, far = verifier.verify([(claim, claim), ("The hold margin varies.", claim), ("A quick fox.", claim)])
    assert same.p_supported > near.p_supported > far.p_supported
    assert [one.p_contradicted for one in (same, near, far)] == [0.0, 0.0, 0.0]


def test_the_best_window_of_long_evidence_decides() -> None:
    claim = "The hold margin was measured at night."
    assert best_windows(LONG, claim)[0] == "The hold margin is small. It was measured at night."
    [long] = OverlapVerifier(Letters()).measure([(LONG, claim)])
    assert long.coverage == 1.0


def test_every_text_is_embedded_once_in_one_call() -> None:
    embedder = Letters()
    OverlapVerifier(embedder).verify([("One thing.", "A claim."), ("One thing.", "A claim."), ("Two.", "A claim.")])
    [asked] = embedder.asked
    assert sorted(asked) == ["A claim.", "One thing.", "Two."]


def test_nothing_to_judge() -> None:
    assert OverlapVerifier(Letters()).verify([]) == []
    [empty] = OverlapVerifier(Letters()).measure([("", "A claim.")])
    assert empty == Overlap(0.0, 0.0)


def test_shares_and_probabilities_by_hand() -> None:
    assert share_of("The hold margins shrink", "a margin of hold checks") == pytest.approx(2 / 3)
    assert share_of("it is", "it is") == 0.0
    assert 0.0 < probability(Overlap(0.0, -1.0)) < probability(Overlap(0.5, 0.5)) < probability(Overlap(1.0, 1.0)) < 1.0
