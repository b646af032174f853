"""Paragraphs that stand twice, in one document or in two, in nearly the same words.

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

Shingle = tuple[str, ...]


class _Paragraph(NamedTuple):
    document: Document
    block: Block
    shingles: frozenset[Shingle]


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """One finding for each two documents that share paragraphs, and for each document that repeats one of its own.

    Documents of which one replaces the other are expected to be alike.
    """
    paragraphs = [one for document in documents for one in _paragraphs(document)]
    together: dict[tuple[str, str], list[_Paragraph]] = defaultdict(list)
    successors = {one.id: one.metadata.get("superseded_by", "") for one in documents}
    for first, second in near_pairs([one.shingles for one in paragraphs]):
        one, other = paragraphs[first], paragraphs[second]
        if not _are_linked(one.document.id, other.document.id, successors):
            together[one.document.id, other.document.id].append(one)
    for (name, other_name), shared in sorted(together.items()):
        yield _finding(name, other_name, shared)


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
        if len(words) >= LEAST_WORDS and block.kind != "heading":
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


def _finding(name: str, other: str, shared: Sequence[_Paragraph]) -> Finding:
    first = shared[0]
    quoted = " ".join(first.document.text[first.block.start : first.block.end].split())[:SHOWN]
    what = "repeats" if name == other else f"has, as {other} has in nearly the same words,"
    count = len({one.block.start for one in shared})
    many = "a paragraph" if count == 1 else f"{count} paragraphs"
    return Finding(name, f"{what} {many}: “{quoted} …”", "near-duplicate", "warning", place(first.block))
