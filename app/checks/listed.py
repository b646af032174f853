"""Cutting a list at the end of a sentence: "A needs x and y", "A is an x and y", "A is x and y"."""

from __future__ import annotations

from collections.abc import Sequence

from app.checks.coordinated import before
from app.checks.scope import DOWNWARD, TOGETHER, bound
from app.checks.syntax import PLURAL, Sentence, Word

_OF_EACH_WORDS = (
    "require requires required need needs needed support supports supported use uses used include includes included"
    " contain contains contained accept accepts accepted reject rejects rejected provide provides provided read reads"
    " list lists listed has have had report reports reported check checks checked produce produces produced lack lacks"
    " define defines defined specify specifies specified"
)
_OF_EACH = frozenset(_OF_EACH_WORDS.split())
"""Verbs that hold for each of their objects when they hold for all."""

_BE = frozenset({"is", "was"})
_PERSON = ("er", "or", "ist", "ian", "ant", "man", "woman", "ress")
_COLOUR_WORDS = "black white red green blue yellow grey gray brown orange pink purple gold silver"
_COLOURS = frozenset(_COLOUR_WORDS.split())


def objects(sentence: Sentence) -> list[str]:
    """Cut "A needs x and y" in two; no cut gives an empty list."""
    verb = sentence.root
    found = sentence.children(verb, "dobj") if verb and verb.lower in _OF_EACH else ()
    if len(found) != 1:
        return []
    items = sentence.joined(found[0])
    return _each(sentence, items) if _closed(sentence, items) and _parallel(sentence, items) else []


def adjectives(sentence: Sentence) -> list[str]:
    """Cut "A is x and y" in two; no cut gives an empty list. Of several things some may be x and others y."""
    verb = sentence.root
    found = sentence.children(verb, "acomp") if verb and verb.lower in _BE else ()
    items = sentence.joined(found[0]) if len(found) == 1 else []
    plain = all(one.tag == "JJ" and one.lower not in _COLOURS for one in items)
    return _each(sentence, items) if plain and _closed(sentence, items) else []


def professions(sentence: Sentence) -> list[str]:
    """Cut "A was an x and y" in two where both are what a person can be; no cut gives an empty list."""
    verb = sentence.root
    found = sentence.children(verb, "attr") if verb and verb.lower in _BE else ()
    items = sentence.joined(found[0]) if len(found) == 1 else []
    if not _closed(sentence, items) or not all(one.tag == "NN" and one.lower.endswith(_PERSON) for one in items):
        return []
    determined = [sentence.children(one, "det") for one in items]
    if [one.lower for one in determined[0]] not in (["a"], ["an"]):
        return []
    article = [f"{_article(sentence, one)} " if not det else "" for one, det in zip(items, determined, strict=True)]
    return _each(sentence, items, article)


def _article(sentence: Sentence, noun: Word) -> str:
    return "an" if sentence.words[sentence.begin(noun)].lower[0] in "aeiou" else "a"


def _closed(sentence: Sentence, items: Sequence[Word]) -> bool:
    """Whether a list of two or more ends the sentence, is joined by "and", and is denied or bound by nothing."""
    verb, size = sentence.root, len(sentence.words)
    subject = sentence.subject(verb) if verb else None
    if verb is None or subject is None or subject.relation == "expl" or not sentence.stands or len(items) < 2:
        return False
    links = [sentence.words[sentence.begin(one) - 1].lower for one in items[1:]]
    if links[-1] != "and" or not all(link in (",", "and") for link in links):
        return False
    if sentence.under(items[0])[-1].at + 1 != size or sentence.children(verb, "advmod", "neg", "conj"):
        return False
    return not sentence.has(DOWNWARD | TOGETHER | {"most", "up"}) and not bound(sentence, sentence.begin(subject))


def _parallel(sentence: Sentence, items: Sequence[Word]) -> bool:
    """Whether each item stands by itself: all with an article or number, all plural, or all single names."""
    if all(_marked(sentence, one) for one in items):
        return True
    if any(sentence.children(one, "compound", "nmod") for one in items):  # "setup and hold checks"
        return False
    return all(one.tag in PLURAL for one in items) or all(one.tag == "NNP" for one in items)


def _marked(sentence: Sentence, noun: Word) -> bool:
    return bool(sentence.children(noun, "det", "nummod"))


def _each(sentence: Sentence, items: Sequence[Word], leads: Sequence[str] = ()) -> list[str]:
    begins = [sentence.begin(one) for one in items]
    held, size = sentence.cut(0, begins[0]), len(sentence.words)
    ends = [*(before(sentence, at) for at in begins[1:]), size]
    leads = leads or [""] * len(items)
    return [
        f"{held} {lead}{sentence.cut(*place)}"
        for lead, place in zip(leads, zip(begins, ends, strict=True), strict=True)
    ]
