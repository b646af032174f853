from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.analyse import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("checks", ["check"]),
        ("set_clock_uncertainty", ["set_clock_uncertainty", "set", "clock", "uncertainti"]),
        ("-pin_name", ["pin_name", "pin", "name"]),
        ("AXI4-Lite", ["axi4-lite", "axi4", "lite"]),
        ("M4[3:0]", ["m4[3:0]", "m4", "3", "0"]),
        ("CamelCase", ["camelcas", "camel", "case"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("FIFOs", ["fifo"]),
        ("foo.bar::baz", ["foo.bar::baz", "foo", "bar", "baz"]),
        ("0.75V", ["0.75v", "0.75", "v"]),
        ("25ps", ["25ps", "25", "ps"]),
        ("5.4.2", ["5.4.2"]),
        ("v5.4.2", ["v5.4.2", "v", "5.4.2"]),
        ("__init__", ["init"]),
    ],
)
def test_a_token_gives_itself_and_its_parts(text, expected):
    assert terms(f"see {text}.") == ["see", *expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 0.75V here", "at 0.75 V here"),
        ("25 ps", "25\u00a0ps"),
        ("25 ps", "25\nps"),
        ("3 \u00b5m", "3 \u03bcm"),  # the micro sign and the Greek letter
        ("3 \u00b5m", "3um"),
        ("read\u2010only", "read-only"),
        ("library\u2019s", "library's"),
        ("syn\u00adthesis", "synthesis"),
        ("SET_CLOCK", "set_clock"),
        ("\ufb01lter", "filter"),
    ],
)
def test_spellings_of_the_same_thing_meet(one, other):
    assert terms(one) == terms(other)


def test_a_number_is_joined_to_a_unit_only():
    assert terms("has 5 signals") == ["has", "5", "signal"]
    assert terms("has 5 modes") == ["has", "5", "mode"]
    assert "4v" not in terms("the M4 V shape")


def test_repetitions_are_kept_in_order():
    assert terms("hold, setup, holds") == ["hold", "setup", "hold"]


def test_nothing_comes_of_nothing():
    assert terms("") == terms(" -- ... [] ") == []


@given(st.text(max_size=60))
def test_any_text_is_analysed_and_its_unicode_form_does_not_matter(text):
    found = terms(text)
    assert all(found)
    assert terms(normalize("NFD", text)) == found


identifiers = st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=2, max_size=4).map("_".join)


@given(identifiers, st.sampled_from(["({})", "`{}`", "use {}, then", "-{} 3", "{}."]))
def test_an_identifier_is_found_whole_and_by_its_parts(identifier, around):
    found = terms("First words. " + around.format(identifier.upper()))
    assert identifier in found
    assert set(terms(identifier.replace("_", " "))) <= set(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("synchroniser", "synchronizer"),
        ("synchronised", "synchronize"),
        ("optimisation", "optimization"),
        ("analysed", "analyze"),
        ("behaviours", "behavior"),
        ("Colour", "color"),
    ],
)
def test_either_spelling_finds_the_other(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(("one", "other"), [("four", "for"), ("hour", "hor"), ("raise", "raze"), ("rise", "rize")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)
