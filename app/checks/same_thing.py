"""Whether two statements say different things of the same thing, and not of two things, or under two conditions.

Precision comes first. Beside what they disagree on, the two must name the same things in nearly the same words; what
one of them holds for (a mode, a version, a product, a corner) the other must hold for too, be it said in the sentence
or in the headings above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from app.checks import facts
from app.checks.binding import bound
from app.checks.borne_out import are_rivals
from app.checks.direction import are_opposed
from app.checks.names import Kind, Name, version_number
from app.checks.negation import negations
from app.checks.quantities import Quantity
from app.checks.scan import Fact, Scan, scan
from app.checks.words import Word, content, content_of, fold, share, stem, words

LEAST_SHARED = 3
"""How many content words two statements must share, beside what they disagree on; an identifier counts as one."""

SAME_WORDS = 0.8
"""Share of each statement's content that the other must hold."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAID_DOWN = content("maximum minimum least limit exceed require must allow permit house value")
_KINDS_OF_DOCUMENT = content(
    "handbook guide guideline manual note policy specification document documentation overview introduction reference "
    "tutorial summary report data sheet datasheet chapter section part appendix general"
)
_CONDITIONS = _set("if when whenever where unless until while except only without otherwise instead off out")
_PAST = _set("was were had formerly previously earlier old former")
_POINTS_ELSEWHERE = _set("this that these those it its they their he she his her such here both")
_MADE_UP = _set("example examples instance suppose assume assumed")
_PREPOSITIONS = _set("in at for on under during with by of from to per after before between above below")
_SAYS = _set("is are be been must shall should may might can cannot will has have does do needs need")
_TURNS = content("increase grow raise rise decrease shrink reduce lower fall enable disable assert deassert")
_REACH = 4
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.)\s+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a document, with the title and the headings that it stands under, outermost first."""

    text: str
    headings: tuple[str, ...] = ()
    document: str = ""

    @property
    def whole(self) -> str:
        """The headings and the sentence."""
        return "\n".join((*self.headings, self.text))


@dataclass(frozen=True, slots=True)
class Difference:
    """What the first of two statements says, and what the second says in its place."""

    mine: str
    theirs: str


def difference(mine: Statement, theirs: Statement, replaced: bool = False) -> Difference | None:
    """What two statements about the same thing disagree on; None where they do not, or speak of different things.

    `replaced` when the document of one replaces that of the other: the two versions are then no two things.
    """
    there, back = _conflicts(mine, theirs, replaced), _conflicts(theirs, mine, replaced)
    if not there or not back or _is_about_another(mine, theirs, replaced):
        return None
    one, other = scan(mine.text), scan(theirs.text)
    found = _of_values(there, back, one, other) or _of_words(there, back, mine, theirs)
    return found if found and _says_the_same_otherwise(one, other, there + back) else None


def may_be_same(mine: Statement, theirs: Statement, replaced: bool = False) -> bool:
    """Whether nothing tells two statements apart as being of different things, so that a model may judge them.

    What has values that differ is left to the fact rung: a model takes two limits of one thing for a contradiction.
    """
    found = [_facts(*pair) for pair in ((mine, theirs), (theirs, mine))]
    apart = any(facts.lacking(one) or _differ_in_value(one.get("conflicts", ()), mine, theirs) for one in found)
    return not apart and not _is_about_another(mine, theirs, replaced)


def _differ_in_value(conflicts: Sequence[dict[str, str]], mine: Statement, theirs: Statement) -> bool:
    values = {fact.text for side in (mine, theirs) for fact in scan(side.text).facts}
    return any(one["claim"] in values for one in conflicts)


@lru_cache(maxsize=64)
def _facts(mine: Statement, theirs: Statement) -> Mapping[str, Any]:
    """What the fact rung says: asked for whether two statements differ, then for whether they may be the same."""
    return dict(facts.check(mine.text, [theirs.text], context="\n".join(theirs.headings)).detail)


def _conflicts(mine: Statement, theirs: Statement, replaced: bool) -> list[tuple[str, str]]:
    """The conflicts that the fact rung names; none where one statement names a thing that the other has not."""
    found = _facts(mine, theirs)
    own = _versions(*mine.headings[:1])
    ignored = {fact.text for fact in _named(mine.text, "version") if replaced or version_number(fact) in own}
    if not ignored.issuperset(facts.lacking(found)):
        return []
    pairs = [(one["claim"], one["evidence"]) for one in found.get("conflicts", ())]
    return [pair for pair in pairs if pair[0] not in ignored]


def _of_values(
    there: Sequence[tuple[str, str]], back: Sequence[tuple[str, str]], one: Scan, other: Scan
) -> Difference | None:
    """The one value that each of two statements has of its own; of several, those that belong to the same word."""
    mine, theirs = ({text for text, _ in pairs} for pairs in (there, back))
    values = [_value(text, scanned) for texts, scanned in ((mine, one), (theirs, other)) for text in texts]
    opposed = are_opposed(one, other) and are_opposed(other, one)
    if opposed or _denied(one) != _denied(other) or not all(values):
        return None
    if len(mine) == len(theirs) == 1:
        return Difference(*mine, *theirs) if _may_both_not_hold(*values) else None
    of_same = {
        Difference(value.text, rival.text)
        for (key, value), (other_key, rival) in product(bound(one), bound(other))
        if key.name == other_key.name and are_rivals(value, rival) and value.text in mine and rival.text in theirs
    }
    return of_same.pop() if len(of_same) == 1 else None


def _value(text: str, scanned: Scan) -> Fact | None:
    """The value that a text is: no name, and no number that counts nothing, which is a label as in "Table 2"."""
    for fact in scanned.facts:
        if fact.text == text and not isinstance(fact, Name):
            return fact if not isinstance(fact, Quantity) or fact.dimension or fact.counted else None
    return None


def _may_both_not_hold(mine: Fact | None, theirs: Fact | None) -> bool:
    """Whether two values exclude each other, as a lower and an upper bound do not."""
    return {getattr(fact, "bound", "") for fact in (mine, theirs)} != {"above", "below"}


def _denied(sentence: Scan) -> frozenset[str]:
    """The content right after each negation; "must not exceed" denies nothing."""
    after = (sentence.words[at + 1 : at + 1 + _REACH] for at in negations(sentence))
    return frozenset(next((one for w in some for one in content_of([w])), "") for some in after) - _LAID_DOWN


def _of_words(
    there: Sequence[tuple[str, str]], back: Sequence[tuple[str, str]], mine: Statement, theirs: Statement
) -> Difference | None:
    """A word that one document says and the other denies, or says the opposite of.

    In one document that is mostly a sequence of steps. Of an opposite that names a thing, as "setup" does of a margin,
    there are two things.
    """
    if mine.document == theirs.document or len(there) != 1 or len(back) != 1:
        return None
    said = [_is_said(text, scan(side.text)) for text, side in zip(there[0], (mine, theirs), strict=True)]
    return Difference(*there[0]) if all(said) else None


def _is_said(text: str, sentence: Scan) -> bool:
    """Whether a text is of words, and of what is said of a thing: its last word is a verb, or comes after one."""
    last = words(fold(text))[-1].text
    if any(fact.text == text for fact in sentence.facts):
        return False
    at = next((at for at, word in enumerate(sentence.words) if word.text == last), 0)
    turns = bool(content(last) & _TURNS) and not last.endswith("ing")
    return turns or any(word.text in _SAYS for word in sentence.words[:at])


def _says_the_same_otherwise(one: Scan, other: Scan, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether two sentences have the same content but for what they disagree on; one may say a little more."""
    differing = content(fold(" ".join(text for pair in pairs for text in pair)))
    mine, theirs = (_things(*sides) - differing for sides in ((one, other), (other, one)))
    if len(mine & theirs) < LEAST_SHARED:
        return False
    mine, theirs = mine - _LAID_DOWN, theirs - _LAID_DOWN
    if min(share(mine, theirs), share(theirs, mine)) < SAME_WORDS:
        return False
    more, less = mine - theirs, theirs - mine
    return not (more and less) and not _is_condition(one, more) and not _is_condition(other, less)


def _things(sentence: Scan, other: Scan) -> frozenset[str]:
    """The content of a sentence without versions, each identifier as one, and so what the other has an acronym for."""
    names = [fact for fact in sentence.facts if isinstance(fact, Name) and fact.kind in ("identifier", "version")]
    keys = {fact.key for fact in names if fact.kind == "identifier"}
    short = dict(_spelled_out(sentence, other))
    covered = [*((fact.start, fact.end) for fact in names), *short.values()]
    outside = (word for word in sentence.words if not any(start <= word.start < end for start, end in covered))
    return content_of(outside) | keys | set(short)


def _spelled_out(sentence: Scan, other: Scan) -> Iterator[tuple[str, tuple[int, int]]]:
    """The stem of each acronym of the other that a sentence spells out, and where."""
    initials = "".join(word.text[0] for word in sentence.words)
    for fact in other.facts:
        if isinstance(fact, Name) and fact.kind == "acronym" and (at := initials.find(fact.key)) >= 0:
            run = sentence.words[at : at + len(fact.key)]
            yield stem(fact.text.lower()), (run[0].start, run[-1].end)


def _is_condition(sentence: Scan, more: frozenset[str]) -> bool:
    """Whether a preposition brings in one of these words, as it does "scan" in "in scan mode"."""
    for at, word in enumerate(sentence.words):
        before = {other.text for other in sentence.words[max(0, at - _REACH) : at]}
        if word.stem in more and not _PREPOSITIONS.isdisjoint(before):
            return True
    return False


def _is_about_another(mine: Statement, theirs: Statement, replaced: bool) -> bool:
    """Whether something shows that two statements are of different things, or cannot be told to be of the same."""
    one, other = ([word.text for word in scan(side.text).words] for side in (mine, theirs))
    if any(side[0] in _POINTS_ELSEWHERE for side in (one, other) if side):
        return True
    if any(marks.intersection(one) != marks.intersection(other) for marks in (_CONDITIONS, _PAST)):
        return True
    if any(not _MADE_UP.isdisjoint(word.text for word in words(fold(side.whole))) for side in (mine, theirs)):
        return True
    if _identifiers(mine, replaced) != _identifiers(theirs, replaced):
        return True
    return (not replaced and _are_of_two_versions(mine, theirs)) or _contrast(mine, theirs, replaced)


def _identifiers(statement: Statement, replaced: bool) -> frozenset[str]:
    texts = statement.text, *statement.headings[1 if replaced else 0 :]
    return frozenset(fact.key for text in texts for fact in _named(text, "identifier"))


def _are_of_two_versions(mine: Statement, theirs: Statement) -> bool:
    """Whether two statements name different versions, or one names another than its own document's."""
    one, other = (_versions(side.text, *side.headings) for side in (mine, theirs))
    if one and other:
        return one != other
    return any(_versions(side.text, *side.headings) - _versions(*side.headings[:1]) for side in (mine, theirs))


def _versions(*texts: str) -> frozenset[str]:
    return frozenset(version_number(fact) for text in texts for fact in _named(text, "version"))


def _named(text: str, kind: Kind) -> list[Name]:
    """The names of a kind in a sentence or in a heading, whose number is none of them."""
    found = scan(_NUMBERING.sub("", text)).facts
    return [fact for fact in found if isinstance(fact, Name) and fact.kind == kind]


def _contrast(mine: Statement, theirs: Statement, replaced: bool) -> bool:
    """Whether a heading of one side and one of the other are two of a kind: "Scan mode" and "Functional mode"."""
    one, other = (side.headings[1 if replaced else 0 :] for side in (mine, theirs))
    return any(_are_two_of_a_kind(*pair) for pair in product(_only(one, other), _only(other, one)))


def _only(path: Sequence[str], other: Sequence[str]) -> list[str]:
    """The headings of a path that the other has not, without their numbers."""
    plain, others = ([_NUMBERING.sub("", text).casefold() for text in side] for side in (path, other))
    return [heading for heading in plain if heading not in others]


@lru_cache(maxsize=4096)
def _are_two_of_a_kind(one: str, other: str) -> bool:
    """Whether two headings end in the same word and differ otherwise, be it in a letter, or are opposites."""
    mine, theirs = scan(one), scan(other)
    kinds = [[word.stem for word in side.words if not _names_no_kind(word)] for side in (mine, theirs)]
    labels = [
        {word.text for word in side.words if len(word.text) == 1 or word.text.isdigit()} for side in (mine, theirs)
    ]
    if not all(kinds):
        return False
    differ = kinds[0] != kinds[1] or labels[0] != labels[1]
    return (kinds[0][-1] == kinds[1][-1] and differ) or are_opposed(mine, theirs)


def _names_no_kind(word: Word) -> bool:
    return len(word.text) == 1 or not content_of([word]) - _KINDS_OF_DOCUMENT
