"""Facts that a claim may state although its evidence does not, since honest sentences leave them out."""

from __future__ import annotations

import re

from app.checks.borne_out import is_borne_out
from app.checks.names import Name
from app.checks.negation import negations
from app.checks.quantities import Quantity
from app.checks.scan import Evidence, Fact, Scan
from app.checks.words import STOP_WORDS, clause_around, share

_CUT = re.compile(r"[,;:]\s")
_MORE = re.compile(r"\bone\s(?:\w+\s){1,3}(?:more|fewer|less)\b", re.IGNORECASE)
_CODE = re.compile(r"_|::|->|[a-z][A-Z]")


def may_be_left_out(fact: Fact, stated: Scan, told: Evidence) -> bool:
    """Whether a fact that the evidence lacks is no fault of the claim.

    A small count in words may be the reader's own. The name of what a claim is about often stands in a sentence before
    the evidence, which says "it"; so a name that begins the claim is excused, but an identifier or acronym there only
    if the evidence has no other in a sentence near the claim, and code never. So is a proper name elsewhere.
    """
    if not fact.required:
        return True
    if not isinstance(fact, Name) or fact.kind == "version" or (fact.kind == "identifier" and _CODE.search(fact.text)):
        return False
    if fact.kind == "name":
        return _begins(fact, stated) or not _names_another(fact, stated, told)
    return _begins(fact, stated) and not _names_another(fact, stated, told)


def is_ruled_out(fact: Fact, stated: Scan, told: Evidence) -> bool:
    """Whether a claim says of a number that it cannot be, where the evidence says what can: "not 33" of at most 32.

    Whether that follows is the entailment model's to say. The word "one" is then mostly a pronoun.
    """
    if not isinstance(fact, Quantity) or fact.bound not in ("", "exact") or fact.number == 0:
        return False
    if fact.worded and fact.number == 1 and _MORE.search(stated.text):
        return True
    start, end = clause_around(stated.text, fact.start, fact.end, _CUT)
    denied = fact.denied or any(start <= stated.words[at].start < end for at in negations(stated))
    return bool(denied) and not any(negations(sentence) for sentence in told.near(stated.content))


def _begins(fact: Name, stated: Scan) -> bool:
    """Whether nothing but capitals and function words stand before the name."""
    before = re.findall(r"\w+", stated.text[: fact.start])
    return all(word[0].isupper() or word.lower() in STOP_WORDS for word in before)


def _names_another(mine: Name, stated: Scan, told: Evidence) -> bool:
    """Whether the sentence nearest to the claim has a name of this kind that the claim has not."""
    nearest = max(told.sentences, key=lambda sentence: share(stated.content, sentence.content), default=None)
    if nearest is None:
        return False
    claim = Evidence([stated.text])
    names = (fact for fact in nearest.facts if isinstance(fact, Name) and fact.kind == mine.kind)
    return any(not is_borne_out(name, nearest, claim) for name in names)
