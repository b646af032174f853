"""A text with every fact in it: what a claim says, and what each sentence of its evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.checks.dates import Date, dates
from app.checks.names import DIGIT_TOKEN, PIECES, TOKEN, Name, identifiers, key_of, proper_names, versions
from app.checks.quantities import Quantity
from app.checks.read_quantities import quantities
from app.checks.tables import rows, unfold
from app.checks.words import STOP_WORDS, Word, content_of, fold, share, words
from ingest.sentences import sentences

Fact = Quantity | Date | Name

NEAR = 0.6
"""Share of a claim's content that an evidence sentence must hold before negation and direction are compared."""

_ADJACENT = 3
"""How many words, at most, may spell a name that is elsewhere written as one: `AXI4 Lite`, `AXI4-Lite`."""


@dataclass(frozen=True)
class Scan:
    """One sentence, folded, with its words, the stems of its content words and its facts in order of kind."""

    text: str
    words: tuple[Word, ...]
    content: frozenset[str]
    facts: tuple[Fact, ...]


@lru_cache(maxsize=2048)
def scan(text: str) -> Scan:
    """Read a text as one sentence. Each character belongs to one fact at most: a date is not a number as well."""
    folded = fold(text)
    found = tuple(words(folded))
    return Scan(folded, found, content_of(found), tuple(_facts(folded)))


def _facts(text: str) -> Iterator[Fact]:
    readers = (dates, versions, identifiers, quantities, lambda rest: identifiers(rest, DIGIT_TOKEN), proper_names)
    for read in readers:
        facts: Sequence[Fact] = read(text)
        yield from facts
        text = _blank(text, facts)


def _blank(text: str, facts: Iterable[Fact]) -> str:
    """Put a neutral mark in the place of what was read, so that offsets stay and nothing is read twice."""
    marked = list(text)
    for fact in facts:
        marked[fact.start : fact.end] = "\u00a7" * (fact.end - fact.start)
    return "".join(marked)


class Evidence:
    """All that a claim rests on: the sentences of its cited texts, and the headings above them as `context`.

    Headings may bear out names, versions and bare years, since they say what a text is about, and nothing else.
    """

    def __init__(self, texts: Sequence[str], context: str = "") -> None:
        self.sentences = [scan(text[a:b]) for text in map(unfold, texts) for a, b in sentences(text)]
        self.rows = [[(scan(column), scan(cell)) for column, cell in row] for text in texts for row in rows(text)]
        self._context = fold(context)
        self.dated = [fact for fact in scan(context).facts if _dates_a_text(fact)]

    @property
    def facts(self) -> Iterator[tuple[Fact, Scan]]:
        """Every fact with the sentence that it is in."""
        return ((fact, sentence) for sentence in self.sentences for fact in sentence.facts)

    def near(self, content: frozenset[str]) -> list[Scan]:
        """The sentences that hold most of some content, and so speak of the same."""
        return [sentence for sentence in self.sentences if share(content, sentence.content) >= NEAR]

    def spells(self, text: str) -> bool:
        """Whether a folded text stands in the evidence as it is, at the bounds of tokens."""
        pattern = re.compile(rf"(?<![\w.])(?<![^\w]-)(?<!\d,){re.escape(text)}(?!\w|[.,]\d)", re.IGNORECASE)
        return any(pattern.search(sentence.text) for sentence in self.sentences)

    def matches(self, pattern: str) -> bool:
        """Whether a regular expression is found in a sentence or a heading."""
        return any(re.search(pattern, text) for text in self._name_texts())

    @cached_property
    def keys(self) -> frozenset[str]:
        """The key of each token, of its pieces, and of up to three neighbouring tokens written together."""
        return frozenset(key for text in self._name_texts() for key in _keys(text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words, those of the headings included."""
        return frozenset(word.stem for text in self._name_texts() for word in words(text))

    @cached_property
    def initials(self) -> tuple[str, ...]:
        """The initials of each sentence's words, in lower case, with and without its stop words."""
        return tuple(row for text in self._name_texts() for row in initials_of(text))

    def _name_texts(self) -> list[str]:
        return [*(sentence.text for sentence in self.sentences), self._context]


def _dates_a_text(fact: Fact) -> bool:
    return fact.is_bare_year if isinstance(fact, Date) else isinstance(fact, Name) and fact.kind == "version"


def _keys(text: str) -> Iterator[str]:
    tokens = [match.group() for match in re.finditer(rf"{TOKEN.pattern}|[\w.]*\w", text)]
    keys = [key_of(token) for token in tokens]
    for size in range(1, _ADJACENT + 1):
        yield from ("".join(keys[at : at + size]) for at in range(len(keys) - size + 1))
    for token in tokens:
        yield from map(key_of, PIECES.split(token))


def initials_of(text: str) -> tuple[str, str]:
    """The initials of the words of a folded text, in lower case, with and without its stop words."""
    found = words(text)
    return (
        "".join(word.text[0] for word in found),
        "".join(word.text[0] for word in found if word.text not in STOP_WORDS),
    )
