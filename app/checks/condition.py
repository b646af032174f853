"""Condition: what holds after CTS is no answer to what must hold before CTS.

Every rule errs on the side of letting a claim pass: one that names both sides, denies something or says "only" may
answer all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.checks.negation import negations
from app.checks.scan import scan
from app.checks.words import STOP_WORDS, fold, words
from app.types import Check

Side = Literal["before", "after"]

_CUE = re.compile(
    r"\b(?:(?P<before>before|prior to)|(?P<after>after|(?<!the )following)|(?P<pre>pre)|(?P<post>post))\b[- ]?",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"[\w-]*")
_SKIPPED_WORDS = "a an the this that these those its their any each every all is are was were be been has have had"
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_ENDING = "|".join(sorted({"before", "after", *STOP_WORDS} - _SKIPPED))
_END = re.compile(rf'[.,;:!?](?=\s|$)|[|()"]|(?<![\w-])(?:{_ENDING})(?![\w-])', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bound:
    """A place where a text says "before" or "after", with what of: as it is said, and the stems of that."""

    side: Side
    said: str
    term: tuple[str, ...]


def check(question: str, claim: str) -> Check | None:
    """Whether a claim is of the side of a thing that the question asks about; None where it names no such thing.

    `detail["asked"]` is that side, "before" or "after", and `detail["of"]` the thing by its shortest name of the two.
    """
    asked, found = list(bounds(question)), list(bounds(claim))
    bound = [one for one in asked if one.term and sides_of(one, asked) == {one.side}]
    named = [one for one in bound if _said_of(one, found)]
    if not named:
        return None
    wrong = [] if _hedges(claim) else [one for one in named if one.side not in sides_of(one, found)]
    told = (wrong or named)[0]
    return Check("condition", not wrong, {"asked": told.side, "of": min(_said_of(told, [told, *found]), key=len)})


def bounds(text: str) -> Iterator[Bound]:
    """Each "before", "prior to", "pre-", "after", "following" and "post-" of a text, in order."""
    folded = fold(text)
    for cue in _CUE.finditer(folded):
        rest = folded[cue.end() :]
        said = (_COMPOUND.findall(rest)[0] if cue["pre"] or cue["post"] else _END.split(rest, maxsplit=1)[0]).strip()
        term = tuple(word.stem for word in words(said) if word.text not in _SKIPPED)
        yield Bound("before" if cue["before"] or cue["pre"] else "after", said, term)


def sides_of(one: Bound, among: Iterable[Bound]) -> set[Side]:
    """The sides on which the same thing is named. A bare "before", as in "than before", may be of anything."""
    return {other.side for other in among if _is_same(one.term, other.term)}


def _said_of(one: Bound, among: Iterable[Bound]) -> list[str]:
    """The words in which the same thing is named."""
    return [other.said for other in among if other.term and _is_same(one.term, other.term)]


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one begins with the other, since where a thing's name ends is not known, or shortens it to initials."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared] or _shortens(one, other) or _shortens(other, one)


def _shortens(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short[0]) > 1 and short[0] == "".join(word[0] for word in long[: len(short[0])])


def _hedges(claim: str) -> bool:
    read = scan(claim)
    return bool(negations(read)) or any(word.text == "only" for word in read.words)
