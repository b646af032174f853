"""Which spans of the hits are shown to the drafter: the most relevant ones that fit, in the order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.relevance import Relevance, Subject, coverage
from ingest.types import Hit, Span

CANDIDATES = 24
"""How many spans are embedded for a question; a cheap count of shared terms chooses them."""

RELEVANCE_FLOOR = 0.05
"""Below this relevance a span is not about the question, and no model is shown it."""

CHARACTERS_PER_TOKEN = 3.6
"""Of the local model's tokenizer on technical English."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A span with its document's title, its relevance to the question in [0, 1], and its place in reading order."""

    span: Span
    title: str
    relevance: float
    place: tuple[int, int]


def rank_spans(question: str, hits: Sequence[Hit], relevance: Relevance) -> list[Ranked]:
    """Score the hits' spans for the question; sorted by (-relevance, id), no span twice."""
    candidates = _candidates(question, hits)
    scores = relevance.score(question, [subject_of(span, title) for span, title, _ in candidates])
    ranked = [
        Ranked(span, title, score, place) for (span, title, place), score in zip(candidates, scores, strict=True)
    ]
    return sorted(ranked, key=lambda one: (-one.relevance, one.span.id))


def within_budget(ranked: Sequence[Ranked], tokens: int) -> list[Ranked]:
    """The best spans that fit in so many tokens, at least one, put in reading order: by hit, then by place in it."""
    chosen: list[Ranked] = []
    left = tokens
    for one in ranked:
        cost = round(len(one.span.text) / CHARACTERS_PER_TOKEN) + 6
        if chosen and cost > left:
            continue
        chosen.append(one)
        left -= cost
    return sorted(chosen, key=lambda one: one.place)


def subject_of(span: Span, title: str) -> Subject:
    """A span as relevance sees it: under its document's title and its headings."""
    return Subject(span.text, " - ".join((title, *span.section)))


def _candidates(question: str, hits: Sequence[Hit]) -> list[tuple[Span, str, tuple[int, int]]]:
    found: dict[str, tuple[float, Span, str, tuple[int, int]]] = {}
    for rank, hit in enumerate(hits):
        for index, span in enumerate(hit.spans):
            shared = coverage(question, subject_of(span, hit.title).whole) - 0.02 * rank
            found.setdefault(span.id, (shared, span, hit.title, (rank, index)))
    best = sorted(found.values(), key=lambda one: (-one[0], one[1].id))[:CANDIDATES]
    return [(span, title, place) for _, span, title, place in best]
