"""Claims that only say a question's own words again: they are true, and tell nothing that was asked for.

A small language model that finds no answer likes to turn the question into a statement: "The two products came back
with defects" to "Which two products came back with defects?". The evidence often entails it. To withhold an answer is
worse than to show an echo, so whatever might be one in the question's own words is let through: yes or no, one thing of
several, an order.
"""

from __future__ import annotations

import re
from collections import Counter

from ingest.sentences import sentences

_BEFORE = r"(?:in|on|at|by|for|from|to|of|with|within|under|over|after|before|during|since|until|through|between)"
_AUXILIARY = r"(?:is|are|was|were|does?|did|has|have|had|must|should|shall|may|can|could|will|would)"
_WANTS = re.compile(
    rf"^\W*(?:(?:and|but|so) )?(?:{_BEFORE} )?"
    rf"(?:what(?! (?:if|i)\b)|which|who|whom|whose|why|how|(?:when|where)(?= {_AUXILIARY}\b))\b",
    re.IGNORECASE,
)
"""Opens a question that wants something named."""

_CHOOSES = re.compile(rf"\b(?:or|order|sequence|(?:which|what) of)\b|(?:[,:;]|\band) {_AUXILIARY}\b", re.IGNORECASE)
"""A question that offers its answers, or asks something else as well."""

_WORD = re.compile(r"\w+(?:[-./'’]\w+)*")
_SMALL = """
a an the this that these those it there then is are was were be been do does did has have had
"""
_EMPTY = frozenset(_SMALL.split())
_ENDING = re.compile(r"(?<=\w{3})(?:es|ed|ing|s|d|e)$")


def is_echo(question: str, sentence: str) -> bool:
    """Whether all words of a sentence stand in one sentence of a question that wants something named."""
    told = [question[start:end] for start, end in sentences(question)]
    asked = [one for one in told if one.endswith("?")] or told[-1:]
    if not asked or not all(_WANTS.match(one) and not _CHOOSES.search(one) for one in asked):
        return False
    said = _words(sentence)
    return bool(said) and any(said <= _words(one) for one in told)


def _words(text: str) -> Counter[str]:
    """How often each word stands in a text, without its ending; articles and auxiliaries left out.

    In capitals these are names, such as an OR gate, register A, or the team IT.
    """
    found = enumerate(match.group() for match in _WORD.finditer(text))
    meant = (word for at, word in found if not _is_empty(word, at == 0))
    return Counter(_ENDING.sub("", word.casefold()) for word in meant)


def _is_empty(word: str, first: bool) -> bool:
    return (word[:1].lower() + word[1:] if first else word) in _EMPTY
