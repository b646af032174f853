"""What a claim may work out from figures that it was given: sums, differences, shares, ratios and their kin.

An operation is tried only where the claim's own words signal it, so that a number which merely happens to be the sum of
two others counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from app.checks.arithmetic import Amount, over, times
from app.checks.figures import Figure, same_system
from app.checks.units import combined
from app.checks.words import content, stem

_RELATIVE = ("kelvin", "radian")
_MARGINS = content("margin tolerance derate derating guard headroom above below increase reduction more less")


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation gives: its value, the figures it took, and how it was worked out, without the result."""

    amount: Amount
    took: tuple[Figure, ...]
    working: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with the words that signal it. `plain` when two figures and a signal leave no doubt what is meant,
    `adds` when what it gives is of the kind of what it takes.

    `signal` is sought in the claim with its number replaced by `#`. `results` takes the figures and the target.
    """

    name: str
    signal: re.Pattern[str]
    results: Callable[[Sequence[Figure], Amount], Iterator[Result]]
    plain: bool = False
    adds: bool = False

    def competes(self, claim: str, took: Sequence[Figure]) -> bool:
        """Whether a figure is itself what the signal names, as 35 ps in "35 ps of slack" is for another slack."""
        named = {stem(word.lower()) for match in self.signal.finditer(claim) for word in match.group().split()}
        return any(not named.isdisjoint(figure.clause) for figure in took)


def signalled(claim: str, start: int, end: int) -> list[Operation]:
    """The operations that the words of a claim signal for its number at a place."""
    marked = f"{claim[:start]}#{claim[end:]}"
    return [operation for operation in OPERATIONS if operation.signal.search(marked)]


def _alike(figures: Sequence[Figure], target: Amount) -> list[Figure]:
    """The figures that can be added up to a target: percentages only to a percentage, feet not to metres."""
    alike = (one for one in figures if one.amount.percent == target.percent and same_system(one.amount, target))
    return list(alike)


def _measures(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that can be multiplied and divided.

    No percentages, no degrees, whose zero means nothing, and no counts in words: an error is often twice or half.
    """
    return [
        one
        for one in figures
        if not one.amount.percent and one.amount.dimension not in _RELATIVE and not one.quantity.worded
    ]


def _sums(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    alike = _alike(figures, target)
    sizes = [len(alike), 2] if len(alike) > 2 else [len(alike)]
    for size in sizes:
        for terms in combinations(alike, size) if size > 1 else ():
            yield _result(sum((one.amount.value for one in terms), Fraction(0)), target, terms, " + ")


def _averages(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for total in _sums(figures, target):
        mean = Amount(total.amount.value / len(total.took), target.dimension)
        yield Result(mean, total.took, f"({total.working}) / {len(total.took)}")


def _differences(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for one, other in combinations(_alike(figures, target), 2):
        more, less = (one, other) if one.amount.value >= other.amount.value else (other, one)
        yield _result(more.amount.value - less.amount.value, target, (more, less), " − ")


def _products(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for one, other in combinations(_measures(figures), 2) if not target.percent else ():
        if combined(one.amount.dimension, other.amount.dimension, 1) == target.dimension:
            yield Result(times(one.amount, other.amount), (one, other), f"{one.text} × {other.text}")


def _quotients(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for one, other in permutations(_measures(figures), 2) if not target.percent else ():
        made = combined(one.amount.dimension, other.amount.dimension, -1)
        if made == target.dimension and other.amount.value != 0:
            yield Result(over(one.amount, other.amount), (one, other), f"{one.text} / {other.text}")


def _reciprocals(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for one in figures:
        of_other_kind = one.amount.dimension and one.amount.dimension != target.dimension
        if of_other_kind and one.amount.value and combined("", one.amount.dimension, -1) == target.dimension:
            yield Result(over(Amount(Fraction(1)), one.amount), (one,), f"1 / {one.text}")


def _pairs_of_a_kind(figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    for one, other in permutations(figures, 2):
        same = same_system(one.amount, other.amount) and one.amount.percent == other.amount.percent
        if (
            same
            and one.amount.dimension not in _RELATIVE
            and other.amount.value != 0
            and one.amount.value != other.amount.value
        ):
            yield one, other


def _shares(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    for one, other in _pairs_of_a_kind(figures) if target.percent else ():
        yield Result(over(one.amount, other.amount), (one, other), f"{one.text} / {other.text}")


def _rests(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    if not target.percent:
        return
    for one in figures:
        if one.amount.percent:
            yield Result(Amount(1 - one.amount.value), (one,), f"100 % − {one.text}")
    for share in _shares(figures, target):
        yield Result(Amount(1 - share.amount.value), share.took, f"1 − {share.working}")


def _rises(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    yield from _changes(figures, target, up=True)


def _falls(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    yield from _changes(figures, target, up=False)


def _changes(figures: Sequence[Figure], target: Amount, up: bool) -> Iterator[Result]:
    """How much larger (`up`) or smaller one figure is than another, as a share of that other."""
    for one, base in _pairs_of_a_kind(figures) if target.percent else ():
        if (one.amount.value > base.amount.value) == up:
            change = abs(one.amount.value - base.amount.value) / abs(base.amount.value)
            working = f"({one.text} − {base.text})" if up else f"({base.text} − {one.text})"
            yield Result(Amount(change), (one, base), f"{working} / {base.text}")


def _parts(figures: Sequence[Figure], target: Amount) -> Iterator[Result]:
    """A percentage of a figure where it is "% of", and the figure with a margin or the like added or taken off."""
    for rate in figures:
        for base in figures if rate.amount.percent else ():
            if base.amount.percent or base.amount.dimension in _RELATIVE or not same_system(base.amount, target):
                continue
            part = base.amount.value * rate.amount.value
            if rate.is_of:
                yield Result(Amount(part, target.dimension), (rate, base), f"{rate.text} × {base.text}")
            apart = rate.clause & _MARGINS and rate.clause != base.clause
            for sign, value in (("+", part), ("−", -part)) if apart else ():
                made = Amount(base.amount.value + value, target.dimension)
                yield Result(made, (base, rate), f"{base.text} {sign} {rate.text}")


def _result(value: Fraction, target: Amount, took: tuple[Figure, ...], sign: str) -> Result:
    return Result(Amount(value, target.dimension), took, sign.join(figure.text for figure in took))


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


_UP = (
    r"increas\w*", r"grew", r"grow\w*", r"ris(?:e|es|en|ing)", r"rose", r"gain\w*", "up", "higher", "larger", "longer",
    "greater", "bigger", "more", "faster", "above", r"exceed\w*", "over", "wider", "later", r"headroom", r"margin",
)  # fmt: skip
_DOWN = (
    r"decreas\w*", r"reduc\w*", r"fall(?:s|en)?", "fell", r"drop(?:s|ped)?", r"sav\w+", r"shrink\w*", "shrank", "down",
    "lower", "smaller", "shorter", "less", "fewer", "slower", "faster", "below", "under", r"cut\w*", r"improve\w*",
    r"loss", "lost", "loses", "margin", "headroom", "slack",
)  # fmt: skip
_APART = re.compile(
    r"\b(?:differences?|differs?|apart|gap|spread|range|spans?|minus|window|remain\w*|left|leav(?:es|ing)|rest|spare"
    r"|margins?|slack|headroom|shortfall|surplus|excess|sav(?:es|ed|ings?)|lost|loss|lasted|duration|reduction|increase"
    r"|decrease|drop|rise)\b"
    r"|\bby (?:about |some |only |at least |at most |more than |less than )?#"
    r"|# (?:more|less|fewer|\w{2,}er|older|above|below|over|under|short|before|after|ahead|in reserve)\b",
    re.IGNORECASE,
)
_EACH = r"each(?! other)", r"per", r"every", r"times", r"multiplied", r"product", r"combinations?", r"apiece"

OPERATIONS = (
    Operation("difference", _APART, _differences, adds=True),
    Operation("sum", _words("total", "sum", "together", "combined", "in all", "altogether", r"adds? up", "plus",
                            r"added", "overall", "aggregate", r"amounts? to", "sums?"), _sums, plain=True, adds=True),
    Operation("average", _words("averages?", "mean", "midpoint", "halfway"), _averages, plain=True, adds=True),
    Operation("product", _words(*_EACH, "total", "in all", "altogether", "energy", "capacity", "bandwidth",
                                "throughput", "combined", "dissipates?", "charge", "aggregate"), _products),
    Operation("quotient", _words("per", "each(?! other)", "every", "rate", "average", "ratio", "times", "factor",
                                 r"\w*fold", "divided", "density", "speed", "throughput", "bandwidth"), _quotients),
    Operation("reciprocal", _words(r"frequenc(?:y|ies)", "periods?", "rate", r"cycles?", r"clock\w*", r"runs?"),
              _reciprocals),
    Operation("share", _words("of", "share", r"accounts?", "fraction", "portion", "proportion", r"makes? up",
                              r"utili[sz]\w+", r"occup\w+", r"uses?", "used", r"consum\w+", "full", r"tak(?:es|en)",
                              "ratio"), _shares),
    Operation("rest", _words("remain\\w*", "left", "rest", "unused", "free", "others?", "spare"), _rests),
    Operation("rise", _words(*_UP), _rises),
    Operation("fall", _words(*_DOWN), _falls),
    Operation("part", _words("percent", "of", "share", "above", "below", "over", "under", "margin", r"derat\w+",
                             "tolerance", r"guard\w*", "plus", "minus", "more", "less", r"increas\w*", r"reduc\w*",
                             "limit", "allowed?", "budget", r"equals?", r"corresponds?", "maximum", "minimum"), _parts),
)  # fmt: skip
"""In the order in which they are tried."""
