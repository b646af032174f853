"""Comparisons that a claim makes between two values: "setup is larger than hold", "30 ps is twice 15 ps"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.checks.figures import Figure, figures_in
from app.checks.findings import Case, Finding, origins_of
from app.checks.numerals import WORDED, words_value
from app.checks.scan import Scan
from app.checks.words import STOP_WORDS, words

_MORE = r"(?:larger|greater|bigger|higher|longer|more|later|wider|heavier|taller|older|above|over)"
_LESS = r"(?:smaller|less|lower|shorter|fewer|earlier|narrower|lighter|tighter|younger|below|under)"
_TIMES = (
    rf"(?:(?P<times>\d+(?:\.\d+)?|{WORDED})\s(?:times|x)"
    r"|(?P<word>twice|double|half|thrice|triple|a quarter of|a third of))"
)
_COMPARISON = re.compile(
    rf"\b(?:(?P<factor>{_TIMES})(?:\sas\s\w+\sas|\sof|\sthat\sof|(?=\s(?:the|that|\d)))"
    rf"|(?P<at_least>at least as \w+ as|(?:no|not) (?:{_LESS[3:-1]}) than)"
    rf"|(?P<at_most>at most as \w+ as|(?:no|not) (?:{_MORE[3:-1]}) than)"
    rf"|(?P<more>{_MORE} than|exceeds?|exceeding|(?:is|are|lies?) (?:above|over)(?!\w)|surpass(?:es)?)"
    rf"|(?P<less>{_LESS} than|(?:is|are|lies?) (?:below|under)(?!\w)|falls? short of)"
    r"|(?P<faster>faster than)|(?P<slower>slower than)"
    r"|(?P<same>(?:is|are) (?:equal to|the same as|as \w+ as)|equals?))(?!\w)",
    re.IGNORECASE,
)
_FACTORS = {"twice": "2", "double": "2", "half": "1/2", "thrice": "3", "triple": "3", "a quarter of": "1/4",
            "a third of": "1/3"}  # fmt: skip
_UNSURE = re.compile(
    r"\b(?:must|shall|should|may|might|can|could|would|if|when|unless|whenever|whether|requires?|required|needs?|until"
    r"|not|never|no|n't|neither|nor|than or equal|before|after|at)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.]\s|[;:.]$|\b(?:and|but|while|whereas|because|since|so)\b")
_IS = re.compile(r"\b(?:is|are|was|were)\b(?:\s\w+)?\s*$")
_CLOSE = Fraction(5, 100)
_REACH = 7


@dataclass(frozen=True, slots=True)
class Relation:
    """What is said of two values, left against right: more, less, at_least, at_most, same, or a factor."""

    kind: str
    factor: Fraction = Fraction(1)

    def holds(self, left: Fraction, right: Fraction) -> bool:
        """Whether it is true of two values."""
        if self.kind == "factor":
            return abs(left - self.factor * right) <= _CLOSE * abs(left)
        return {
            "more": left > right,
            "less": left < right,
            "at_least": left >= right,
            "at_most": left <= right,
            "same": left == right,
        }[self.kind]


def findings(case: Case) -> Iterator[Finding]:
    """Yield each comparison whose two values the claim gives or the evidence has, held or refuted."""
    text = case.stated.text
    for match in _COMPARISON.finditer(text):
        left, right = _clause_before(text, match.start()), _clause_after(text, match.end())
        if _UNSURE.search(left) or _UNSURE.search(right):
            continue
        sides = _numbers(case.stated, match) or _values(case, left, right)
        if sides and sides[0].amount.dimension == sides[1].amount.dimension:
            yield _finding(match, _relation(match, sides[0]), *sides)


def _finding(match: re.Match[str], relation: Relation, left: Figure, right: Figure) -> Finding:
    one, other = left.amount.value, right.amount.value
    sign = "=" if one == other else ">" if one > other else "<"
    working = f"{left.text} {sign} {right.text}"
    if relation.kind == "factor" and other:
        working = f"{left.text} / {right.text} = {float(one / other):.4g}"
    true = relation.holds(one, other)
    return Finding(working, None if true else (match.group(), working), (), origins_of((left, right)))


def _relation(match: re.Match[str], left: Figure) -> Relation:
    kind = next(name for name in _KINDS if match[name])
    if kind == "factor":
        return Relation(kind, _factor(match))
    if kind in ("faster", "slower"):
        is_time = left.amount.dimension == "second"
        return Relation("less" if is_time == (kind == "faster") else "more")
    return Relation(kind)


_KINDS = ("factor", "at_least", "at_most", "more", "less", "faster", "slower", "same")


def _factor(match: re.Match[str]) -> Fraction:
    if match["word"]:
        return Fraction(_FACTORS[match["word"].lower()])
    return Fraction(str(words_value(match["worded"]))) if match["worded"] else Fraction(match["times"])


def _clause_before(text: str, end: int) -> str:
    cuts = [cut.end() for cut in _CLAUSE_END.finditer(text[:end])]
    return text[cuts[-1] if cuts else 0 : end]


def _clause_after(text: str, start: int) -> str:
    cut = _CLAUSE_END.search(text, start)
    return text[start : cut.start() if cut else len(text)]


def _numbers(stated: Scan, match: re.Match[str]) -> tuple[Figure, Figure] | None:
    """The numbers that the claim itself compares.

    What stands right before the comparative is a difference, as in "5 ps more than"; in "45 languages and more than
    80 countries" the words belong to the second number alone.
    """
    figures = sorted(figures_in(stated, -1), key=lambda figure: figure.quantity.start)
    before = [one for one in figures if one.quantity.end <= match.start()]
    after = [one for one in figures if one.quantity.start >= match.end()]
    if not before or not after:
        return None
    left, right = before[-1], after[0]
    between = stated.text[left.quantity.end : match.start()]
    behind = stated.text[match.end() : right.quantity.start]
    is_bound = match.group().endswith("than") and (
        not between.strip() or (not behind.strip() and not _IS.search(between))
    )
    is_far = max(len(words(between)), len(words(behind))) > _REACH or _CLAUSE_END.search(behind)
    return None if is_bound or is_far or not _are_of_a_kind(left, right) else (left, right)


def _are_of_a_kind(left: Figure, right: Figure) -> bool:
    """Whether two figures can be compared: bare numbers only where they count the same."""
    mine, theirs = left.quantity.counted, right.quantity.counted
    return bool(left.amount.dimension) or left.amount.percent or mine == theirs or not mine.isdisjoint(theirs)


def _values(case: Case, left: str, right: str) -> tuple[Figure, Figure] | None:
    """The values that the evidence has for the two things compared, where neither clause has a number itself."""
    if any(char.isdigit() for char in left + right):
        return None
    mine, theirs = _content(left), _content(right)
    one = _of(case.figures, mine - theirs, theirs - mine, case)
    other = _of(case.figures, theirs - mine, mine - theirs, case)
    return (one, other) if one and other and one is not other else None


def _content(text: str) -> frozenset[str]:
    """What a side names: its content words but for adverbs."""
    found = (word for word in words(text) if word.text not in STOP_WORDS and not word.text.endswith("ly"))
    return frozenset(word.stem for word in found)


def _of(figures: Sequence[Figure], needed: frozenset[str], other: frozenset[str], case: Case) -> Figure | None:
    """The one figure whose clause names all that is needed and nothing of the other side; None where it is not one."""
    if not needed or not other:
        return None
    fitting = [one for one in figures if needed <= one.clause and other.isdisjoint(one.clause)]
    values = {(one.amount.value, one.amount.dimension) for one in fitting}
    return fitting[0] if len(values) == 1 else None
