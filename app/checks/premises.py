"""Steps of an argument: which earlier claims of an answer a "therefore" rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.checks.scan import scan
from app.checks.words import content, fold

_STRONG = (
    r"therefore|thus|hence|consequently|accordingly|as a (?:result|consequence)|it follows|from this|in consequence"
)
_SO = r"so(?!\s(?:that|far|long|much|many|called|as|on|forth|on\.)\b|-)"
MARKER = re.compile(rf"\b(?:{_STRONG})\b|(?:^|[,;:]\s(?:and\s)?|^and\s){_SO}\b", re.IGNORECASE)
"""Finds the words that make a claim a step from what was said before it."""

_OPENING = re.compile(rf"\W*(?:and\s)?(?:{_STRONG}|{_SO})\b", re.IGNORECASE)
_SHARED = 2


def rests_on(claim: str, earlier: Sequence[str]) -> tuple[int, ...]:
    """The places of the earlier claims that a step rests on, none for a claim that is no step.

    They are the nearest one that shares its subject, and those right before that do so too. A step that begins with
    its marker rests on the claim before it where none does; one that has its marker further on gives a premise itself.
    """
    folded = fold(claim)
    if not earlier or not MARKER.search(folded):
        return ()
    sharing = [at for at, text in enumerate(earlier) if _share_subject(folded, text)]
    if not sharing:
        return (len(earlier) - 1,) if _OPENING.match(folded) else ()
    first = sharing[-1]
    while first - 1 in sharing:
        first -= 1
    return tuple(range(first, sharing[-1] + 1))


def _share_subject(claim: str, earlier: str) -> bool:
    """Whether two claims share two words of content, or all that the shorter of them has."""
    mine, theirs = content(claim) - content("therefore thus hence consequently result follows"), scan(earlier).content
    return len(mine & theirs) >= min(_SHARED, max(1, min(len(mine), len(theirs))))
