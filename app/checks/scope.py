"""Words that reach beyond the part of a sentence they stand in, so that it says something else when it stands alone.

Every set errs on the side of leaving a claim whole.
"""

from __future__ import annotations

from app.checks.syntax import Sentence, Word

_WHOLE_WORDS = (
    "only respectively neither nor either whether versus vs unless lest vice together altogether jointly collectively"
    " mutually combined except until otherwise else and/or"
)
WHOLE = frozenset(_WHOLE_WORDS.split())
"""A sentence with one of these is not cut at all."""

_DOWNWARD_WORDS = (
    "no not n't never none nobody nothing few fewer little less least any hardly scarcely rarely seldom barely nearly"
    " almost cannot exactly without"
)
DOWNWARD = frozenset(_DOWNWARD_WORDS.split())
"""Where these reach, less is not implied by more: "few read and write" does not say that few read."""

_TOGETHER_WORDS = (
    "same different equal similar separate between pair mix mixture combination sum product difference ratio both among"
    " than or opposite alternating total more"
)
TOGETHER = frozenset(_TOGETHER_WORDS.split())
"""What is said of things together is not said of each."""

_PLACES_WORDS = "in among within across at on for"
PLACES = frozenset(_PLACES_WORDS.split())
"""What leads to the place or the group for which something is said to hold."""

_CONDITIONS_WORDS = (
    "if when whenever before after because while since once although though provided during under without where"
    " wherever whereas given depending despite according"
)
_CONDITIONS = frozenset(_CONDITIONS_WORDS.split())
_POINTING_WORDS = (
    "it its they their them theirs he him his she her hers such same former latter ones another other others both"
    " therefore hence thus then so instead likewise accordingly conversely thereby"
)
_POINTING = frozenset(_POINTING_WORDS.split())
_POINTING_AS = {"this": "DT", "that": "DT", "these": "DT", "those": "DT", "there": "RB", "one": "NN"}


def bound(sentence: Sentence, first: int = 0, last: int | None = None) -> bool:
    """Whether a condition or the like stands among these words: it may hold for more than the part it stands in."""
    return any(map(_binds, sentence.words[first:last]))


def bound_at_end(sentence: Sentence) -> bool:
    """Whether a condition stands behind a comma, and so may hold for all that was said before."""
    return any(_binds(one) and sentence.words[one.at - 1].text == "," for one in sentence.words[1:])


def points(sentence: Sentence, first: int = 0, last: int | None = None) -> bool:
    """Whether one of these words may point to something said before them."""
    return any(one.lower in _POINTING or _POINTING_AS.get(one.lower) == one.tag for one in sentence.words[first:last])


def _binds(word: Word) -> bool:
    return word.lower in _CONDITIONS or (word.relation == "mark" and word.lower != "that")
