from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat.mentions import mentioned, question_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Could @Ada, or @key-1f2e3d, look at this?", {"ada", "key-1f2e3d"}),
        ("Write to ada@chips.example.", set()),
        ("The end of a sentence is no part of a name: @ada.", {"ada"}),
        ("@verispan what is the hold margin?", {"verispan"}),
        ("@@ada and @ nobody", set()),
        ("set_false_path -from [get_pins x/@y]", {"y"}),
    ],
)
def test_who_is_named(text: str, names: set[str]) -> None:
    assert mentioned(text) == names


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@verispan What is the hold margin?", "What is the hold margin?"),
        ("@Verispan, what is it?", "what is it?"),
        ("What is the hold margin, @verispan?", "What is the hold margin, ?"),
        ("Ask @ada, not me.", "Ask @ada, not me."),
        ("me@verispan.example is no mention", "me@verispan.example is no mention"),
        ("  @verispan  ", ""),
        ("Write to @verispan-team about it", "Write to @verispan-team about it"),
        ("See @verispan.example", "See @verispan.example"),
    ],
)
def test_the_question_is_what_is_left(text: str, question: str) -> None:
    assert question_of(text) == question


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert all(name in text.lower() for name in mentioned(text)) or not text.isascii()
    assert "@verispan" not in question_of(f"{text} @verispan ").lower() or "@verispan" in text.lower()
