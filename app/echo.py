"""Claims that only say a question's own words again: they are true, and tell nothing that was asked for.

A small language model that finds no answer likes to turn the question into a statement: "The two products came back
with defects" to "Which two products came back with defects?". The evidence often entails it.
"""

from __future__ import annotations

import re

from app.checks.words import STOP_WORDS, stem
from ingest.analyse import terms
from ingest.sentences import sentences

_BEFORE = (
    r"(?:in|on|at|by|for|from|to|of|with|within|under|over|after|before|during|since|until|through|against|between)"
)
_AUXILIARY = r"(?:is|are|was|were|does?|did|has|have|had|must|should|shall|may|can|could|will|would)"
_WANTS = re.compile(
    rf"^\W*(?:(?:and|but|so) )?(?:{_BEFORE} )?"
    rf"(?:(?:what|which|who|whom|whose|why|how)\b|(?:when|where) {_AUXILIARY}\b)",
    re.IGNORECASE,
)
"""Opens a question that wants something named. One that wants yes or no is answered by its own words."""

_TELL = {"one", "no", "not", "never", "all", "both", "each", "every", "any", "up", "down", "only", "same", "more"}
"""Function words that may be the whole of what was asked for: how many, whether at all."""

_MEANINGLESS = frozenset(map(stem, STOP_WORDS - _TELL))


def is_echo(question: str, sentence: str) -> bool:
    """Whether a sentence answers a question that wants something named by nothing but words of the question."""
    spans = sentences(question)
    last = question[spans[-1][0] : spans[-1][1]] if spans else question
    if not _WANTS.match(last):
        return False
    return not set(terms(sentence)) - set(terms(question)) - _MEANINGLESS
