"""Text as the checks read it: folded characters, sentences, words with their places and stems."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from ingest.analyse import terms

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_FOLD = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"\u00ad": None}
)

_WORD = re.compile(r"(?:(?<![\w-])-(?=(?:from|to)\b))?[^\W_]+(?:'[^\W\d_]+)?")

_FUNCTION_WORDS = """
a an the this that these those it its they them their he she his her him we our you your i my me us who whom whose which
what where when why how is are was were be been being am do does did done has have had having will would shall should
can could may might must of in on at by for from to into onto with without within about as than then so and or but nor
if because while though although until unless also too very just only even still both each every all any some such other
another there here not no never yes up down out off over under again more most much many few s t d ll re ve one
"""

STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that carry no content of their own; what is left of a sentence is compared by stem."""

NORM = re.compile(
    r"\b(?:must|shall|should|may|needs? to|ha(?:s|ve) to|requires?|required|allowed|permitted|limit(?:s|ed)?|target)\b",
    re.IGNORECASE,
)
"""Finds the words by which a text lays down what must or may be, instead of telling what is."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a folded text, lower-cased, with its stem and its place."""

    text: str
    stem: str
    start: int
    end: int


def fold(text: str) -> str:
    """Write typographic variants in one way: NFKC, straight quotes, `-` for every dash, `^2` for a superscript two."""
    marked = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), text)
    return normalize("NFKC", marked).translate(_FOLD)


def squeeze(text: str) -> str:
    """Fold, and put one space for every run of white space."""
    return " ".join(fold(text).split())


def words(text: str) -> list[Word]:
    """The words of a folded text, in order. `set_clock` gives two words, `don't` and the option `-from` one."""
    return [Word(m.group().lower(), stem(m.group().lower()), m.start(), m.end()) for m in _WORD.finditer(text)]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one lower-case word, as the search index has it; the word itself where it has none, and an option."""
    found = [] if word.startswith("-") else terms(word)
    return found[0] if found else word


def content(text: str) -> frozenset[str]:
    """The stems of the words of a folded text that are neither stop words nor numbers."""
    return content_of(words(text))


def content_of(found: Iterable[Word]) -> frozenset[str]:
    """The stems of those of the words that are neither stop words nor numbers."""
    return frozenset(word.stem for word in found if word.text not in STOP_WORDS and not word.text[0].isdigit())


def clause_around(text: str, start: int, end: int, border: re.Pattern[str]) -> tuple[int, int]:
    """Where the clause begins and ends that a range stands in; each match of `border` begins another."""
    cuts = [0, *(cut.start() for cut in border.finditer(text)), len(text)]
    return max(cut for cut in cuts if cut <= start), min(cut for cut in cuts if cut >= end)


def share(part: frozenset[str], whole: frozenset[str]) -> float:
    """How much of `part` is in `whole`, in [0, 1]; 0 for an empty part."""
    return len(part & whole) / len(part) if part else 0.0
