"""The lowest threshold above which few claims are unsupported, with a guarantee that holds for any verifier.

"Learn then Test" (Angelopoulos, Bates, Candès, Jordan, Lei 2021, arXiv 2110.01052). Each threshold t of a grid that
is fixed beforehand stands for the hypothesis "of the claims at or above t, more than 1 - target are unsupported". Of n
labelled claims at or above t, k are unsupported: if the hypothesis holds, so few are with a probability of at most
p = P(Binomial(n, 1 - target) <= k). The hypotheses are tested in a fixed sequence, from high thresholds to low, each at
the full delta, and the first that is not rejected ends it. So the first true one is reached at most once, and rejected
with a probability of at most delta.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

GRID = 1000
"""Thresholds are thousandths: 0.001, 0.002, ... 1."""

SHARES = (0.1, 0.3)
"""A sequence starts where so large a share of the rows is at or above the threshold, or just enough rows to test.

A sequence that starts with few rows is ended by one unsupported claim among them; one that starts with many, where the
precision is already lost. So there are two, each at half of delta, unless there are too few rows for the difference.
A start depends on how many rows are above a threshold, not on their labels: that is sound where the share of
unsupported claims does not fall as the threshold is lowered. Where it does, so that the most confident claims are not
the best, delta is kept closely but is not proven.
"""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What the labels allow: a threshold, or None; then `needed` says how many labels could have sufficed.

    `above` of the labelled claims are at or above the threshold (where it is None: the first that was tested), and
    `wrong` of these are unsupported. `needed` is the least `above` that suffices if no more than `wrong` are.
    """

    value: float | None
    above: int
    wrong: int
    needed: int


def threshold_for(
    confidence: NDArray[np.float64], supported: NDArray[np.bool_], target_precision: float, delta: float
) -> Threshold:
    """The lowest threshold above which at least `target_precision` of the claims are supported, as far as is proven.

    With a probability of at least 1 - `delta` over the draw of the labelled claims, the share of unsupported ones among
    claims of the same origin whose confidence is at or above it is at most 1 - `target_precision`. Both are in (0, 1).
    """
    grid = np.arange(GRID, 0, -1) / GRID
    above, wrong = _at_or_above(confidence, grid), _at_or_above(confidence[~supported], grid)
    starts = _starts(confidence.size, target_precision, delta)
    level = delta / len(starts)
    passed = bdtr(wrong, above, 1 - target_precision) <= level
    # A sequence that never has rows enough starts with the lowest threshold, and fails there.
    firsts = [min(int((above < start).sum()), GRID - 1) for start in starts]
    proven = [first + _run(passed[first:]) - 1 for first in firsts if passed[first]]
    end = max(proven, default=firsts[-1])
    kept, lost = int(above[end]), int(wrong[end])
    return Threshold(float(grid[end]) if proven else None, kept, lost, needed(target_precision, level, lost))


def _run(passed: NDArray[np.bool_]) -> int:
    """How many are true before the first that is not."""
    return passed.size if passed.all() else int(passed.argmin())


@cache
def needed(target_precision: float, delta: float, wrong: int = 0) -> int:
    """How many labelled claims there must be at or above a threshold, if `wrong` of them are unsupported.

    Without any it is the least n with target^n <= delta: 59 for 0.95 and 0.05.
    """
    low, high = wrong, wrong + 1
    while bdtr(wrong, high, 1 - target_precision) > delta:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bdtr(wrong, middle, 1 - target_precision) <= delta else (middle, high)
    return high


def _starts(rows: int, target_precision: float, delta: float) -> list[int]:
    """How many rows must be at or above the first threshold of each sequence, ascending."""
    least = needed(target_precision, delta)
    if rows * SHARES[-1] <= least:
        return [least]
    least = needed(target_precision, delta / len(SHARES))
    return sorted({max(least, int(rows * share)) for share in SHARES})


def _at_or_above(values: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.intp]:
    """How many of the values are at or above each threshold."""
    return values.size - np.searchsorted(np.sort(values), grid, side="left")
