"""Direction: "rising" against "falling", "before" against "after", "setup" against "hold".

The words of a pair are compared only with an evidence sentence that says nearly the same otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.checks.negation import negations
from app.checks.scan import Evidence, Scan
from app.checks.words import STOP_WORDS, Word, content_of, stem

_OPPOSITES = """
before/after prior,earlier/later rising,rise,rises/falling,fall,falls setup/hold
maximum,max,largest,highest/minimum,min,smallest,lowest
increase,increases,increasing,grow,grows,raise,raises/decrease,decreases,decreasing,shrink,reduce,reduces,lower,lowers
higher/lower greater/less,fewer above/below enable,enables,enabled/disable,disables,disabled
assert,asserted,assertion/deassert,deasserted,deassertion faster/slower positive/negative
synchronous,synchronously/asynchronous,asynchronously upstream/downstream larger,bigger/smaller longer/shorter
best/worst typical/worst leading/trailing required,mandatory/optional always/never horizontal/vertical internal/external
pessimistic/optimistic allowed,permitted/forbidden,prohibited,disallowed inside/outside even/odd early/late
high/low slow/fast first/last static/dynamic input/output -from/-to
launch,launches,launched/capture,captures,captured launch,launches,launched/sample,samples,sampled
active/inactive valid/invalid correct/incorrect sufficient/insufficient dependent/independent complete/incomplete
consistent/inconsistent possible/impossible connected/disconnected
"""
_NEIGHBOUR = 3


@dataclass(frozen=True, slots=True)
class Pole:
    """One side of a pair of opposites: the stems of its words, and those of the other side."""

    same: frozenset[str]
    opposite: frozenset[str]


def _poles() -> Iterator[Pole]:
    for pair in _OPPOSITES.split():
        left, right = (frozenset(stem(word) for word in side.split(",")) for side in pair.split("/"))
        yield from (Pole(left, right), Pole(right, left))


POLES = tuple(_poles())
"""Both sides of every pair of opposites that are listed; `poles_of` adds those made with "un"."""

_UN = "un"
_NOT_MADE_WITH_UN = frozenset({"unless", "until", "under"})
_SHORTEST = 4


def poles_of(word: Word) -> Iterator[Pole]:
    """The poles that a word is of; every longer word is the opposite of the one with "un" before it."""
    yield from (pole for pole in POLES if word.stem in pole.same)
    if word.text in STOP_WORDS or len(word.stem) < _SHORTEST:
        return
    if word.stem.startswith(_UN) and word.text not in _NOT_MADE_WITH_UN:
        yield Pole(frozenset({word.stem}), frozenset({stem(word.text.removeprefix(_UN))}))
    yield Pole(frozenset({word.stem}), frozenset({stem(_UN + word.text)}))


def are_opposed(claim: Scan, sentence: Scan) -> bool:
    """Whether a sentence has the opposite of a word of the claim, and not the word: it speaks of the other side."""
    mine, theirs = ({word.stem for word in one.words} for one in (claim, sentence))
    return any(mine & pole.same and theirs & pole.opposite and not theirs & pole.same for pole in POLES)


def flips(claim: Scan, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The words of the claim whose opposite the evidence has in their place, each with that opposite.

    Nothing is compared in sentences with a negation, which may turn the direction once more.
    """
    if negations(claim):
        return
    for at, word in enumerate(claim.words):
        near = [sentence for sentence in evidence.near(claim.content - {word.stem}) if not negations(sentence)]
        for pole in poles_of(word):
            yield from _opposites(claim, at, pole, near, evidence)


def _opposites(claim: Scan, at: int, pole: Pole, near: Sequence[Scan], evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The opposite of the claim's word at a place, if the evidence has only it, or has it beside the same word."""
    mine = claim.words[at]
    if any(word.stem in pole.opposite for word in claim.words):
        return
    only_opposite = evidence.stems.isdisjoint(pole.same)
    for sentence in near:
        beside = {side for i, w in enumerate(sentence.words) if w.stem in pole.same for side in _beside(sentence, i)}
        for there, word in enumerate(sentence.words):
            if word.stem not in pole.opposite or _turned(claim, at, sentence, there):
                continue
            shared = _beside(claim, at) & _beside(sentence, there)
            if only_opposite or (shared and beside.isdisjoint(_beside(claim, at))):
                yield mine.text, word.text
                return


def _beside(sentence: Scan, at: int) -> frozenset[tuple[str, str]]:
    """The nearest content word on either side of a place, within three words, with its side."""
    left = _nearest(sentence.words[max(0, at - _NEIGHBOUR) : at][::-1])
    right = _nearest(sentence.words[at + 1 : at + 1 + _NEIGHBOUR])
    return frozenset((side, stem) for side, stem in (("left", left), ("right", right)) if stem)


def _nearest(found: Sequence[Word]) -> str:
    return next((word.stem for word in found if word.text not in STOP_WORDS), "")


def _turned(claim: Scan, at: int, sentence: Scan, there: int) -> bool:
    """Whether what stands left of the word in the claim stands right of its opposite: "A before B" is "B after A"."""
    left, right = _sides(claim, at)
    their_left, their_right = _sides(sentence, there)
    straight = len(left & their_left) + len(right & their_right)
    return len(left & their_right) + len(right & their_left) > straight


def _sides(sentence: Scan, at: int) -> tuple[frozenset[str], frozenset[str]]:
    """The content on either side of a word; in "After A, B" the part after the comma is what stands left."""
    word = sentence.words[at]
    before, after = sentence.words[:at], sentence.words[at + 1 :]
    comma = sentence.text.find(",", word.end)
    if not before and comma >= 0:
        before, after = tuple(w for w in after if w.start > comma), tuple(w for w in after if w.start < comma)
    return content_of(before), content_of(after)
