"""Whether an answer says what a reference says."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from eval.answers.citations import Entails
from ingest.sentences import sentences

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation.replace(".", ""))
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")


def token_f1(answer: str, references: Sequence[str]) -> float:
    """The harmonic mean of the shares of words in common, articles, case and punctuation aside, for the best of the
    references (Rajpurkar et al. 2016). Other than there, the point within a number stays: 1.25 is not 125."""
    return max(_f1(_words(answer), _words(one)) for one in references)


def entailed(answer: str, references: Sequence[str], entails: Entails) -> float:
    """The share of a reference's sentences that the answer entails, for the best of the references (claim recall of
    Gao et al. 2023, with sentences for claims)."""
    return max(_share([entails([answer], sentence) for sentence in _sentences(one)]) for one in references)


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def _words(text: str) -> Counter[str]:
    plain = _POINT.sub("", text.casefold().translate(_PUNCTUATION))
    return Counter(_ARTICLES.sub(" ", plain).split())


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
