"""Which value belongs to what: "setup 25 ps, hold 15 ps" does not bear out "the hold margin is 25 ps".

Only patterns that can be read in one way are read: a sentence in which as many identifiers, or opposites such as setup
and hold, as values of one unit take turns, or stand in two groups of the same order ("... respectively").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.checks.direction import POLES
from app.checks.names import Name
from app.checks.quantities import Quantity
from app.checks.scan import Evidence, Scan


@dataclass(frozen=True, slots=True)
class Key:
    """What a value may belong to: an identifier, or one side of the opposites `family`."""

    name: str
    family: str
    start: int


def swapped(claim: Scan, evidence: Evidence) -> Iterator[tuple[Quantity, Quantity]]:
    """The claim's value with the one that the evidence gives instead, where its own value is that of something else."""
    for key, mine in bound(claim):
        pairs = [pair for sentence in evidence.sentences for pair in bound(sentence)]
        given = [value for other, value in pairs if other.name == key.name and mine.rivals(value)]
        elsewhere = [value for other, value in pairs if other.name != key.name and other.family == key.family]
        if given and not any(map(mine.agrees, given)) and any(map(mine.agrees, elsewhere)):
            yield mine, given[0]


def bound(sentence: Scan) -> list[tuple[Key, Quantity]]:
    """The values of a sentence with what each belongs to; empty where that cannot be told."""
    values = [fact for fact in sentence.facts if isinstance(fact, Quantity) and fact.unit and not fact.derived]
    found: list[tuple[Key, Quantity]] = []
    for _, of_family in groupby(sorted(_keys(sentence), key=lambda key: key.family), key=lambda key: key.family):
        keys = sorted(of_family, key=lambda key: key.start)
        for dimension in dict.fromkeys(value.dimension for value in values):
            found += _paired(keys, [value for value in values if value.dimension == dimension])
    return found


def _paired(keys: Sequence[Key], values: Sequence[Quantity]) -> list[tuple[Key, Quantity]]:
    """Pair keys with values in order, if there are as many, no key comes twice, and they take turns or stand apart."""
    if len(keys) != len(values) or len({key.name for key in keys}) != len(keys):
        return []
    marks = "".join(mark for _, mark in sorted([(k.start, "k") for k in keys] + [(v.start, "v") for v in values]))
    size = len(keys)
    if marks in ("kv" * size, "vk" * size, "k" * size + "v" * size):
        return list(zip(keys, values, strict=True))
    return []


def _keys(sentence: Scan) -> Iterator[Key]:
    for fact in sentence.facts:
        if isinstance(fact, Name) and fact.kind == "identifier":
            yield Key(fact.key, "identifier", fact.start)
    for word in sentence.words:
        for pole in POLES:
            if word.stem in pole.same:
                yield Key(min(pole.same), min(pole.same | pole.opposite), word.start)
