"""Numbers of a claim that nobody states, worked out again from those that its evidence and earlier claims state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.checks.figures import CITED, Figure, amount_of, fits, shown_like
from app.checks.findings import Case, Finding, origins_of
from app.checks.operations import Operation, Result, signalled
from app.checks.premises import MARKER
from app.checks.quantities import Quantity
from app.checks.scan import scan
from app.checks.words import share

MOST = 6
"""With more figures than this a match may be a coincidence, so that only those which the claim names are used."""

FEW = 3
"""Up to so many figures need not stand in sentences that share words with the claim."""

SAME_SUBJECT = 0.4
"""Share of it that they must hold for another number of the claim to be called wrong."""

NEAR = 0.2
"""Share of the claim's content that the sentence of a figure must hold where there are more."""

_TELLING = 2
"""Digits that count in a number which is no coincidence when it is rounded."""

_NAMES_BOTH = re.compile(r"\b(?:between\b.*\band|from\b.*\bto)\b", re.IGNORECASE)


def findings(case: Case) -> Iterator[Finding]:
    """Yield what each number that nobody states comes to, where the claim's words say how it was made."""
    for target in case.absent:
        if target.required and (found := _finding(case, target)):
            yield found


def _finding(case: Case, target: Quantity) -> Finding | None:
    named = [figure for figure in case.figures if _is_named(figure, case)]
    figures = _usable(case, named)
    operations = signalled(case.stated.text, target.start, target.end)
    amount = amount_of(target)
    for operation in operations:
        for result in sorted(operation.results(figures, amount), key=lambda one: len(origins_of(one.took))):
            apart = operation.adds and operation.competes(case.stated.text, result.took)
            if fits(result.amount.value, target) and not apart and _is_meant(result, target, named, figures):
                working = f"{result.working} = {_as_shown(target)}"
                return Finding(working, None, (target.text,), origins_of(result.took))
    return _refuted(case, target, operations, figures, named)


def _usable(case: Case, named: Sequence[Figure]) -> list[Figure]:
    """The figures that a number may come from; few enough that a match is no coincidence."""
    figures = case.figures
    if len(figures) > FEW:
        near = [one for one in figures if one.origin != CITED or share(case.stated.content, one.content) >= NEAR]
        figures = near or figures
    return figures if len(figures) <= MOST else list(named)


def _is_named(figure: Figure, case: Case) -> bool:
    """Whether the claim states this figure too."""
    mine = (amount_of(one) for one in case.numbers)
    return any(one.value == figure.amount.value and one.dimension == figure.amount.dimension for one in mine)


def _is_meant(result: Result, target: Quantity, named: Sequence[Figure], figures: Sequence[Figure]) -> bool:
    """Whether a match is more than chance.

    It is where the claim names the figures. Else a number of one digit must be met exactly, bare numbers count the same
    things, and a lone figure must be the only one of its kind.
    """
    took = result.took
    if all(figure in named for figure in took):
        return True
    if _digits(target) < _TELLING and result.amount.value != amount_of(target).value:
        return False
    if len(took) == 1:
        return sum(figure.amount.dimension == took[0].amount.dimension for figure in figures) == 1
    if any(figure.amount.dimension or figure.amount.percent for figure in took):
        return True
    return _count_the_same(took, target)


def _digits(target: Quantity) -> int:
    return 1 if target.worded else target.digits


def _count_the_same(took: Sequence[Figure], target: Quantity) -> bool:
    counted = target.counted or took[0].quantity.counted
    return all(not counted.isdisjoint(figure.quantity.counted) for figure in took)


def _refuted(
    case: Case, target: Quantity, operations: Sequence[Operation], figures: Sequence[Figure], named: Sequence[Figure]
) -> Finding | None:
    """What a number should be, where one operation on figures is all that the claim can mean.

    That is one which is plain, or in a step, or which the claim does on two figures that it names itself.
    """
    if target.bound in ("above", "below"):
        return None
    text = case.stated.text
    for operation in operations:
        sure = operation.plain or MARKER.search(text) is not None
        for operands in (named if sure or _NAMES_BOTH.search(text) else (), figures if sure else ()):
            results = list(operation.results(operands, amount_of(target)))
            if len(results) == 1 and results[0].amount.value and _is_sure(results[0], target, named, text):
                return _wrong(results[0], target)
    return None


def _is_sure(result: Result, target: Quantity, named: Sequence[Figure], text: str) -> bool:
    """Whether figures are those that a claim means: it names them, or is a step, or speaks of what they are said of."""
    took = result.took
    if all(figure in named for figure in took):
        return True
    if not all(figure.amount.dimension and figure.amount.unit == target.unit for figure in took):
        return False
    stated = scan(text).content
    return MARKER.search(text) is not None or all(share(stated, figure.content) >= SAME_SUBJECT for figure in took)


def _wrong(result: Result, target: Quantity) -> Finding:
    computed = shown_like(result.amount, target)
    working = f"{result.working} = {computed}"
    return Finding(working, (target.text, computed), (target.text,), origins_of(result.took))


def _as_shown(target: Quantity) -> str:
    return f"{'about ' if target.bound == 'about' else ''}{target.text}"
