"""Which spans of the hits are shown to the drafter: the most relevant ones that fit, in the order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from app.addressed import is_addressed
from app.relevance import Relevance, Subject, coverage
from ingest.types import Hit, Span, heading_path

CANDIDATES = 16
"""How many spans are embedded for a question; a cheap count of shared terms chooses them."""

RELEVANCE_FLOOR = 0.005
"""Below this relevance a span is not about the question, and no model is shown it."""

CHARACTERS_PER_TOKEN = 3.0
"""Of the local model's tokenizer on technical English."""

LABEL_TOKENS = 6
"""What a span's label and line break cost in a prompt."""

LABEL_WORDS = 5
"""A span of no more words than this may be a caption rather than a statement."""

RANK_COST = 0.02
"""What each place further down the hits takes off a candidate's share of terms."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a hit; `place` is its reading order: the hit's rank, then its place in the hit.

    `under` is what it stands under: its title and headings and, where the hit shows them, its column names.
    """

    span: Span
    title: str
    place: tuple[int, int]
    under: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its relevance to the question, in [0, 1]."""

    span: Span
    title: str
    relevance: float
    place: tuple[int, int]


def rank_spans(question: str, hits: Sequence[Hit], relevance: Relevance) -> list[Ranked]:
    """Score the hits' spans for the question; sorted by (-relevance, id), no span twice."""
    found = candidates(question, hits)
    scores = relevance.score(question, [subject_of(one.span, one.title) for one in found])
    ranked = [Ranked(one.span, one.title, score, one.place) for one, score in zip(found, scores, strict=True)]
    return sorted(ranked, key=lambda one: (-one.relevance, one.span.id))


def candidates(question: str, hits: Sequence[Hit]) -> list[Candidate]:
    """The spans that share most terms with the question, at most CANDIDATES of them, best first.

    What a document says to whoever answers is not among them.
    """
    found: dict[str, tuple[float, Candidate]] = {}
    for rank, hit in enumerate(hits):
        for index, span in enumerate(hit.spans):
            if not says_something(span):
                continue
            shared = coverage(question, subject_of(span, hit.title).whole) - RANK_COST * rank
            found.setdefault(span.id, (shared, Candidate(span, hit.title, (rank, index), _under(span, hit))))
    best = sorted(found.values(), key=lambda one: (-one[0], one[1].span.id))
    kept = (one for _, one in best if not any(map(is_addressed, (one.span.text, *one.under))))
    return list(islice(kept, CANDIDATES))


def says_something(span: Span) -> bool:
    """Whether a span can be a claim: not a caption or label, which is a few words without a number or a full stop."""
    few = len(span.text.split()) <= LABEL_WORDS and not any(char.isdigit() for char in span.text)
    return span.kind != "sentence" or not few or span.text[-1:] in ".!?:"


def _under(span: Span, hit: Hit) -> tuple[str, ...]:
    first, last = (place - hit.passage.start for place in span.header or (0, 0))
    return (hit.title, *span.section, hit.passage.text[first:last] if first >= 0 else "")


def within_budget(ranked: Sequence[Ranked], tokens: int) -> list[Ranked]:
    """The best spans that fit in so many tokens, at least one, put in reading order."""
    chosen: list[Ranked] = []
    left = tokens
    for one in ranked:
        cost = round(len(one.span.text) / CHARACTERS_PER_TOKEN) + LABEL_TOKENS
        if chosen and cost > left:
            continue
        chosen.append(one)
        left -= cost
    return sorted(chosen, key=lambda one: one.place)


def subject_of(span: Span, title: str) -> Subject:
    """A span as relevance sees it: under its document's title and its headings."""
    return Subject(span.text, " - ".join(heading_path(title, span.section)))
