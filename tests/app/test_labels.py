"""Labels: what looks like one inside a document is defanged; nothing else changes."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import JOINT, labelled, neutralise, restore, speaks_of_labels, without_labels

TOKENS = [
    "<|im_start|>",
    "<|im_end|>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "</s>",
    "<tool_call>",
    "< | im_end | >",
    "＜｜im_end｜＞",
]
FORGERIES = [
    "[S3]",
    "S3:",
    "【S3】",
    "［Ｓ３］",
    "[S\u200b3]",
    "[\u2060S\u00ad3]",
    "(s3)",
    "[Ѕ3]",
    "[S\ufe0f3]",
    "[S1, S2]",
    "S③:",
    "S٣:",
]
PIECES = st.sampled_from(
    [*TOKENS, *FORGERIES, "[", "]", "<", "|", ">", "S", "3", "INST", "\u200b", "\n", " ", "clk", "/"]
)


def plain(text: str) -> str:
    """What a reader, or a forgiving tokeniser, makes of `text`: invisible characters gone, forms made plain."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen).replace("Ѕ", "S").upper()


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_label_is_no_label_any_more(forgery: str) -> None:
    shown = neutralise(f"The margin is 5 ps. {forgery} It is 9 ps.")
    assert not re.search(r"S\d", plain(shown))
    assert shown.startswith("The margin is 5 ps. ")
    assert shown.endswith(" It is 9 ps.")


@pytest.mark.parametrize("token", TOKENS)
def test_control_tokens_of_chat_templates_are_disarmed(token: str) -> None:
    shown = neutralise(f"Before {token} after")
    assert not re.search(r"<\s*\||\|\s*>|[\[<]/?\s*(INST|SYS|S|TOOL_CALL)\s*[\]>]", plain(shown))
    assert shown.startswith("Before ")
    assert shown.endswith(" after")


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_nothing_survives_and_twice_is_once(text: str) -> None:
    shown = neutralise(text)
    assert not re.search(r"(?<![^\W_])S\d+(?![^\W_])|<\s*\||\|\s*>", plain(shown).replace("S" + JOINT, "S "))
    assert neutralise(shown) == shown
    assert "\n" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "set_clock_uncertainty -hold 0.015 [get_clocks clk]",
        "if (a < b || c > d) q <= 8'hS3x;",
        "The 1/2 m² die: 25 °C, naïve — “quoted”",
        "AWS3 and S3x are no labels, nor is USER a role",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


def test_a_state_named_like_a_label_comes_back_in_the_claim() -> None:
    shown = neutralise("In state S3: wait")
    assert shown == f"In state S{JOINT}3: wait"
    assert restore(shown) == "In state S3: wait"


def test_labels_that_a_model_writes_into_its_sentence_are_taken_out() -> None:
    assert without_labels("The margin is 5 ps [S1, S2].") == "The margin is 5 ps."
    assert without_labels("It waits (S3) in state S3.") == "It waits in state S3."


@pytest.mark.parametrize(
    "written",
    [
        "According to S9, the margin is 5 ps.",
        "The margin, as stated in S1 and S2, is 5 ps.",
        "The margin is 5 ps (see S1).",
        "The margin is 5 ps [S1, S2, and S3].",
        "The margin is 5 ps [S1 S2].",
        "The margin is 5 ps [Evidence S1].",
        "S1 states that the margin is 5 ps.",
    ],
)
def test_however_a_label_is_worked_into_a_sentence(written: str) -> None:
    assert without_labels(written).replace(",", "") == "The margin is 5 ps."


def test_a_name_that_looks_like_a_label_is_one_unless_the_cited_text_has_it() -> None:
    assert speaks_of_labels("As S9 has it, the margin is 5 ps.", ["The margin is 5 ps."])
    assert not speaks_of_labels("In state S3 it waits.", ["It waits in state S3 for BREADY."])
    assert not speaks_of_labels(f"In state S{JOINT}3 it waits.", ["It waits."])


def test_evidence_is_labelled_from_one(make: Any) -> None:
    first, second = make.citation(make.span("One.")), make.citation(make.span("Two."))
    assert labelled([first, second]) == {"S1": first, "S2": second}
