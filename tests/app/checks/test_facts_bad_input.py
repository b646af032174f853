"""Texts that no writer would write: a verdict comes, and comes soon."""

from __future__ import annotations

import time

import pytest

from app.checks import facts

SIZE = 16_000


@pytest.mark.parametrize(
    "piece", ["2000 ", "May 1 ", "1 May 2001 ", "Ab x ", "a1 ", "5) ", "one in ", "not one ", "1,"]
)
def test_what_is_repeated_eight_times_as_often_takes_far_less_than_its_square_as_long(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size] + "."
        begun = time.process_time()
        assert facts.check("The margin is 25 ps.", [text]).passed is False
        return time.process_time() - begun

    small, large = (min(seconds(size) for _ in range(3)) for size in (SIZE // 8, SIZE))
    assert large < 40 * max(small, 0.01)


@pytest.mark.parametrize("text", ["1" * 5000 + "th day", "5 V \udfff", "\x00 5 V", "\u202e5 V", "5 V" + "\u0301" * 99])
def test_strange_texts_are_read(text: str) -> None:
    assert facts.check("The supply is 5 V.", [text]).passed is not None
    facts.check(text, ["The supply is 5 V."])
