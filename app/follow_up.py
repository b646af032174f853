"""A question asked after others, understood with what was said before: rewritten into one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.antecedents import Said, names_at_hand, resolved
from app.checks.syntax import parse
from app.ellipsis import filled, is_elliptic, opens_as_question, without_lead
from app.phrases import is_misread, phrases
from app.pointing import pointers, points_by_number, points_vaguely
from ingest.errors import UnknownId
from ingest.sentences import sentences
from ingest.store import Store

MOST = 4
"""How many exchanges are looked back on."""

LONGEST = 300
"""A question of more characters than this is taken to say itself what it is about."""

LONGEST_ANSWER = 400
"""Characters of an answer that are read: what it begins with is what was asked for."""

_NO_QUESTION = re.compile(
    r"\W*(?:(?:thanks?|thx|ty)(?: you| a lot)?|thank you .*|ok(?:ay)?|great|good|perfect|fine|nice|cool|sure|right"
    r"|wrong|yes|no|hello|hi|lol|got it|never mind|sorry)\W*",
    re.IGNORECASE,
)
_TYPED = str.maketrans({"’": "'", "‘": "'", "`": None})
_ENDS = ("?", ".", "!")
_SYMBOLS = frozenset("αβγδεθλμπρσστφωΔΣΩ")
_LETTERS = re.compile(r"[^\W\d_]")
FOREIGN = 0.2
"""Of a question with more than this share of letters with accents, or of other alphabets, nothing is understood."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that stands alone, or the nearest to it that was said, and the text of what was answered."""

    question: str
    answer: str


def heard(asked: str, understood: str, answer: str) -> Exchange:
    """What a question and its answer leave to be looked back on.

    Of a question that was joined to the one before, that is itself where it names something, else the one before, so
    that what is joined never grows.
    """
    before = understood.removesuffix(asked).rstrip() if asked else understood
    if asked == understood or before == understood or not before.endswith(_ENDS):
        return Exchange(understood, answer)
    return Exchange(asked if phrases(parse(_short(asked, LONGEST))) else before, answer)


def said_before(follows: str | None, store: Store) -> list[Exchange]:
    """What was said before a question that follows a kept answer, the newest last, at most `MOST` exchanges.

    An answer that is not there any more ends the chain. Raises UnknownId where the first of them is not there.
    """
    found = list[Exchange]()
    while follows is not None and len(found) < MOST:
        try:
            kept = store.answer(follows)
        except UnknownId:
            if not found:
                raise
            break
        found.append(heard(kept["question"], kept["searched"]["query"], kept["text"]))
        follows = kept.get("follows")
    return found[::-1]


def understand(question: str, earlier: Sequence[Exchange]) -> str:
    """The question as it is meant after `earlier`, the newest last; unchanged where it stands alone.

    A word that points back gives place to the thing it points to; a fragment is put into the question before it. Where
    neither can be done, the question before stands in front of this one. Deterministic, and never fails.
    """
    earlier = [one for one in earlier if not _NO_QUESTION.fullmatch(one.question)]
    if not earlier or len(question) > LONGEST or not _is_read(question):
        return question
    asked, said = parse(_typed(question)), [_said(one) for one in earlier]
    if is_elliptic(asked):
        return filled(asked, said[-1].question) or _joined(question, said)
    if points_vaguely(asked) or points_by_number(asked, f"{said[-1].asked} {said[-1].answered}"):
        return _joined(question, said)
    pointed = pointers(asked)
    if is_misread(asked) and any(word.lower != "the" for word in pointed):
        return _joined(question, said)
    found = next(filter(None, (resolved(asked, word, said) for word in pointed)), None)
    if found is not None and opens_as_question(asked.text):
        return without_lead(found)
    return question if all(names_at_hand(word, asked) for word in pointed) else _joined(question, said)


def _said(one: Exchange) -> Said:
    return Said(_short(one.question, LONGEST), _short(one.answer, LONGEST_ANSWER))


def _typed(text: str) -> str:
    """A text on one line, with straight apostrophes and without the marks of code."""
    return " ".join(text.translate(_TYPED).split())


def _short(text: str, most: int) -> str:
    """A text on one line; of a longer one the sentences that begin in its first characters."""
    line = _typed(text[: 4 * most])
    if len(line) <= most:
        return line
    ends = [end for _, end in sentences(line[:most])[:-1]]
    return line[: ends[-1]] if ends else line[:most]


def _joined(question: str, said: Sequence[Said]) -> str:
    before = said[-1].asked
    if not before:
        return question
    return f"{before} {question}" if before.endswith(_ENDS) else f"{before}? {question}"


def _is_read(question: str) -> bool:
    """Whether a question may be English: it asks something, and few letters have accents or are of other alphabets."""
    letters = _LETTERS.findall(question)
    foreign = sum(letter.isalpha() and letter >= "\u00c0" and letter not in _SYMBOLS for letter in letters)
    return bool(letters) and foreign <= FOREIGN * len(letters) and not _NO_QUESTION.fullmatch(question)
