"""Which value belongs to what: "setup 25 ps, hold 15 ps" does not bear out "the hold margin is 25 ps".

Only patterns that can be read in one way are read: a sentence in which as many identifiers, opposites such as setup
and hold, or kinds of one thing ("scan mode", "functional mode") as values of one unit take turns, or stand in two
groups of the same order ("... respectively"); and the cells of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from typing import TypeVar

from app.checks.borne_out import agree, are_rivals
from app.checks.dates import Date
from app.checks.direction import POLES
from app.checks.names import Name
from app.checks.negation import negations
from app.checks.numerals import literal_value
from app.checks.quantities import Quantity
from app.checks.scan import Evidence, Scan
from app.checks.words import content_of

_FAMILIES = frozenset(min(pole.same | pole.opposite) for pole in POLES)
_LIKENESS = frozenset({"same", "also", "too", "likewise", "so", "both", "equal", "as", "each", "all"})


@dataclass(frozen=True, slots=True)
class Key:
    """What a value may belong to: an identifier, a side of the opposites `family`, or a kind of the thing `family`."""

    name: str
    family: str
    text: str
    start: int


Row = Sequence[tuple[Scan, Scan]]
Value = Quantity | Name
Placed = TypeVar("Placed", Key, Value)


def swapped(claim: Scan, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What the claim says and the evidence says instead, where the claim gives one thing the value of another."""
    pairs = [pair for sentence in evidence.sentences for pair in bound(sentence)]
    for key, mine in bound(claim):
        given = [value for other, value in pairs if _is_same(key, other) and are_rivals(mine, value)]
        elsewhere = [(other, value) for other, value in pairs if _is_other(key, other) and agree(mine, value)]
        if given and elsewhere and not any(agree(mine, value) for value in given):
            yield mine.text, given[0].text
        elif not given and elsewhere and _is_only_of_others(key, mine, evidence):
            other, value = elsewhere[0]
            yield f"{mine.text} for {key.text}", f"{value.text} for {other.text}"
    yield from ((mine.text, theirs.text) for mine, theirs in _in_cells(claim, evidence))
    yield from _crossed(claim, evidence)


def bound(sentence: Scan) -> list[tuple[Key, Value]]:
    """The values of a sentence with what each belongs to; empty where that cannot be told."""
    values = [(kind, fact) for fact in sentence.facts if not isinstance(fact, Date) and (kind := _kind(fact))]
    found: list[tuple[Key, Value]] = []
    for _, of_family in groupby(sorted(_keys(sentence), key=lambda key: key.family), key=lambda key: key.family):
        keys = sorted(of_family, key=lambda key: key.start)
        for kind in dict.fromkeys(kind for kind, _ in values):
            found += _paired(keys, [value for other, value in values if other == kind])
    return found


def _kind(fact: Value) -> str:
    """What kind of value a fact is: its dimension, or "literal" for one as `0x40`; empty where it is none."""
    if isinstance(fact, Name):
        return "literal" if literal_value(fact.text) is not None else ""
    return fact.dimension if fact.unit and not (fact.derived or fact.loose) else ""


def _is_same(key: Key, other: Key) -> bool:
    return (other.family, other.name) == (key.family, key.name)


def _is_other(key: Key, other: Key) -> bool:
    return other.family == key.family and other.name != key.name


def _is_only_of_others(key: Key, mine: Value, evidence: Evidence) -> bool:
    """Whether an identifier is never in one sentence with its value, nor in one that likens it to something."""
    if key.family != "identifier":
        return False
    with_key = [s for s in evidence.sentences if any(_is_same(key, other) for other in _keys(s))]
    values = (fact for sentence in with_key for fact in sentence.facts)
    likened = any(word.text in _LIKENESS for sentence in with_key for word in sentence.words)
    return bool(with_key) and not likened and not any(agree(mine, value) for value in values)


def _crossed(claim: Scan, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Opposites that the claim joins in another way: "rising captures" where the evidence says "falling captures"."""
    mine = {key.family: key for key in _poles(claim)}
    for sentence in evidence.sentences:
        theirs = [key for key in _poles(sentence) if key.family in mine]
        for one, other in combinations(sorted({key.family for key in theirs}), 2):
            if len(_of(one, _poles(claim))) == len(_of(other, _poles(claim))) == 1:
                joined = _paired(_of(one, theirs), _of(other, theirs))
                yield from (
                    (mine[other].text, partner.text)
                    for key, partner in joined
                    if len(joined) > 1 and _is_same(mine[one], key) and not _is_same(mine[other], partner)
                )


def _poles(sentence: Scan) -> list[Key]:
    """The listed opposites of a sentence, none where a negation may turn them."""
    return [] if negations(sentence) else [key for key in _keys(sentence) if key.family in _FAMILIES]


def _of(family: str, keys: Sequence[Key]) -> list[Key]:
    return sorted((key for key in keys if key.family == family), key=lambda key: key.start)


def _paired(keys: Sequence[Key], values: Sequence[Placed]) -> list[tuple[Key, Placed]]:
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
        if isinstance(fact, Name) and fact.kind == "identifier" and not _kind(fact):
            yield Key(fact.key, "identifier", fact.text, fact.start)
    for word in sentence.words:
        for pole in POLES:
            if word.stem in pole.same:
                yield Key(min(pole.same), min(pole.same | pole.opposite), word.text, word.start)
    for kind, thing in pairwise(sentence.words):
        if content_of((kind, thing)) >= {kind.stem, thing.stem} and sentence.text[kind.end : thing.start] in (" ", "-"):
            yield Key(kind.stem, f"kind of {thing.stem}", f"{kind.text} {thing.text}", kind.start)


def _in_cells(claim: Scan, evidence: Evidence) -> Iterator[tuple[Quantity, Quantity]]:
    """The claim's one value of a unit with that of the cell it names, where its own stands in another cell.

    A claim names a cell by what its column is called; a row, where there are several, by what its first cell says.
    """
    rows = [row for row in evidence.rows if row[0][1].content - row[0][0].content <= claim.content] or evidence.rows
    for mine in _alone(claim):
        named = [cell for row in rows for cell in _named(claim, row, mine, len(rows) < len(evidence.rows))]
        others = [fact for row in evidence.rows for _, cell in row for fact in _values(cell)]
        if named and not any(map(mine.agrees, named)) and any(map(mine.agrees, others)):
            yield mine, named[0]


def _alone(claim: Scan) -> list[Quantity]:
    values = [fact for fact in _values(claim) if fact.unit]
    return [one for one in values if [other.dimension for other in values].count(one.dimension) == 1]


def _named(claim: Scan, row: Row, mine: Quantity, chosen: bool) -> list[Quantity]:
    """The values of the one cell whose column the claim calls by what no other column of such values is called.

    Where the row is not `chosen` from others, and no other column could be meant, there is nothing to confuse.
    """
    cells = [
        (column.content, values)
        for column, cell in row
        if (values := [v for v in _values(cell) if mine.rivals(v) or mine.agrees(v)])
    ]
    common = frozenset.intersection(*(name for name, _ in cells)) if len(cells) > 1 else frozenset()
    called = [values for name, values in cells if name - common and name - common <= claim.content]
    return called[0] if len(called) == 1 and (chosen or len(cells) > 1) else []


def _values(text: Scan) -> list[Quantity]:
    return [fact for fact in text.facts if isinstance(fact, Quantity)]
