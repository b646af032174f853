"""For continuous integration: did a change make answers worse than chance explains?

A measure fails when its value lies beyond the baseline's interval on the worse side, or when the paired difference to
the baseline lies wholly on the worse side of 0. Time, tokens and dollars are no part of it: they differ by machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.answers.figures import FEW, Figure, Scores, differences, figures_of
from eval.answers.scores import MEASURES


@dataclass(frozen=True, slots=True)
class Gated:
    """One measure of a run beside its baseline. `fell` says whether it is worse than chance explains."""

    measure: str
    baseline: Figure
    now: Figure
    difference: Figure
    fell: bool


def gate(baseline: Scores, now: Scores, seed: int = 0) -> list[Gated]:
    """Every measure that the baseline says something of, over the baseline's questions.

    One that the run says nothing of any more has not fallen: that fewer questions are answered is what `coverage` and
    `right` are there to show.
    """
    now = {name: now[name] for name in baseline if name in now}
    before, after, between = figures_of(baseline, seed), figures_of(now, seed), differences(baseline, now, seed)
    found = []
    for one in MEASURES:
        if not one.is_share or before[one.name].value is None:
            continue
        three = before[one.name], after[one.name], between[one.name]
        found.append(Gated(one.name, *three, _fell(*three, 1 if one.more_is_better else -1)))
    return found


def not_asked(baseline: Scores, now: Scores) -> Sequence[str]:
    """The questions of the baseline that the run was not asked: it can't be held against it then."""
    return [name for name in baseline if name not in now]


def _fell(before: Figure, after: Figure, between: Figure, sign: int) -> bool:
    if after.value is None or before.low is None or before.high is None or min(before.n, after.n) < FEW:
        return False
    worst = before.low if sign > 0 else before.high
    # An interval without width, of all or of none, says nothing of what chance does: there the pairs alone decide.
    if before.low < before.high and sign * (after.value - worst) < 0:
        return True
    best = between.high if sign > 0 else between.low
    return best is not None and sign * best < 0
