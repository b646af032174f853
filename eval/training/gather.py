"""What the two models are trained on: the pool, our own claims, and what is made of both and of documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.checks.windows import is_long
from eval.training.examples import Example, drawn, is_kept_back, read_pool
from eval.training.made import Near, doubled, from_sentences, mixed, paged, turned
from eval.training.sentences import sentences_of
from eval.training.written import read_written

DOUBLED, PAGED = 3000, 4000
"""How many claims of two parts, and how many against a page, are made."""

MOST_FOR_ADAPTER = {"mnli": 6000, "snli": 3000, "fever": 6000, "cad_nli": 1700, "fever_symmetric": 1000}
MOST_MADE_FOR_ADAPTER = 1000
"""How many pairs a source may give to a label: the language model learns from fewer, and most of all from our own."""

STRANGERS, PLACES = 7000, 8000
"""How many pairs without a label are made of the pool and of documents."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The pool and our own claims, without what is kept back, and documents as their sentences in order."""

    pool: Sequence[Example]
    own: Sequence[Example]
    documents: Sequence[Sequence[str]]


def read_sources(data: Path, written: Path, documents: Sequence[Path]) -> Sources:
    """Read all that training may see. Raises BadData for a row that is no example."""
    pool = [one for one in read_pool(data) if not is_kept_back(one)]
    own = [one for one in read_written(written) if not is_kept_back(one)]
    return Sources(pool, own, sentences_of(documents))


def for_encoder(sources: Sources, most: int, seed: int) -> list[Example]:
    """What the cross-encoder learns from: at most so many pairs of each source and label, and all of our own."""
    return [*capped([*sources.pool, *_made(sources, seed)], most, seed), *sources.own]


def for_adapter(sources: Sources, seed: int) -> list[Example]:
    """What the language model learns from, in the order drawn by the seed; our own claims come twice."""
    chosen = [
        one
        for source, most in MOST_FOR_ADAPTER.items()
        for one in capped([one for one in sources.pool if one.source == source], most, seed)
    ]
    examples = [*chosen, *capped(_made(sources, seed), MOST_MADE_FOR_ADAPTER, seed), *sources.own, *sources.own]
    random.Random(seed).shuffle(examples)  # noqa: S311
    return examples


def unlabelled(sources: Sources, seed: int) -> Iterator[Example]:
    """Pairs that no rule labels, for a teacher to judge: claims against near strangers' evidence, and sentences of
    documents against what stands around them, with or without themselves, or elsewhere."""
    draw = random.Random(seed)  # noqa: S311
    known = [one for one in sources.pool if one.source in ("fever", "mnli")]
    near = Near([*sources.own, *known])
    for one in [*sources.own, *draw.sample(known, min(STRANGERS, len(known)))]:
        for evidence in near.strangers(one)[:1]:
            yield Example(evidence, one.claim, None, "unlabelled: stranger")
    places = [(sentences, at) for sentences in sources.documents for at in range(2, len(sentences) - 3)]
    for sentences, at in draw.sample(places, min(PLACES, len(places))):
        beside = [*sentences[at - 2 : at], *sentences[at + 1 : at + 3]]
        [shown] = draw.choices((beside, sentences[at - 1 : at + 2], draw.sample(sentences, 4)), (4, 3, 3))
        yield Example(" ".join(shown), sentences[at], None, "unlabelled: document")


def capped(examples: Sequence[Example], most: int, seed: int) -> list[Example]:
    """At most so many examples of each source and label, drawn by the seed, in the order they had."""
    places = drawn(examples, most, random.Random(seed))  # noqa: S311
    return [examples[place] for place in sorted(places)]


def _made(sources: Sources, seed: int) -> list[Example]:
    """All that is made by rule, in a fixed order."""
    draw = random.Random(seed)  # noqa: S311
    both = [*sources.pool, *sources.own]
    short = [one for one in both if not is_long(one.evidence)]
    return [
        *mixed(both, draw),
        *turned(both, draw),
        *doubled(short, draw, DOUBLED),
        *from_sentences(sources.documents, draw),
        *paged(both, draw, PAGED),
    ]
