"""Citation recall and precision as ALCE defines them (Gao, Yen, Yu, Chen 2023, arXiv 2305.14627, section 3).

Recall of a claim is 1 if what it cites, taken together, entails it. A citation is precise if its claim has recall 1
and the citation is needed: alone it entails the claim, or without it the rest does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.pairs import Pair, judge
from app.types import Verifier
from eval.answers.outcome import Said

THRESHOLD = 0.5


class Entails:
    """Whether texts support a claim, by the checks that read only texts; what was asked before is remembered."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._known: dict[tuple[tuple[str, ...], str], bool] = {}

    def __call__(self, evidence: Sequence[str], claim: str) -> bool:
        """Whether the checks call the claim supported at a confidence of 0.5."""
        key = (tuple(evidence), claim)
        if key not in self._known:
            [verdict] = judge([Pair(None, claim, key[0])], self._verifier, THRESHOLD)
            self._known[key] = verdict.label == "supported"
        return self._known[key]


def is_supported(said: Said, entails: Entails) -> bool:
    """Citation recall of one claim. A quotation is entailed by what it quotes."""
    if not said.cited:
        return False
    return said.is_quotation or entails([one.evidence for one in said.cited], said.text)


def precise(said: Said, entails: Entails) -> list[bool]:
    """For each citation of a claim, whether it is precise."""
    if not is_supported(said, entails):
        return [False] * len(said.cited)
    if len(said.cited) == 1:
        return [True]
    texts = [one.evidence for one in said.cited]
    return [_is_needed(texts, at, said.text, entails) for at in range(len(texts))]


def _is_needed(texts: Sequence[str], at: int, claim: str, entails: Entails) -> bool:
    return entails([texts[at]], claim) or not entails([*texts[:at], *texts[at + 1 :]], claim)
