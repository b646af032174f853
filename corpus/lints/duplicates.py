"""Paragraphs that stand twice, in one document or in several, in nearly the same words. Code is let be.

Two are near-duplicates when their sets of word 5-grams have a Jaccard similarity of 0.8 or more (Broder 1997). All such
pairs are found, without comparing each with each, by prefix filtering (Bayardo, Ma and Srikant 2007): two sets that are
so alike share one of the few rarest members of each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from corpus.finding import Finding, place
from ingest.types import Block, Document

ALIKE = 0.8
WORDS = 5
LEAST_WORDS = 20
"""Shorter paragraphs are let be: a sentence that is said twice may be meant to be."""

SHOWN = 60
"""How much of a paragraph is quoted, in code points."""

NAMED = 3
"""How many other documents are named."""

Shingle = tuple[str, ...]


class _Paragraph(NamedTuple):
    document: Document
    block: Block
    shingles: frozenset[Shingle]


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """One finding for all documents that share paragraphs, at the first of them, and for each that repeats its own.

    Documents of which one replaces the other are expected to be alike.
    """
    paragraphs = [one for document in documents for one in _paragraphs(document)]
    together: dict[tuple[str, ...], list[_Paragraph]] = defaultdict(list)
    for group in _groups(paragraphs, {one.id: one.metadata.get("superseded_by", "") for one in documents}):
        for names, first in _said_of(group):
            together[names].append(first)
    for (name, *others), shared in sorted(together.items()):
        yield _finding(name, others, sorted(shared, key=lambda one: one.block.start))


def _said_of(group: Sequence[_Paragraph]) -> Iterator[tuple[tuple[str, ...], _Paragraph]]:
    """The documents that share a group, with its first paragraph, and each one that has several of it, with its own."""
    first = {one.document.id: one for one in reversed(group)}
    counts = Counter(one.document.id for one in group)
    if len(counts) > 1:
        yield tuple(sorted(counts)), group[0]
    yield from (((name,), first[name]) for name, count in counts.items() if count > 1)


def _groups(paragraphs: Sequence[_Paragraph], successors: dict[str, str]) -> list[list[_Paragraph]]:
    """Paragraphs that are alike, be it by way of others; each group by document, then as they stand."""
    group_of = {at: [at] for at in range(len(paragraphs))}
    for first, second in near_pairs([one.shingles for one in paragraphs]):
        one, other = paragraphs[first].document.id, paragraphs[second].document.id
        if not _are_linked(one, other, successors) and group_of[first] is not group_of[second]:
            group_of[first] += group_of[second]
            group_of.update(dict.fromkeys(group_of[second], group_of[first]))
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return [sorted((paragraphs[at] for at in group), key=_place) for group in groups.values()]


def _place(one: _Paragraph) -> tuple[str, int]:
    return one.document.id, one.block.start


def near_pairs(sets: Sequence[frozenset[Shingle]]) -> list[tuple[int, int]]:
    """The places of all two sets whose Jaccard similarity is ALIKE or more, the lower one first, sorted."""
    common = Counter(member for one in sets for member in one)
    by_member: dict[Shingle, list[int]] = defaultdict(list)
    found: set[tuple[int, int]] = set()
    for place_of, one in enumerate(sets):
        rarest = sorted(one, key=lambda member: (common[member], member))
        for member in rarest[: len(one) - ceil(ALIKE * len(one)) + 1]:
            near = (other for other in by_member[member] if _jaccard(sets[other], one) >= ALIKE)
            found.update((other, place_of) for other in near)
            by_member[member].append(place_of)
    return sorted(found)


def _jaccard(one: frozenset[Shingle], other: frozenset[Shingle]) -> float:
    return len(one & other) / len(one | other)


def _paragraphs(document: Document) -> Iterator[_Paragraph]:
    for block in document.layout.blocks:
        words = document.text[block.start : block.end].casefold().split()
        if len(words) >= LEAST_WORDS and block.kind not in ("heading", "code"):
            shingles = frozenset(tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1))
            yield _Paragraph(document, block, shingles)


def _are_linked(one: str, other: str, successors: dict[str, str]) -> bool:
    return other in _after(one, successors) or one in _after(other, successors)


def _after(name: str, successors: dict[str, str]) -> list[str]:
    """The documents that replace a document, one after the other; a circle ends where it began."""
    found: list[str] = []
    while (name := successors.get(name, "")) and name not in found:
        found.append(name)
    return found


def _finding(name: str, others: Sequence[str], shared: Sequence[_Paragraph]) -> Finding:
    first = shared[0]
    quoted = " ".join(first.document.text[first.block.start : first.block.end].split())[:SHOWN]
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    have = f"{', '.join(others[:NAMED])}{more} ha{'s' if len(others) == 1 else 've'}"
    what = f"has, as {have} in nearly the same words," if others else "repeats"
    many = "a paragraph" if len(shared) == 1 else f"{len(shared)} paragraphs"
    return Finding(name, f"{what} {many}: “{quoted} …”", "near-duplicate", "warning", place(first.block))
