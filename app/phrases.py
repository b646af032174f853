"""Noun phrases of a question or an answer: the things that a later question may point back to.

They are read from the words' tags, not from the tree: of short questions about a trade the parser gets the tags right
far more often than what hangs on what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.checks.syntax import PLURAL, Sentence, Word

NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
WH = frozenset({"WP", "WP$", "WDT", "WRB"})

_INSIDE = NOUNS | {"DT", "PDT", "JJ", "JJR", "JJS", "CD", "HYPH", "POS", "AFX"}
_PARTICIPLES = frozenset({"VBN", "VBG"})
_MODIFIES = frozenset({"amod", "compound", "nmod"})
_ARTICLES = frozenset({"a", "an", "the", "each", "every", "any", "some"})
_POINTING = frozenset({"this", "that", "these", "those", "all", "both", "such", "no"})
_JOINING = frozenset({"of", "on", "for", "in", "at", "after", "before", "between", "during", "under", "with", "above"})

_DO = frozenset({"do", "does", "did"})

_PLAIN = re.compile(r"[\w .,:/+*%°×±−–'’-]+(?:\[\d+(?::\d+)?\])?")
LONGEST = 80
"""Characters of the longest phrase that is put into a question."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words from `first` up to and without `last` of a sentence, the last of them a noun.

    `asked` when it is what is asked for, such as "which tool" or "how many masks", without the words that ask.
    """

    sentence: Sentence
    first: int
    last: int
    asked: bool

    @property
    def text(self) -> str:
        """The phrase with its article."""
        return self.sentence.cut(self.first, self.last)

    @property
    def article(self) -> str:
        """Its article in lower case, or nothing."""
        word = self.sentence.words[self.first].lower
        return word if word in _ARTICLES else ""

    @property
    def bare(self) -> str:
        """The phrase without its article."""
        return self.sentence.cut(self.first + bool(self.article), self.last)

    @property
    def noun(self) -> Word:
        """Its last word."""
        return self.sentence.words[self.last - 1]

    @property
    def is_plural(self) -> bool:
        """Whether its noun is one of several things."""
        return self.noun.tag in PLURAL

    @property
    def several(self) -> str:
        """The phrase as it is said of several of its things, where it names one: "latches" for "a latch"."""
        text, last = self.bare, self.noun.lower
        if self.article not in ("a", "an") or self.sentence.has(_JOINING, self.first, self.last):
            return self.text
        if last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
            return f"{text[:-1]}ies"
        return f"{text}es" if last.endswith(("s", "x", "z", "ch", "sh")) else f"{text}s"

    @property
    def is_usable(self) -> bool:
        """Whether it can be put into a question: a few plain words, no markup."""
        return len(self.text) <= LONGEST and bool(_PLAIN.fullmatch(self.text))


def phrases(sentence: Sentence) -> list[Phrase]:
    """The noun phrases of a text, in order."""
    found, first = list[Phrase](), 0
    words = sentence.words
    for at in range(len(words) + 1):
        if at < len(words) and _is_inside(sentence, at):
            continue
        found += _phrase(sentence, first, at)
        first = at + 1
    return found


def is_misread(question: Sentence) -> bool:
    """Whether a verb was taken for a noun, as where "does the policy cover damage" has none after "does"."""
    does = next((word for word in question.words if word.lower in _DO), None)
    return does is not None and not any(word.tag.startswith("VB") for word in question.words[does.at + 1 :])


def extended(phrase: Phrase, among: list[Phrase]) -> Phrase:
    """A phrase with what follows it directly after "of", "on", "for" and the like."""
    words = phrase.sentence.words
    for _ in range(2):
        joined = phrase.last < len(words) and words[phrase.last].lower in _JOINING
        after = next((one for one in among if joined and one.first == phrase.last + 1), None)
        if after is None:
            break
        phrase = Phrase(phrase.sentence, phrase.first, after.last, phrase.asked)
    return phrase


def _phrase(sentence: Sentence, first: int, last: int) -> Iterator[Phrase]:
    """The phrase of a run of words, cut back to its last noun; none where there is no noun."""
    words = sentence.words
    while last > first and words[last - 1].tag not in NOUNS:
        last -= 1
    while first < last and words[first].lower in _POINTING:
        first += 1
    if first < last:
        yield Phrase(sentence, first, last, first > 0 and _asks(sentence, first - 1))


def _asks(sentence: Sentence, at: int) -> bool:
    """Whether the words up to the one at `at` ask for what follows: "which", "how many"."""
    words = sentence.words
    return words[at].tag in WH or (at > 0 and words[at - 1].tag == "WRB" and words[at].lower in ("many", "much"))


def _is_inside(sentence: Sentence, at: int) -> bool:
    word = sentence.words[at]
    if word.lower in ("many", "much") or sentence.children(word, "nsubj", "nsubjpass"):  # the verb, taken for a noun
        return False
    if word.tag in _INSIDE or (word.tag in _PARTICIPLES and word.relation in _MODIFIES):
        return True
    return _is_hyphenated(sentence, at)


def _is_hyphenated(sentence: Sentence, at: int) -> bool:
    """Whether a word is part of one with hyphens, such as the "up" of "lock-up"."""
    word, text = sentence.words[at], sentence.text
    return text[word.start - 1 : word.start] == "-" or text[word.end : word.end + 1] == "-"
