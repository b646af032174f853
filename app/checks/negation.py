"""Negation: "must be used" against "must not be used".

A negated word is compared only with the same word in an evidence sentence that says nearly the same otherwise, so that
a paraphrase is not taken for its opposite. This is blind to many contradictions; those are the entailment model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.checks.scan import Scan
from app.checks.words import STOP_WORDS, Word

_CUES = frozenset({"not", "no", "never", "cannot", "without", "neither", "nor"})
_AUXILIARIES = """be been being is am are was were do does did has have had will would shall should can could may might
    must to a an the any longer yet also ever always actually currently generally usually normally"""
_TRANSPARENT = frozenset(_AUXILIARIES.split())
_COMPARISONS = "only just merely more less fewer greater higher lower necessarily matter"
_NO_NEGATION = frozenset(_COMPARISONS.split())
_LIFTED = frozenset({"until", "unless", "except", "before", "but", "without", "if", "other", "than"})
_SCOPE = 4


def flips(claim: Scan, near: Sequence[Scan]) -> Iterator[tuple[str, str]]:
    """The words that either the claim or the evidence negates and the other affirms, as each has them.

    `near` are the evidence sentences that share most of the claim's content.
    """
    denied, affirmed = _polarity([claim])
    their_denied, their_affirmed = _polarity(near)
    if _is_lifted(claim) or any(map(_is_lifted, near)):
        return
    for stem in sorted(denied.keys() & their_affirmed.keys() - affirmed.keys() - their_denied.keys()):
        yield denied[stem], their_affirmed[stem]
    for stem in sorted(affirmed.keys() & their_denied.keys() - denied.keys() - their_affirmed.keys()):
        yield affirmed[stem], their_denied[stem]


def negations(sentence: Scan) -> list[int]:
    """The places, among the sentence's words, of the words that negate."""
    found = sentence.words
    return [
        at
        for at, word in enumerate(found)
        if (word.text in _CUES or word.text.endswith("n't"))
        and not (at + 1 < len(found) and found[at + 1].text in _NO_NEGATION)
    ]


def _polarity(sentences: Iterable[Scan]) -> tuple[dict[str, str], dict[str, str]]:
    """The stems that are negated and those that are not, each with its words; a stem may be in both."""
    denied: dict[str, str] = {}
    affirmed: dict[str, str] = {}
    for sentence in sentences:
        targets = {at: cue for cue in negations(sentence) if (at := _target(sentence.words, cue)) is not None}
        for at, word in enumerate(sentence.words):
            if at in targets:
                denied[word.stem] = _between(sentence, targets[at], at)
            elif word.text not in STOP_WORDS:
                affirmed[word.stem] = word.text
    return denied, affirmed


def _target(found: Sequence[Word], cue: int) -> int | None:
    """The place of the first word after a negation that can be negated; None within four words."""
    for at in range(cue + 1, min(cue + 1 + _SCOPE, len(found))):
        if found[at].text not in _TRANSPARENT:
            return at
    return None


def _between(sentence: Scan, cue: int, at: int) -> str:
    return sentence.text[sentence.words[cue].start : sentence.words[at].end].lower()


def _is_lifted(sentence: Scan) -> bool:
    """Whether a negation may be taken back by "until", "unless" and the like, or by a second negation."""
    places = negations(sentence)
    return bool(places) and (len(places) > 1 or any(word.text in _LIFTED for word in sentence.words[places[0] + 1 :]))
