"""The analyser for technical text: what a passage and a query have in common, as far as BM25 can see.

A plain word gives its stem. An identifier, number with a unit, version or file name gives itself whole, lower-cased,
and its parts as well, so that `set_clock_uncertainty` is found by its name and by "clock uncertainty".
Stems are those of the Snowball English stemmer (Porter 2001, https://snowballstem.org), whichever side of
the Atlantic a word is spelt on: "synchroniser" and "synchronizer" are one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from unicodedata import normalize

from Stemmer import Stemmer

_FOLD = str.maketrans({"\u2019": "'", "\u2010": "-", "\u03bc": "u", "\u00ad": None})  # after NFKC: ’, ‐, µ, soft hyphen

_UNIT = r"(?:[fpnumkgt]?(?:s|v|a|w|hz|f|h|m|j|b|ohms?|ω)|db)"
_MEASURE = rf"\d+(?:\.\d+)?\s?{_UNIT}\b"
_WORD = r"\w+(?:'\w+)*"
_COMPOUND = rf"{_WORD}(?:(?:::|->|[-./:]){_WORD})*(?:\[\d+(?::\d+)?\])?"
_TOKEN = re.compile(rf"(?P<measure>{_MEASURE})|(?P<compound>{_COMPOUND})", re.IGNORECASE)

# `v5.4.2` is v and 5.4.2, but `M4` stays one part; `++` keeps the digits together while looking ahead.
_PART = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+(?:'[^\W_]+)*(?:\d++(?!\.\d))?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")  # FIFOs is one word, HTTPServer two
_PLAIN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

# To either spelling the same is done, so that "size" or "vector" come to no harm. It is the British -ise that is kept:
# of "synchronizer" the stemmer would leave no more than of "synchronously".
_SPELLING = re.compile(
    r"(?<=[^\W\d_]{4}[iy])(?P<z>z)(?=(?:e[drs]?|ers|ing|ations?)$)|(?<=[^\W\d_]{3}o)u(?=r(?:s|ed|ing|al)?$)"
)

_STEMMER = Stemmer("english", 0)
_STEMMER_LOCK = Lock()  # PyStemmer's objects are not safe to share between threads


def terms(text: str) -> list[str]:
    """Analyse `text` into index terms, in order, repetitions kept. Deterministic; case and Unicode form do not matter
    except that a capital inside a word (`CamelCase`) adds the word's parts.
    """
    folded = normalize("NFKC", text).translate(_FOLD)
    return [term for match in _TOKEN.finditer(folded) for term in _token_terms("".join(match.group().split()))]


@lru_cache(maxsize=200_000)
def _token_terms(token: str) -> tuple[str, ...]:
    """The terms of one token: its stem when it is a plain word, else itself and its parts, each once."""
    parts = [_stem(part.casefold()) for chunk in _CAMEL.split(token) for part in _PART.findall(chunk)]
    whole = token.casefold().strip("_")
    if _PLAIN.fullmatch(token):
        whole = _stem(whole)
    return tuple(dict.fromkeys(term for term in (whole, *parts) if term))


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    spelt = _SPELLING.sub(lambda found: "s" if found["z"] else "", word)
    with _STEMMER_LOCK:
        return str(_STEMMER.stemWord(spelt))
