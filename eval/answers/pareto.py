"""Which of several choices are worth having: those that no other beats in both quality and cost."""

from __future__ import annotations

from collections.abc import Sequence

Choice = tuple[float, float]
"""Quality, of which more is better, and cost, of which less is."""


def front(choices: Sequence[Choice]) -> list[bool]:
    """For each choice, whether it is on the Pareto front: no other is at least as good and at most as dear, and better
    in one of the two. Equal choices are both on it, or both not."""
    return [not any(_beats(other, one) for other in choices) for one in choices]


def _beats(other: Choice, one: Choice) -> bool:
    return other != one and other[0] >= one[0] and other[1] <= one[1]
