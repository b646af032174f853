"""Whether a cited span is one that people said holds the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.answers.examples import Gold
from eval.answers.outcome import Cited

SHARE = 0.8
"""Of the three-word runs of the shorter text, so many must stand in the longer: gold may have been written down with
markup, with other spaces, or cut elsewhere."""

_RUN = 3
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_WORD = re.compile(r"[^\W_]+")


def hits(cited: Cited, gold: Gold) -> bool:
    """Whether one text stands, but for details, in the other, with all its numbers, in the same document."""
    if gold.document and gold.document != cited.document:
        return False
    (shorter, short), (longer, long) = sorted(((_runs(t), t) for t in (cited.text, gold.text)), key=lambda x: len(x[0]))
    return bool(shorter) and len(shorter & longer) >= SHARE * len(shorter) and _numbers(short) <= _numbers(long)


def recall(cited: Sequence[Cited], alternatives: Sequence[Sequence[Gold]]) -> float:
    """The share of gold texts that some citation hits, in the best of the alternatives."""
    return max(sum(any(hits(c, g) for c in cited) for g in gold) / len(gold) for gold in alternatives)


def precision(cited: Sequence[Cited], alternatives: Sequence[Sequence[Gold]]) -> float:
    """The share of citations that hit a gold text of any alternative."""
    gold = [one for alternative in alternatives for one in alternative]
    return sum(any(hits(c, g) for g in gold) for c in cited) / len(cited) if cited else 0.0


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """The runs of three words, lower-cased; of a shorter text the one run that it is."""
    words = _WORD.findall(text.casefold())
    if len(words) < _RUN:
        return frozenset({tuple(words)} if words else ())
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
