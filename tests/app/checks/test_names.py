from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.checks import facts
from app.checks.scan import scan
from app.checks.tables import unfold

identifier = st.from_regex(r"[a-z]{2,6}(_[a-z0-9]{1,6}){1,3}", fullmatch=True)


@settings(deadline=None)
@given(identifier)
def test_an_identifier_passes_in_backticks_and_fails_with_a_letter_more(name: str) -> None:
    claim = f"The rule applies to {name} alone."
    assert facts.check(claim, [f"Of all of them, only `{name}` has this rule."]).passed is True
    assert facts.check(claim, [f"Of all of them, only `{name}q` has this rule."]).passed is False
    assert facts.check(claim, [f"Of all of them, only `q{name}` has this rule."]).passed is False


@settings(deadline=None)
@given(st.lists(st.integers(0, 99), min_size=3, max_size=4), st.data())
def test_a_version_must_be_the_same_up_to_where_the_claim_states_it(segments: list[int], data: st.DataObject) -> None:
    full = ".".join(map(str, segments))
    part = ".".join(map(str, segments[: data.draw(st.integers(1, len(segments)))]))
    assert facts.check(f"It was seen in release {part}.", [f"The tool v{full} shows it."]).passed is True
    other = data.draw(st.integers(0, 99))
    assume(other != segments[0])
    check = facts.check(f"It was seen in release {other}.", [f"It was seen in the tool v{full}, which shows it."])
    assert check.detail["conflicts"] == [{"claim": f"release {other}", "evidence": f"v{full}"}]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The Larkfield guide asks SDC files of AXI4-Lite blocks",
         {"Larkfield": "name", "SDC": "acronym", "AXI4-Lite": "identifier"}),
        ("Hold checks come first.", {}),
        ("Michael Vick plays.", {"Michael": "name", "Vick": "name"}),
        ("It is COVID-19.", {"COVID-19": "name"}),
        ("See lint.tcl and u_div/div_reg/Q or 8'hFF, e.g. 3D ones of the 1st and/or 2nd kind.",
         {"lint.tcl": "identifier", "u_div/div_reg/Q": "identifier", "8'hFF": "identifier", "3D": "identifier"}),
        ("It takes 5 mV, 3 kHz and 2 mW/mm².", {}),
        ("NOTHING IN CAPITALS COUNTS HERE", {}),
        ("A Heading Set In Title Case For All", {}),
    ],
)  # fmt: skip
def test_what_counts_as_a_name(text: str, kinds: dict[str, str]) -> None:
    assert {fact.text: getattr(fact, "kind", "") for fact in scan(text).facts if hasattr(fact, "kind")} == kinds


@pytest.mark.parametrize(
    ("claim", "evidence", "context"),
    [
        (
            "OpenROAD writes the file of add_global_connection.",
            "The tool writes it.",
            "OpenROAD - add_global_connection",
        ),
        ("Two FIFOs sit between them.", "One FIFO is before, one FIFO after.", ""),
        ("A rule of the IEEE is cited.", "The Institute of Electrical and Electronics Engineers made the rule.", ""),
        ("The American one is used.", "The one that America uses.", ""),
        ("It holds for the SoC of Larkfield.", "It holds for the SoC.", ""),
        ("Systems on chip (SoC) hold it.", "It is held by every system on chip.", ""),
        ("Its level is DDR5-based.", "The level is that of DDR5.", ""),
    ],
)
def test_names_that_pass(claim: str, evidence: str, context: str) -> None:
    check = facts.check(claim, ["Introduction.", evidence], context=context)
    assert check.passed is not False, check.detail


def test_headings_bear_out_names_but_no_numbers() -> None:
    assert facts.check("The margin is 15 ps.", ["The margin is small."], context="15 ps margins").passed is False


def test_what_the_question_brought_up_still_fails_and_is_noted() -> None:
    check = facts.check("The margin is 15 ps.", ["The margin is small."], question="Is the margin 15 ps?")
    assert check.passed is False
    assert check.detail == {"missing": ["15 ps"], "conflicts": [], "from_question": ["15 ps"]}


def test_a_claim_without_facts_has_nothing_to_compare() -> None:
    assert facts.check("The margin is small.", ["Margins are small."]).passed is None


def test_another_value_far_from_the_claim_is_no_conflict() -> None:
    check = facts.check("The hold margin of the block is 25 ps.", ["Lunch takes 40 minutes and a nap 20 s."])
    assert check.detail == {"missing": ["25 ps"], "conflicts": []}


def test_rows_are_read_under_their_columns() -> None:
    rows = "Check | Value (ps) | Note\nsetup | 25 | a 3-stage one\nhold | ±15 | none"
    assert unfold(rows) == ("Check setup | Value 25 ps | Note a 3-stage one\n\nCheck hold | Value ±15 ps | Note none")
    assert unfold(
        "Item | Value | Unit\n1 | clk_a, 500 | MHz\n2 | −40 to 125 | °C\n3 | 0.05, off | µm\n4 | 7 | see below"
    ) == (
        "Item 1 | Value clk_a, 500 MHz | Unit MHz\n\nItem 2 | Value −40 to 125 °C | Unit °C\n\n"
        "Item 3 | Value 0.05 µm, off | Unit µm\n\nItem 4 | Value 7 | Unit see below"
    )
    assert unfold("Net | Levels (V)\na | 0.75, 0.60, off") == "Net a | Levels 0.75 V, 0.60 V, off"
    assert unfold("No | table") == "No | table"
    assert unfold("a | b\nno row") == "a | b\nno row"


@pytest.mark.parametrize(
    ("claim", "evidence", "passed"),
    [
        ("The firm is from Italy.", "The firm is an Italian one.", True),
        ("The firm is from Germany.", "It is a German firm.", True),
        ("The firm is from Austria.", "The firm is from Australia.", False),
        ("The firm is from Niger.", "The firm is from Nigeria.", False),
        ("The chair is Martha Jones.", "The chair is Martin Jones.", False),
        ("Work has moved to the UK.", "Work has moved to the United Kingdom.", True),
        ("Work has moved to the UK.", "Work has moved to the US, under knowledgeable managers.", False),
        ("The motor needs an AC supply.", "The motor needs a constant DC supply.", False),
    ],
)
def test_one_name_in_two_forms_and_two_names_that_look_alike(claim: str, evidence: str, passed: bool) -> None:
    check = facts.check(claim, ["Foreword.", evidence])
    assert (check.passed is not False and not facts.lacking(check.detail)) is passed
