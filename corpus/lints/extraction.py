"""Text that came badly out of its file: characters lost, words without vowels, letters apart, pages without text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.finding import Finding
from ingest.types import Document

LEAST_WORDS = 50
"""Shares of words say nothing of shorter documents."""

MOST_LOST = 0.001
"""Share of characters that may be replacement or private-use characters, or codes of glyphs."""

MOST_UNSPEAKABLE = 0.05
"""Share of different lower-case words of four letters or more that may have no vowel."""

MOST_LONG = 0.02
"""Share of words that may have more than LONG letters, none a capital but the first."""

LONG = 30

MOST_APART = 0.25
"""Share of words that may be letters set apart, four or more in a row: `t h i s`. Capitals are an index."""

_LOST = re.compile("[\ufffd\ue000-\uf8ff]|\\(cid:\\d+\\)")
_ASCII_WORD = re.compile(r"\b[a-z]{4,}\b")
_VOWEL = re.compile("[aeiouy]")
_LETTERS = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"(?<!\S)[A-Za-z](?: [a-z]){3,}(?!\S)")


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """What each document's text, code left out, shows of a bad extraction."""
    for document in documents:
        text = _prose(document)
        for what in (*_characters(text), *_words(text), *_pages(document)):
            yield Finding(document.id, what, "bad-extraction", "warning")


def _prose(document: Document) -> str:
    kept = (block for block in document.layout.blocks if block.kind not in ("code", "table"))
    return "\n".join(document.text[block.start : block.end] for block in kept)


def _characters(text: str) -> Iterator[str]:
    lost = len(_LOST.findall(text))
    if lost > MOST_LOST * len(text):
        yield f"has {lost} characters that are no text, of {len(text)}"


def _words(text: str) -> Iterator[str]:
    letters, words = _LETTERS.findall(text), set(_ASCII_WORD.findall(text))
    if len(letters) < LEAST_WORDS:
        return
    apart = sum(len(run.split()) for run in _APART.findall(text))
    if apart > MOST_APART * len(letters):
        yield f"has {apart} single letters among {len(letters)} words: its letters were set apart"
    unspeakable = sum(not _VOWEL.search(one) for one in words)
    if len(words) >= LEAST_WORDS and unspeakable > MOST_UNSPEAKABLE * len(words):
        yield f"has {unspeakable} different words without a vowel, of {len(words)}"
    long = sum(len(one) > LONG and one.isascii() and one[1:].islower() for one in letters)
    if long > MOST_LONG * len(letters):
        yield f"has {long} words of over {LONG} letters, of {len(letters)}: its spaces were lost"


def _pages(document: Document) -> Iterator[str]:
    """Pages without text among those with text; what follows the last of these is not known here."""
    seen = {word.box.page for word in document.layout.words}
    bare = sorted(set(range(1, max(seen, default=0))) - seen)
    if bare:
        pages = f"page{'s' if len(bare) > 1 else ''} {', '.join(map(str, bare))}"
        yield f"has no text on {pages}: a picture of a page is not read"
