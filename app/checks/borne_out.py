"""Whether the evidence has a fact of the claim: the same value, or the same name in one of its spellings."""

from __future__ import annotations

import re
from itertools import takewhile

from app.checks.bounds import before
from app.checks.dates import Date
from app.checks.names import PIECES, Name, identifiers, key_of, version_number
from app.checks.negation import negations
from app.checks.numerals import literal_value
from app.checks.quantities import Quantity
from app.checks.scan import Evidence, Fact, Scan, initials_of
from app.checks.words import stem

_SHORTEST_STEM = 4
_ENDING = re.compile("(?:an?|al|d[ei]|e|ean|e[drs]|ern|ese|i|ian|i[cn]|ing|ish|land|ns?|ny|st?|tish|y)?")
_SHORTEST_ACRONYM = 3
_LONGEST_INITIALS = 6
_CHANCE = 1000
"""From here on two texts hardly have one number by chance."""
_LEVELS = {0: ("low", "clear", "zero", "deassert", "off"), 1: ("high", "set", "assert", "on")}
_AT_LEVEL = re.compile(r"(?:\b(?:at|is|to|goes|are|be)|=)\s?$")


def is_borne_out(fact: Fact, stated: Scan, told: Evidence) -> bool:
    """Whether the evidence has this fact of the claim `stated`."""
    if isinstance(fact, Quantity):
        return _has_quantity(fact, stated, told)
    if isinstance(fact, Date):
        return _any_agrees(fact, told) or told.spells(fact.text) or _is_in_headings(fact, told)
    if fact.kind == "version":
        return _any_agrees(fact, told) or told.spells(version_number(fact)) or _is_in_headings(fact, told)
    return _has_name(fact, stated, told) or (fact.kind == "name" and _is_abbreviated(fact, stated, told))


def agree(mine: Fact, theirs: Fact) -> bool:
    """Whether the evidence's fact bears out the claim's: both of one kind, or a number that looks like a year."""
    if isinstance(mine, Date) and isinstance(theirs, Quantity):
        return mine.is_bare_year and not theirs.unit and theirs.number == mine.year
    if isinstance(mine, Quantity) and isinstance(theirs, Date):
        return theirs.is_bare_year and not mine.unit and mine.number == theirs.year
    if isinstance(mine, Quantity) and isinstance(theirs, Name):
        return _is_literal(mine, theirs)
    if isinstance(mine, Name) and isinstance(theirs, Quantity):
        return _is_literal(theirs, mine)
    return (
        (isinstance(mine, Quantity) and isinstance(theirs, Quantity) and mine.agrees(theirs))
        or (isinstance(mine, Date) and isinstance(theirs, Date) and mine.agrees(theirs))
        or (isinstance(mine, Name) and isinstance(theirs, Name) and mine.agrees(theirs))
    )


def _is_literal(number: Quantity, literal: Name) -> bool:
    """Whether a bare number is the value of a literal of code: 0 of `1'b0`, 64 of `0x40`."""
    return not number.unit and literal_value(literal.text) == number.number


def are_rivals(mine: Fact, theirs: Fact) -> bool:
    """Whether two facts are of one kind, and the evidence's may stand where the claim has its own."""
    return (
        (isinstance(mine, Quantity) and isinstance(theirs, Quantity) and mine.rivals(theirs))
        or (isinstance(mine, Date) and isinstance(theirs, Date) and mine.rivals(theirs))
        or (isinstance(mine, Name) and isinstance(theirs, Name) and mine.rivals(theirs))
    )


def _any_agrees(fact: Fact, told: Evidence) -> bool:
    return any(agree(fact, other) for other, _ in told.facts)


def _is_in_headings(fact: Fact, told: Evidence) -> bool:
    return any(agree(fact, other) for other in told.dated)


def _has_quantity(fact: Quantity, stated: Scan, told: Evidence) -> bool:
    """Whether the evidence has this value, and not only of other things while it counts these otherwise."""
    theirs = [other for other, _ in told.facts if isinstance(other, Quantity)]
    agreeing = [other for other in theirs if fact.agrees(other)]
    if fact.unit:
        return bool(agreeing) or _is_span_of_years(fact, stated, told)
    if not agreeing:
        otherwise = any(other.number == fact.number for other in theirs)
        spelled = not otherwise and (told.spells(fact.text) or told.spells(f"v{fact.text}"))
        return spelled or _any_agrees(fact, told) or _denied(fact, told) or _is_level(fact, stated, told)
    of_others = abs(fact.number) < _CHANCE and all(
        fact.counted and other.counted and not fact.same_head(other) for other in agreeing
    )
    return not (of_others and any(fact.rivals(other) for other in theirs if other not in agreeing))


def _denied(fact: Quantity, told: Evidence) -> bool:
    """Whether the claim counts none of what the evidence says there is none of."""
    denied = (sentence.words[at + 1 :][:2] for sentence in told.sentences for at in negations(sentence))
    return fact.number == 0 and any(word.stem in fact.counted for words in denied for word in words)


def _is_span_of_years(fact: Quantity, stated: Scan, told: Evidence) -> bool:
    """Whether a number of years lies between two years: both in the evidence, or one of them in the claim."""
    if fact.unit not in ("year", "years") or fact.number < 2:
        return False
    theirs = {date.year for date, _ in told.facts if isinstance(date, Date) and date.year}
    mine = {date.year for date in stated.facts if isinstance(date, Date) and date.year}
    return any(abs(one - other) == fact.number for one in theirs for other in theirs | mine)


def _is_level(fact: Quantity, stated: Scan, told: Evidence) -> bool:
    """Whether the claim gives as 0 or 1 what the evidence calls low or high, cleared or set, off or on."""
    if fact.number not in _LEVELS or not _AT_LEVEL.search(before(stated.text, fact.start)):
        return False
    names = {stem(word) for word in _LEVELS[int(fact.number)]}
    digits = (other for other, _ in told.facts if isinstance(other, Quantity) and not other.unit)
    in_digits = any(other.number in _LEVELS for other in digits)
    return not in_digits and not names.isdisjoint(told.stems)


def _has_name(fact: Name, stated: Scan, told: Evidence) -> bool:
    if (
        not told.keys.isdisjoint((fact.key, f"0x{fact.key}"))
        or told.spells(fact.text)
        or (literal_value(fact.text) is not None and _any_agrees(fact, told))
    ):
        return True
    if _may_be_initials(fact) and _is_spelled_out(fact, stated, told):
        return True
    if fact.kind == "identifier":
        pieces = [piece for piece in PIECES.split(fact.text) if identifiers(piece) or piece[:1].isupper()]
        return _all_known(pieces, fact, told)
    return stem(fact.text.lower()) in told.stems or _is_variant(fact.key, told)


def _may_be_initials(fact: Name) -> bool:
    return fact.kind == "acronym" or (fact.text.isalpha() and len(fact.text) <= _LONGEST_INITIALS)


def _all_known(pieces: list[str], fact: Name, told: Evidence) -> bool:
    """Whether the telling pieces of a compound are each in the evidence; a name that has none is not taken apart."""
    return pieces != [fact.text] and bool(pieces) and all(key_of(piece) in told.keys for piece in pieces)


def _is_spelled_out(fact: Name, stated: Scan, told: Evidence) -> bool:
    """Whether the evidence, or the claim itself, has words with an acronym's letters as their initials, in order.

    Small letters before it do not make another acronym: `mtDNA` has `DNA`, but `AOCV` is not `OCV`.
    """
    letters = re.sub(r"\W", "", fact.key)
    if len(letters) < _SHORTEST_ACRONYM:
        first, last = letters[:1].upper(), letters[1:].upper()
        return told.matches(rf"(?<!\w)(?:{first}\w+\s(?:of\s)?{last}\w+|(?i:{first}\w+-{last}\w+))")
    if any(letters in initials for initials in (*told.initials, *initials_of(stated.text))):
        return True
    return told.matches(rf"(?<!\w)[a-z]+{re.escape(fact.text)}s?(?!\w)")


def _is_abbreviated(fact: Name, stated: Scan, told: Evidence) -> bool:
    """Whether the evidence has an acronym that the claim spells out with this word in it."""
    initials = "".join(word.text[0] for word in stated.words)
    acronyms = [other.key for other, _ in told.facts if isinstance(other, Name) and other.kind == "acronym"]
    places = [(initials.find(acronym), len(acronym)) for acronym in acronyms if acronym in initials]
    return any(word.start == fact.start for at, size in places for word in stated.words[at : at + size])


def _is_variant(key: str, told: Evidence) -> bool:
    """Whether the evidence has a form of the same name: "America" for "American", but not "Austria" for "Australia"."""
    return any(_ends_alone_differ(key, other) for other in told.keys if other[:_SHORTEST_STEM] == key[:_SHORTEST_STEM])


def _ends_alone_differ(one: str, other: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    ends = one[shared:], other[shared:]
    return shared >= _SHORTEST_STEM and all(_ENDING.fullmatch(end) for end in ends)
