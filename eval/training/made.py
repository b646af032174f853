"""Pairs of our own making, labelled by the rule that makes them: what the pool of public data lacks.

Its negatives are all on topic and its evidence is mostly one sentence, so a model trained on it alone sees neither
evidence that is about something else, nor the one sentence in five that matters.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from eval.training.examples import Example, Says
from eval.training.swaps import swapped
from eval.training.written import SOURCE
from ingest.analyse import terms
from ingest.lexical import BM25sSearcher

MIXABLE = frozenset({"begin", "covidfact", "fever", "fever_symmetric", "mnli", "scifact", SOURCE})
"""Sources whose evidence speaks of named things, so that a stranger's evidence says nothing of a claim. Captions of
pictures do not: every one is about "a man"."""

NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
"""A name, other than at the start of a sentence, where any word has a capital."""

NEIGHBOURS = 8
"""How many near strangers are looked at; the first may be the same text in another row."""


class Near:
    """Finds, by BM25, evidence that shares words with a claim and belongs to another."""

    def __init__(self, examples: Sequence[Example]) -> None:
        texts = list(dict.fromkeys(one.evidence for one in examples))
        self._texts = texts
        self._index = BM25sSearcher.build([str(row) for row in range(len(texts))], [terms(text) for text in texts])

    def strangers(self, example: Example) -> list[str]:
        """Evidence of other examples, nearest to the claim first; none that overlaps with the example's own."""
        own = set(terms(example.evidence))
        found = [self._texts[int(hit.passage_id)] for hit in self._index.search(example.claim, NEIGHBOURS)]
        return [text for text in found if len(own & set(terms(text))) < 0.5 * len(own)]


def mixed(pool: Sequence[Example], draw: random.Random) -> Iterator[Example]:
    """From each example that can be mixed: its claim against a near stranger's evidence, or amid that of strangers."""
    chosen = [one for one in pool if one.source in MIXABLE]
    near = Near(chosen)
    for example in chosen:
        strangers = near.strangers(example)
        if not strangers:
            continue
        if example.label == "supported" and draw.random() < 0.3:
            yield replace(example, evidence=draw.choice(strangers), label="neutral", source="made: stranger")
        if draw.random() < 0.35:
            parts = [example.evidence, *draw.sample(strangers, min(len(strangers), draw.randint(1, 3)))]
            draw.shuffle(parts)
            yield replace(example, evidence=" ".join(parts), source="made: amid strangers")


def paged(pool: Sequence[Example], draw: random.Random, most: int) -> Iterator[Example]:
    """Claims against a page: the evidence amid that of many, those nearest to the claim among them; or theirs alone."""
    chosen = [one for one in pool if one.source in MIXABLE]
    near = Near(chosen)
    for example in draw.sample(chosen, min(most, len(chosen))):
        parts = [*near.strangers(example), *(one.evidence for one in draw.sample(chosen, min(12, len(chosen))))]
        absent = example.label == "supported" and draw.random() < 0.4
        if not absent:
            parts.append(example.evidence)
        draw.shuffle(parts)
        label: Says | None = "neutral" if absent else example.label
        yield replace(example, evidence=" ".join(parts), label=label, source="made: page")


def doubled(pool: Sequence[Example], draw: random.Random, most: int) -> Iterator[Example]:
    """Claims of two parts: with the evidence of both they are supported, with that of one they are not."""
    chosen = [one for one in pool if one.source in MIXABLE and one.label == "supported" and len(one.claim) < 150]
    for _ in range(min(most, len(chosen) // 2)):
        first, second = draw.sample(chosen, 2)
        claim = f"{first.claim.rstrip('. ')}, and {second.claim}"
        if draw.random() < 0.5:
            yield Example(f"{first.evidence} {second.evidence}", claim, "supported", "made: two parts, both there")
        else:
            yield Example(draw.choice((first, second)).evidence, claim, "neutral", "made: two parts, one there")


def turned(pool: Sequence[Example], draw: random.Random) -> Iterator[Example]:
    """From supported claims: one with a fact turned round is contradicted, one about another's name not supported."""
    chosen = [one for one in pool if one.source in MIXABLE and one.label == "supported"]
    names = sorted({name for one in chosen for name in NAME.findall(one.claim)})
    for example in chosen:
        for claim, rule in swapped(example.claim, draw):
            if draw.random() < 0.25 or rule == "number":
                yield replace(example, claim=claim, label="contradicted", source=f"made: {rule} in the pool")
        if (found := NAME.search(example.claim)) and draw.random() < 0.4:
            other = draw.choice([name for name in draw.sample(names, 2) if name != found.group()])
            claim = example.claim.replace(found.group(), other)
            yield replace(example, claim=claim, label="not_supported", source="made: another name")


def from_sentences(documents: Sequence[Sequence[str]], draw: random.Random) -> Iterator[Example]:
    """Claims about documents, each a list of sentences in order: quoted, shortened, swapped, or of another place."""
    for sentences in documents:
        for at, sentence in enumerate(sentences):
            before, after = draw.randint(0, 2), draw.randint(0, 2)
            evidence = " ".join(sentences[max(0, at - before) : at + 1 + after])
            yield Example(evidence, shortened(sentence), "supported", "made: own words")
            for claim, rule in swapped(sentence, draw):
                yield Example(evidence, claim, "contradicted", f"made: {rule}")
            far = draw.randrange(len(sentences))
            if abs(far - at) > 4:
                yield Example(evidence, sentences[far], "neutral", "made: another place")


def shortened(sentence: str) -> str:
    """A sentence without what follows its main clause, where that can be seen; what is left still stands."""
    for mark in (", because ", ", so ", ", which ", ", since ", "; "):
        head, found, _ = sentence.partition(mark)
        if found and len(head.split()) >= 5:
            return head.rstrip(",;: ") + "."
    return sentence
