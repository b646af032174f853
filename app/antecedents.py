"""What a word that points back stands for in what was said before.

Where nothing that fits is found, None says so: a wrong antecedent would be searched for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.checks.syntax import Sentence, Word, parse
from app.phrases import Phrase, extended, is_misread, phrases
from app.pointing import PERSONAL, PERSONS, PLURAL, POSSESSIVE
from ingest.analyse import terms

_WHO = frozenset({"who", "whose", "whom"})
_CHOOSING = frozenset({"which", "what"})


@dataclass(frozen=True)
class Said:
    """A question that was asked before, as it was understood, with the beginning of what was answered.

    Each is parsed when it is first needed.
    """

    asked: str
    answered: str

    @cached_property
    def question(self) -> Sentence:
        """The question as a tree."""
        return parse(self.asked)

    @cached_property
    def answer(self) -> Sentence:
        """The beginning of the answer as a tree."""
        return parse(self.answered)


def resolved(question: Sentence, word: Word, said: Sequence[Said]) -> str | None:
    """The question with the thing that `word` points to in its place; `said` has the newest last.

    None where nothing that was said fits.
    """
    pointed = _pointed(question, word)
    if pointed and word.lower == "the":
        found = _of_kind(pointed, said[-1].question) if said else None
        return _replaced(question, word, pointed, found) if found and found.is_usable else None
    if pointed:
        found = next(filter(None, (_named(pointed, one) for one in reversed(said))), None)
    else:
        found = None if _means_all(question, word) else _antecedent(word, said)
    return _replaced(question, word, pointed, found) if found and found.is_usable else None


def names_at_hand(word: Word, question: Sentence) -> bool:
    """Whether a phrase may as well mean what its asker works on: "the check", "this block"."""
    return word.lower == "the" or (word.lower in ("this", "these") and _pointed(question, word) is not None)


def _pointed(question: Sentence, word: Word) -> Phrase | None:
    """The phrase that "this", "those" or "such" is part of; None where the word stands alone."""
    if word.lower in PERSONAL:
        return None
    first = word.at + (2 if word.lower == "such" else 1)
    ending = (one for one in phrases(question) if one.first <= first < one.last)
    return next(ending, None)


def _named(pointed: Phrase, said: Said) -> Phrase | None:
    return _of_kind(pointed, said.question) or _of_kind(pointed, said.answer)


def _of_kind(pointed: Phrase, sentence: Sentence) -> Phrase | None:
    """What "that filter" is: a phrase that ends in the same noun, and says more of it."""
    wanted = terms(pointed.noun.text)
    for one in phrases(sentence):
        if terms(one.noun.text) == wanted and len(terms(one.bare)) > len(wanted):
            return one
    return None


def _means_all(question: Sentence, word: Word) -> bool:
    """Whether a word may mean a person, or all that was said: "why is that?"."""
    ends = not any(one.text[:1].isalnum() for one in question.words[word.at + 1 :])
    return word.lower in PERSONS or (ends and word.lower in ("this", "that"))


def _antecedent(word: Word, said: Sequence[Said]) -> Phrase | None:
    """What was last asked about; None where that question names several things that may be meant."""
    for one in reversed(said):
        found = _candidates(word, one)
        if found:
            return found[0] if len(found) == 1 and not is_misread(one.question) else None
        if word.lower in PLURAL and one.question.has(_WHO, 0, 1):  # they may be those who were asked for
            return None
    return None


def _candidates(word: Word, said: Said) -> list[Phrase]:
    """What may be meant: what was asked for as it was answered, else what the question was about."""
    asked, plural = phrases(said.question), word.lower in PLURAL
    if plural and said.question.has(_WHO, 0, 1):
        return []
    wants_name = said.question.has(_CHOOSING, 0, 1) and bool(asked) and asked[0].asked and asked[0].first == 1
    named = [one for one in _names(asked[0], said) if _agrees(one, plural)] if wants_name else []
    if named:
        return named[:1]
    about = [one for one in asked if not one.asked and not _is_circumstance(one)]
    others = [one for one in asked if not one.asked] or asked
    return _wholes(about, asked, word) if about else [one for one in others if _agrees(one, plural)]


def _is_circumstance(phrase: Phrase) -> bool:
    """Whether a phrase only says when, where or for what."""
    before = phrase.sentence.words[phrase.first - 1 : phrase.first] if phrase.first else ()
    return any(one.tag in ("IN", "TO") and one.lower != "of" for one in before)


def _wholes(about: Sequence[Phrase], among: Sequence[Phrase], word: Word) -> list[Phrase]:
    """The phrases that fit, with what belongs to them; where "it" may as well be the part after "of", both."""
    found, plural = list[Phrase](), word.lower in PLURAL
    for one in about:
        if not _agrees(one, plural) or (found and found[-1].last >= one.last):
            continue
        whole = _whole(one, among)
        parts = (part for part in among if one.last < part.last <= whole.last and _is_after_of(part))
        either = word.lower not in ("this", "that") and any(_agrees(part, plural) for part in parts)
        found.append(one if either else whole)
    return found


def _is_after_of(phrase: Phrase) -> bool:
    return phrase.first > 0 and phrase.sentence.words[phrase.first - 1].lower == "of"


def _agrees(phrase: Phrase, plural: bool) -> bool:
    """Whether a phrase fits in number; "they" may be such things as one was named of."""
    return phrase.is_plural == plural or (plural and phrase.article in ("a", "an", "each", "every"))


def _names(asked: Phrase, said: Said) -> list[Phrase]:
    """What an answer names: what is said to be of the kind asked for, else its first name that is new."""
    kind, known = terms(asked.noun.text), set(terms(said.question.text))
    new = [one for one in phrases(said.answer) if not set(terms(one.noun.text)) <= known]
    named = [one for one in new if terms(one.noun.text) != kind and set(kind) < set(terms(one.bare))]
    return named + [one for one in new if one.noun.tag == "NNP"]


def _whole(phrase: Phrase, among: Sequence[Phrase]) -> Phrase:
    """A phrase with what belongs to it: after a noun that "is" or "are" asks about, all that follows."""
    sentence = phrase.sentence
    is_asked = phrase.first >= 1 and sentence.words[phrase.first - 1].lower in ("is", "are", "was", "were")
    of = phrase.last < len(sentence.words) and sentence.words[phrase.last].lower == "of"
    ends = is_asked and among[-1].last >= len(sentence.words) - 1
    return extended(phrase, list(among)) if of or ends else phrase


def _replaced(question: Sentence, word: Word, pointed: Phrase | None, found: Phrase) -> str:
    text = question.text
    if word.lower in POSSESSIVE:
        owned = next((one for one in phrases(question) if one.first == word.at + 1), None)
        if owned is not None:
            end = question.words[owned.last - 1].end
            return f"{text[: word.start]}the {text[word.end :][: end - word.end].lstrip()} of {found.text}{text[end:]}"
        return f"{text[: word.start]}{found.text}'s{text[word.end :]}"
    last = pointed.noun.end if pointed else word.end
    named = found.several if word.lower in PLURAL and not pointed else found.text
    if found.article:
        named = named[:1].lower() + named[1:]
    return _capital(f"{text[: word.start]}{named}{text[last:]}", word.start == 0)


def _capital(text: str, first: bool) -> str:
    return text[:1].upper() + text[1:] if first else text
