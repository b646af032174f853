"""One row of the speed table, and how a call is timed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. `ratio` is this figure over the peer's, timed in the same run."""

    name: str
    value: float | None
    unit: str
    target: str = ""
    peer: str = ""
    ratio: float | None = None


def median_ms(call: Callable[[], object], runs: int) -> float:
    """The median time of a call in milliseconds, after one call that is not counted."""
    call()
    return median(once_ms(call) for _ in range(runs))


def once_ms(call: Callable[[], object]) -> float:
    """The time of one call in milliseconds."""
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000
