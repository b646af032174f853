"""Negation: "must be used" against "must not be used".

A negated word is compared only with the same word in an evidence sentence that says nearly the same otherwise, so that
a paraphrase is not taken for its opposite, and only if the other side speaks of what it is denied of: "does not depend
on the period" says nothing of "depends on skew". This is blind to many contradictions; those are the entailment
model's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.checks.quantities import Quantity
from app.checks.scan import Scan
from app.checks.words import STOP_WORDS, Word, content_of, share, stem

_CUES = frozenset({"not", "no", "never", "cannot", "without", "neither", "nor", "nothing"})
_AUXILIARIES = """be been being is am are was were do does did has have had will would shall should can could may might
    must to a an the any longer yet also ever always actually currently generally usually normally"""
_TRANSPARENT = frozenset(_AUXILIARIES.split())
_COMPARISONS = "only just merely more less fewer greater higher lower necessarily matter"
_NO_NEGATION = frozenset(_COMPARISONS.split())
_LIFTING = frozenset(
    {"until", "unless", "except", "if", "whether", "rather", "instead", "rarely", "seldom", "hardly", "anything"}
    | {"anyone", "formerly", "previously", "none"}
)
_THEN = frozenset({"before", "until", "once", "earlier"})
_NEGATIVE_VERBS = (
    "prevent avoid lack fail deny reject refuse inhibit block eliminate ignore absence unable free threaten "
    "forbid forbids forbidden prohibit ban exempt exclude"
)
_IMPLIED = frozenset(stem(word) for word in _NEGATIVE_VERBS.split())
_EACH = frozenset({"each", "every", "all", "any"})
_ADJECTIVES = 3
_SCOPE = 4
_REACH = 5
_SAME_THINGS = 0.5
_CLAUSE_END = re.compile(r"[,;:.]\s|\b(?:but|until|unless|except|if|while|because|since|so|and|or|when|where)\b")


@dataclass(frozen=True, slots=True)
class Denial:
    """A negated word: its stem, its text with the negation, and the content of the rest of its clause."""

    stem: str
    said: str
    rest: frozenset[str]


def flips(claim: Scan, near: Sequence[Scan]) -> Iterator[tuple[str, str]]:
    """The words that either the claim or the evidence negates and the other affirms, as each has them.

    `near` are the evidence sentences that share most of the claim's content. What both sides negate, as "without a
    handshake", says nothing. Where both negate something else besides they are not compared: "no flop may lose" says
    what "flops must not lose" says.
    """
    shared = _negated([claim]) & _negated(near)
    mine, theirs = _own([claim], shared), _own(near, shared)
    if bool(mine) == bool(theirs) or any(_is_lifted(claim, sentence, shared) for sentence in near):
        return
    if _is_past(claim, theirs):
        return
    yield from _denials_of(mine, [claim], near)
    yield from ((said, denied) for denied, said in _denials_of(theirs, near, [claim]))


def negations(sentence: Scan) -> list[int]:
    """The places, among the sentence's words, of the words that negate what comes after them."""
    return [at for at, word in enumerate(sentence.words) if _negates(word) and not _is_idle(sentence, at)]


def _negates(word: Word) -> bool:
    return word.text in _CUES or word.text.endswith("n't")


def _is_idle(sentence: Scan, at: int) -> bool:
    """Whether a negation stands alone, as in "No, ...", or bounds a number: "no more than", "no net has more than"."""
    if at + 1 == len(sentence.words):
        return True
    word, following = sentence.words[at], sentence.words[at + 1]
    ahead = [one.text for one in sentence.words[at + 1 : at + 2 + _REACH]]
    if any(one in _NO_NEGATION and after == "than" for one, after in pairwise(ahead)):
        return True
    return following.text in _NO_NEGATION or "," in sentence.text[word.end : following.start]


def _own(sentences: Sequence[Scan], shared: frozenset[str]) -> list[tuple[Scan, int]]:
    """The negations of a side, each with its sentence, but for those of what both sides negate."""
    places = [(sentence, cue) for sentence in sentences for cue in negations(sentence)]
    return [(sentence, cue) for sentence, cue in places if _target_stem(sentence, cue) not in shared]


def _negated(sentences: Sequence[Scan]) -> frozenset[str]:
    return frozenset(_target_stem(sentence, cue) for sentence in sentences for cue in negations(sentence)) - {""}


def _denials_of(
    own: Sequence[tuple[Scan, int]], mine: Sequence[Scan], theirs: Sequence[Scan]
) -> Iterator[tuple[str, str]]:
    """What one side denies, with the word by which the other affirms it of the same things."""
    denied = {denial.stem: denial for sentence, cue in own if (denial := _denial(sentence, cue))}
    affirmed, their_content = _affirmed(theirs), frozenset().union(*(sentence.content for sentence in theirs))
    for one in sorted(denied.keys() & affirmed.keys() - _affirmed(mine).keys()):
        if _is_of_each(one, denied[one].said, theirs):
            continue
        if not denied[one].rest or share(denied[one].rest, their_content) > _SAME_THINGS:
            yield denied[one].said, affirmed[one]


def _is_of_each(denied: str, said: str, theirs: Sequence[Scan]) -> bool:
    """Whether one side says of no such thing what the other may say of every one: "no corner may", "at each corner"."""
    if not said.startswith("no "):
        return False
    found = ((one.words, at) for one in theirs for at, word in enumerate(one.words) if word.stem == denied)
    return any(word.text in _EACH for words, at in found for word in words[max(0, at - _ADJECTIVES) : at])


def _denial(sentence: Scan, cue: int) -> Denial | None:
    at = _target(sentence.words, cue)
    if at is None:
        return None
    target = sentence.words[at]
    clause = _CLAUSE_END.split(sentence.text[target.end :], maxsplit=1)[0]
    rest = content_of(word for word in sentence.words[at + 1 :] if word.end <= target.end + len(clause))
    return Denial(target.stem, sentence.text[sentence.words[cue].start : target.end].lower(), rest)


def _affirmed(sentences: Sequence[Scan]) -> dict[str, str]:
    """The stems that are not negated, with their words; what stands near a negation counts as neither."""
    affirmed: dict[str, str] = {}
    for sentence in sentences:
        doubtful = {at for cue in negations(sentence) for at in range(cue + 1, cue + 1 + _SCOPE)}
        for at, word in enumerate(sentence.words):
            if at not in doubtful and word.text not in STOP_WORDS:
                affirmed[word.stem] = word.text
    return affirmed


def _target_stem(sentence: Scan, cue: int) -> str:
    at = _target(sentence.words, cue)
    return sentence.words[at].stem if at is not None else ""


def _target(found: Sequence[Word], cue: int) -> int | None:
    """The place of the first word after a negation that can be negated; None within four words."""
    for at in range(cue + 1, min(cue + 1 + _SCOPE, len(found))):
        if found[at].text not in _TRANSPARENT:
            return at
    return None


def _is_lifted(claim: Scan, sentence: Scan, shared: frozenset[str]) -> bool:
    """Whether what a sentence affirms cannot be told by its first negation alone.

    It may be taken back ("until", "unless"), hypothetical ("if"), said by a verb ("prevents", "lacks") or by a number
    ("0 violations"), which counts only where one side does so; doubled; or hold for a part only ("but not").
    """
    return _lifters(claim) != _lifters(sentence) or any(
        len(cues) > 1 or any(_is_contrast(one, cue) for cue in cues)
        for one in (claim, sentence)
        for cues in [[cue for _, cue in _own([one], shared)]]
    )


def _lifters(sentence: Scan) -> frozenset[str]:
    none = {"0" for fact in sentence.facts if isinstance(fact, Quantity) and fact.number == 0}
    implied = {word.stem for word in sentence.words if word.stem in _IMPLIED}
    return frozenset({word.text for word in sentence.words if word.text in _LIFTING} | implied | none)


def _is_past(claim: Scan, theirs: Sequence[tuple[Scan, int]]) -> bool:
    """Whether the claim is of a time before what the evidence says is "no longer" so."""
    then = any(word.text in _THEN for word in claim.words)
    return then and any(word.text == "longer" for one, cue in theirs for word in one.words[cue + 1 : cue + 2])


def _is_contrast(sentence: Scan, cue: int) -> bool:
    return cue > 0 and sentence.words[cue - 1].text in ("but", "and", "or")
