"""Which words of a question point back to what was said before it, such as "it" or "that module".

Words that find what they mean in their own question point to nothing: "When a path fails, how is it repaired?", "Is it
allowed to ...?". What is in doubt does not point: a question about something else must not be dragged back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.checks.syntax import FINITE, Sentence, Word
from app.phrases import WH, Phrase, phrases
from ingest.analyse import terms

PLURAL = frozenset({"they", "them", "their", "these", "those"})
PERSONS = frozenset({"he", "him", "his", "she", "her"})
PERSONAL = frozenset({"it", "its", "they", "them", "their"}) | PERSONS
POSSESSIVE = frozenset({"its", "their"})

_POINTING = PLURAL | PERSONS | {"it", "its", "this", "that"}
_VERB = r"(?:is|are|was|were|has|have|needs?|takes?|costs?|does|do|can|must|may|should|will|applies)"
_VAGUE = re.compile(
    rf"\bthe (?:former|latter)\b(?=\W*$| {_VERB}\b)|\bof the two\b(?=\W*$| {_VERB}\b)|\bboth\b(?=\W*$| {_VERB}\b)"
    r"|\bboth of (?:them|these|those)\b|^(?:and |but )?(?:do|does|did|is) the same\b (?:hold|apply|go|true|for|in|at)\b"
    rf"|^(?:and |but )?which one\b(?=\W*$| {_VERB}\b)|^(?:and |but )?is there one\b(?=\W*$| (?:for|in|at|on|with)\b)"
    r"|\b(?:else|that way|that case)\W*$"
    r"|^(?:please |can you |could you )?(?:explain|elaborate|clarify|continue|(?:tell me )?more)(?: please| more)?\W*$",
    re.IGNORECASE,
)
"""Points back, and no noun can stand in its place."""

_VAGUE_ALONE = re.compile(
    r"\bthe (?:same|others?|opposite)\b|\bthe (?:\w+ )?one\W*$|\b(?:then|so|instead|otherwise)\W*$", re.IGNORECASE
)
"""Points back where the question has no thing of its own that is meant."""

_SUBORDINATING = """
than when if before after because while since until once as although unless so that which
"""
_SUBORDINATE, _COORDINATE = frozenset(_SUBORDINATING.split()), frozenset({"and", "or", "but", ","})
_PREPOSITIONAL = frozenset({"before", "after", "since", "until", "as"})
"""These begin a clause only where a verb follows."""

_RELATIVE = frozenset({"who", "which", "that", "whose"})
_COMPLEMENT = frozenset({"that", "if", "whether"})
_SHOWN = """
handbook guide guideline page document company house year week section store
"""
_WITNESS = frozenset(_SHOWN.split())
"""What "this" shows rather than points back to."""

_NOT_AFTER = """
of every each all any a an the we you i they that who which whose
"""
_NO_NOUN = frozenset(_NOT_AFTER.split())
"""After these "that" and "those" do not point: "those of", "those who", "that every request starts"."""

_ORDINALS = frozenset({"first", "second", "third", "fourth", "last", "next", "previous"})
FEW = 2
"""More words than this before a clause name something, though the parser found no noun among them."""

_QUOTES = frozenset("'\"‘“`")
_ENDS = frozenset({".", "?", "!", ";", ":"})


def points_vaguely(question: Sentence) -> bool:
    """Whether a question points back by what no noun can replace, such as "the latter"."""
    text = question.text
    if question.has(_ENDS, 0, len(question.words) - 1):
        return False
    if _VAGUE.search(text):
        return True
    there = any(word.lower == "there" and word.tag != "EX" for word in question.words[-2:])
    return bool(there or _VAGUE_ALONE.search(text)) and not phrases(question)


def points_by_number(question: Sentence, said: str) -> bool:
    """Whether a question points to one of several things of a kind that `said` names, such as "the second run"."""
    told = set(terms(said))
    for one in phrases(question):
        first, *between = [word.lower for word in question.words[one.first : one.last]]
        if first == "the" and len(between) == 2 and between[0] in _ORDINALS and _is_all(one):
            return set(terms(one.noun.text)) <= told
    return False


def pointers(question: Sentence) -> list[Word]:
    """The words of a question that point to what was said before it, in order."""
    found = phrases(question)
    return [word for word in question.words if _points(word, question, found)]


def _points(word: Word, question: Sentence, found: Sequence[Phrase]) -> bool:
    lower, after = word.lower, _next(question, word)
    if lower == "the":
        return any(one.first == word.at and one.last == word.at + 2 and _is_all(one) for one in found)
    if lower == "such":
        return after in ("a", "an") and not _is_bound(word, question, found)
    if lower not in _POINTING or (lower == "that" and not _is_demonstrative(word, question)) or after in _NO_NOUN:
        return False
    if lower == "it" and _is_empty(question, word):
        return False
    if after in _WITNESS or after in _QUOTES or _is_told(word, question, found):
        return False
    return not _is_bound(word, question, found)


def _is_demonstrative(that: Word, question: Sentence) -> bool:
    """Whether "that" is no conjunction; its tag errs before a preposition: "how much is that in ns"."""
    around = question.words[max(that.at - 1, 0) : that.at + 2]
    return that.tag == "DT" or (len(around) == 3 and _is_finite(around[0]) and around[2].tag == "IN")


def _is_told(word: Word, question: Sentence, found: Sequence[Phrase]) -> bool:
    """Whether what "this argument" means is told next: "this argument: -l", "this variable, PLACE_DENSITY"."""
    named = next((one for one in found if one.first == word.at + 1), None)
    if named is None or word.lower in PERSONAL:
        return False
    words = question.words[named.last :]
    return words[0].text == "," or any(one.text == ":" for one in words) if words else False


def _is_all(phrase: Phrase) -> bool:
    """Whether nothing after a phrase says which one is meant, as "of the chain" does."""
    after = phrase.sentence.words[phrase.last : phrase.last + 1]
    return not after or not (
        after[0].tag in ("IN", "DT", "WDT", "WP", "CD", "SYM") or after[0].relation in ("relcl", "acl")
    )


def _next(question: Sentence, word: Word) -> str:
    after = question.words[word.at + 1 : word.at + 2]
    return after[0].lower if after else ""


def _is_empty(question: Sentence, it: Word) -> bool:
    """Whether "it" stands for a clause that follows: "is it possible to", "how long does it take to"."""
    after = question.words[it.at + 2 : it.at + 5]
    return _next(question, it) == "that" or any(one.tag == "TO" or one.lower in _COMPLEMENT for one in after)


def _is_bound(word: Word, question: Sentence, found: Sequence[Phrase]) -> bool:
    """Whether a thing in another clause of the question may be what is meant, or for "its" any thing before it."""
    before = [one for one in found if one.last <= word.at]
    if word.lower in POSSESSIVE and (any(not one.asked for one in before) or _looks_ahead(word, question, found)):
        return True
    if word.lower in PERSONS and any(not one.asked for one in before):
        return True
    if any(question.has(_ENDS, one.last, word.at) for one in before):
        return True
    if _is_object_within(word, question, [one for one in before if not one.asked]):
        return True
    if any(_is_set_apart(one, word, question) for one in before if not one.asked):
        return True
    return any(_begins_clause(one, word, question, before) for one in question.words[: word.at])


def _is_set_apart(phrase: Phrase, word: Word, question: Sentence) -> bool:
    """Whether a thing stands in a relative clause or an opening: "those who wrote X", "given X, how deep is it"."""
    opens, words = question.words[0], question.words
    if opens.tag in ("VBN", "VBG") and any(one.text == "," for one in words[phrase.last : word.at]):
        return True
    between = words[phrase.last : word.at]
    if any(one.tag in WH for one in between) and not any(one.text == "," for one in between):  # a second question
        return True
    return any(one.lower in _RELATIVE and one.tag in ("WP", "WDT") for one in words[1 : phrase.first])


def _is_object_within(word: Word, question: Sentence, before: Sequence[Phrase]) -> bool:
    """Whether a thing that was named is done something to: "without loading it", "a file ... attempt to read it"."""
    verb, to = (question.words[word.at - back] if word.at >= back else word for back in (1, 2))
    return bool(before) and (verb.tag == "VBG" or (verb.tag == "VB" and to.tag == "TO" and len(before) > 1))


def _looks_ahead(word: Word, question: Sentence, found: Sequence[Phrase]) -> bool:
    """Whether "its" stands in an opening such as "From its source, ...", with a thing after it that it may mean."""
    commas = [one.at for one in question.words if one.text == "," and one.at > word.at]
    opens = question.words[0].tag == "IN"
    return opens and bool(commas) and any(one.first > commas[0] for one in found)


def _begins_clause(join: Word, word: Word, question: Sentence, before: Sequence[Phrase]) -> bool:
    """Whether `join` sets the clause of `word` apart from one that names a thing."""
    left, between = question.words[: join.at], question.words[join.at + 1 : word.at]
    names = bool(left) and (bool(before) or len(left) > FEW)
    if join.lower in _SUBORDINATE:
        asks = (join.tag == "WDT" and not left) or (bool(between) and _is_finite(between[0]))  # "when is it"
        if join.lower in _PREPOSITIONAL and not any(map(_is_finite, question.words[join.at + 1 :])):
            return False
        return not asks and (names or (not left and any(one.first > join.at for one in before)))
    if join.lower not in _COORDINATE or not any(_is_finite(one) or one.tag == "VB" for one in between):
        return False
    return names and (join.text != "," or any(map(_is_finite, left)))


def _is_finite(word: Word) -> bool:
    return word.tag in FINITE or word.tag == "MD"
