"""Canonical JSON: the numbers and the order of RFC 8785, and one form for every way to write a value."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.canonical import LARGEST, canonical, digest

NUMBERS = [
    (0.0, "0"),
    (-0.0, "0"),
    (1.0, "1"),
    (-3.25, "-3.25"),
    (100.0, "100"),
    (0.000001, "0.000001"),
    (0.0000001, "1e-7"),
    (1.5e-9, "1.5e-9"),
    (1e20, "100000000000000000000"),
    (123456789012345680000.0, "123456789012345680000"),
    (1e21, "1e+21"),
    (-1.25e30, "-1.25e+30"),
    (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (333333333.33333329, "333333333.3333333"),
    (4.35, "4.35"),
    (7, "7"),
    (-LARGEST, "-9007199254740991"),
]
"""As ECMAScript writes them; the rare ones are of the appendix of RFC 8785."""


@pytest.mark.parametrize(("number", "written"), NUMBERS)
def test_numbers_are_written_as_ecmascript_writes_them(number: float, written: str) -> None:
    assert canonical([number]).decode() == f"[{written}]"


def test_the_example_of_the_standard() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf_16() -> None:
    assert list(json.loads(canonical({"\ufb33": 1, "\U0001f600": 2, "ö": 3, "1": 4, "\r": 5}))) == [
        *("\r", "1", "ö", "\U0001f600", "\ufb33")
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), LARGEST + 1, "half \ud800", {"\udc00": 1}])
def test_what_no_reader_reads_the_same_has_no_form(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        canonical(["x", value])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LEAVES = st.none() | st.booleans() | TEXTS | st.integers(-LARGEST, LARGEST) | st.floats(-1e15, 1e15)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12
)


@given(VALUES, st.randoms(use_true_random=False))
def test_every_way_to_write_a_value_has_the_same_form(value: Any, chance: Any) -> None:
    written = json.dumps(_shuffled(value, chance), indent=chance.choice([None, 3]), ensure_ascii=chance.random() < 0.5)
    assert canonical(json.loads(written)) == canonical(value)
    assert json.loads(canonical(value)) == value
    assert digest(value) == sha256(canonical(value)).hexdigest()


def _shuffled(value: Any, chance: Any) -> Any:
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: _shuffled(value[name], chance) for name in names}
    return [_shuffled(one, chance) for one in value] if isinstance(value, list) else value
