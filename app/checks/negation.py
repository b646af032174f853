"""Negation: "must be used" against "must not be used".

A negated word is compared only with the same word in an evidence sentence that says nearly the same otherwise, so that
a paraphrase is not taken for its opposite. This is blind to many contradictions; those are the entailment model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.checks.scan import Scan
from app.checks.words import STOP_WORDS, Word, stem

_CUES = frozenset({"not", "no", "never", "cannot", "without", "neither", "nor"})
_AUXILIARIES = """be been being is am are was were do does did has have had will would shall should can could may might
    must to a an the any longer yet also ever always actually currently generally usually normally"""
_TRANSPARENT = frozenset(_AUXILIARIES.split())
_COMPARISONS = "only just merely more less fewer greater higher lower necessarily matter"
_NO_NEGATION = frozenset(_COMPARISONS.split())
_LIFTING = frozenset({"until", "unless", "except", "if", "whether", "rather", "rarely", "seldom", "hardly"})
_NEGATIVE_VERBS = (
    "prevent avoid lack fail deny reject refuse inhibit block eliminate ignore absence unable free threaten"
)
_IMPLIED = frozenset(stem(word) for word in _NEGATIVE_VERBS.split())
_SCOPE = 4


def flips(claim: Scan, near: Sequence[Scan]) -> Iterator[tuple[str, str]]:
    """The words that either the claim or the evidence negates and the other affirms, as each has them.

    `near` are the evidence sentences that share most of the claim's content. Where both sides negate something they
    are not compared: "no flop may lose" says what "flops must not lose" says.
    """
    if bool(negations(claim)) == any(map(negations, near)) or any(map(_is_lifted, (claim, *near))):
        return
    denied, affirmed = _polarity([claim])
    their_denied, their_affirmed = _polarity(near)
    for one in sorted(denied.keys() & their_affirmed.keys() - affirmed.keys() - their_denied.keys()):
        yield denied[one], their_affirmed[one]
    for one in sorted(affirmed.keys() & their_denied.keys() - denied.keys() - their_affirmed.keys()):
        yield affirmed[one], their_denied[one]


def negations(sentence: Scan) -> list[int]:
    """The places, among the sentence's words, of the words that negate what comes after them."""
    return [at for at, word in enumerate(sentence.words) if _negates(word) and not _is_idle(sentence, at)]


def _negates(word: Word) -> bool:
    return word.text in _CUES or word.text.endswith("n't")


def _is_idle(sentence: Scan, at: int) -> bool:
    """Whether a negation stands alone, as in "No, ...", or begins a comparison, as in "no more than"."""
    if at + 1 == len(sentence.words):
        return True
    word, following = sentence.words[at], sentence.words[at + 1]
    return following.text in _NO_NEGATION or "," in sentence.text[word.end : following.start]


def _polarity(sentences: Iterable[Scan]) -> tuple[dict[str, str], dict[str, str]]:
    """The stems that are negated and those that are not, each with its words; a stem may be in both.

    What stands near a negation, beyond the word that it is taken to negate, counts as neither.
    """
    denied: dict[str, str] = {}
    affirmed: dict[str, str] = {}
    for sentence in sentences:
        cues = negations(sentence)
        doubtful = {at for cue in cues for at in range(cue + 1, cue + 1 + _SCOPE)}
        for cue in cues:
            at = _target(sentence.words, cue)
            if at is not None:
                denied[sentence.words[at].stem] = _between(sentence, cue, at)
        for at, word in enumerate(sentence.words):
            if at not in doubtful and word.text not in STOP_WORDS:
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
    """Whether what a sentence affirms cannot be told by its first negation alone.

    It may be taken back ("until", "unless"), hypothetical ("if"), doubled, said by a verb ("prevents", "lacks"), or
    hold for a part only ("but not").
    """
    cues = negations(sentence)
    texts = [word.text for word in sentence.words]
    contrast = any(cue > 0 and texts[cue - 1] in ("but", "and", "or") for cue in cues)
    implied = any(word.stem in _IMPLIED for word in sentence.words)
    return len(cues) > 1 or contrast or implied or any(text in _LIFTING for text in texts)
