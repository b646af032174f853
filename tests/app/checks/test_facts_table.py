"""Hand-written pairs from chip design: honest paraphrases that must pass, and subtle errors that must be named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks import facts

PARAPHRASES = [
    ("clk_core runs at 1250 MHz.", "A period of 0.800 ns gives `clk_core` its frequency of 1.25 GHz."),
    ("The clock period is 800 ps.", "A period of 0.800 ns gives `clk_core` its frequency of 1.25 GHz."),
    ("The supply ranges from 675 mV to 825 mV.", "The core supply may lie anywhere from 0.675 V to 0.825 V."),
    ("Parts are qualified between -40 °C and 125 °C.", "Qualification covers junctions of -40 to 125 degC."),
    ("The supply may fall to 1.71 V.", "The I/O supply is 1.8 V ± 5 %."),
    ("The block holds 20000 gates.", "At tape-out the block held 20,000 gates."),
    ("Two synchroniser stages are enough.", "A synchroniser of 2 stages is enough below 500 MHz."),
    ("The synchroniser needs 3 flip-flops.", "A chain of three flip-flops makes the synchroniser."),
    ("Leakage is 5 nA.", "The leakage measured at 25 degC was 5 x 10^-9 A."),
    ("The limit on power density is 1 W/cm².", "Power density must stay under 10 mW/mm²."),
    ("IR drop is limited to 3%.", "Static IR drop must not exceed 3 percent of the supply."),
    ("The uncertainty is about 20 ps.", "After tree synthesis the uncertainty came to 19.6 ps."),
    ("More than 15 ps of hold margin is left.", "The hold margin at the slow corner is 22 ps."),
    ("Skew stays below 50 ps.", "The measured skew of the tree was 38 ps."),
    ("The guide was reviewed in March 2026.", "Guide version 2.4, reviewed 2026-03-17."),
    ("The policy took effect on 17 March 2026.", "In force since March 17, 2026."),
    ("It was approved in the 2020s.", "The waiver was approved on 3 May 2024."),
    ("Release 2.4 of the guide says so.", "See the guide, v2.4, on this."),
    ("LF7SC 3.2 is the library in use.", "Blocks use library LF7SC version 3.2."),
    ("The bus is AXI4 Lite.", "Registers are reached over an AXI4-Lite bus."),
    ("STA is run at every corner.", "Static timing analysis is run at all corners before hand-off."),
    ("Static Timing Analysis runs nightly.", "STA runs every night on the main branch."),
    ("Clock tree synthesis comes after placement.", "Placement is done before clock tree synthesis."),
    ("Launch happens before capture.", "Capture happens after launch."),
    ("After reset, the PLL is locked.", "The PLL is locked after reset."),
    ("Hold checks do not depend on the period.", "A hold check does not depend on the clock period."),
    ("Retention flops must not lose their state.", "No retention flop may lose its state."),
    ("The path may be ignored.", "The path does not matter and may be ignored."),
    ("A reset must not be released while the clock runs.", "Never release a reset while its clock is running."),
    ("The hold margin is 15 ps.", "The setup margin is 25 ps and the hold margin is 15 ps."),
    ("clk_bus runs at 500 MHz.", "clk_core and clk_bus run at 1.25 GHz and 500 MHz respectively."),
    ("The setup uncertainty is 25 ps.", "Check | Uncertainty (ps) | Applies to\nsetup | 25 | clk_core"),
    ("The FIFO is 64 entries deep.", "A FIFO of 64 entries buffers the words between both domains."),
    ("A 32-bit counter takes 4 bytes.", "Its 32 bit counter is stored in four bytes."),
    ("The file constraints/dma.sdc holds them.", "Constraints are held in `constraints/dma.sdc`."),
    ("Larkfield requires a ticket for it.", "At Larkfield every exception carries a ticket."),
    ("The tool reports both corners.", "OpenSTA reports the slow and the fast corner."),
]

ERRORS = [
    ("The hold uncertainty is 25 ps.", "The hold uncertainty is 15 ps.", ("25 ps", "15 ps")),
    ("The clock period is 0.8 ps.", "The clock period is 0.8 ns.", ("0.8 ps", "0.8 ns")),
    ("clk_core runs at 1.5 GHz.", "clk_core runs at 1250 MHz.", ("1.5 GHz", "1250 MHz")),
    ("Junctions may reach 150 degC.", "Junctions may reach 125 degC.", ("150 degC", "125 degC")),
    ("Junctions may be at 40 °C.", "Junctions may be at -40 °C.", ("40 °C", "-40 °C")),
    ("The supply is 1.8 mV.", "The supply is 1.8 V.", ("1.8 mV", "1.8 V")),
    ("IR drop is limited to 5 %.", "IR drop is limited to 3 %.", ("5 %", "3 %")),
    ("The uncertainty is 20 ps.", "The uncertainty is 19.6 ps.", ("20 ps", "19.6 ps")),
    ("The block holds 2,000 gates.", "The block holds 20,000 gates.", ("2,000", "20,000")),
    ("The synchroniser has two stages.", "The synchroniser has three stages.", ("two", "three")),
    ("More than 30 ps of margin is left.", "A margin of 22 ps is left.", ("30 ps", "22 ps")),
    (
        "Skew must be at least 50 ps.",
        "Skew must be at most 50 ps.",
        ("be at least 50 ps .", "be at most 50 ps ."),
    ),
    ("The guide was reviewed on 17 May 2026.", "The guide was reviewed on 2026-03-17.", ("17 May 2026", "2026-03-17")),
    ("The policy dates from 2025.", "The policy dates from 2026.", ("2025", "2026")),
    ("Guide v2.5 applies.", "Guide v2.4 applies.", ("v2.5", "v2.4")),
    ("Tool 5.4.3 is required.", "Tool 5.4.2 is required.", ("5.4.3", "5.4.2")),
    (
        "set_clock_latency states -setup or -hold.",
        "Every set_clock_uncertainty states -setup or -hold.",
        ("set_clock_latency", "set_clock_uncertainty"),
    ),
    ("The library is LF5SC.", "The library is LF7SC.", ("LF5SC", "LF7SC")),
    ("The bus is AXI4-Stream.", "The bus is AXI4-Lite.", ("AXI4-Stream", "AXI4-Lite")),
    ("A wildcard must be used.", "A wildcard must not be used.", ("used", "not be used")),
    ("The exception is no longer allowed.", "The exception is allowed.", ("no longer allowed", "allowed")),
    ("Clock names never contain the frequency.", "Clock names contain the frequency.", ("never contain", "contain")),
    ("Data changes on the rising edge of the clock.", "Data changes on the falling edge.", ("rising", "falling")),
    ("Fillers are placed before routing.", "Fillers are placed after routing.", ("before", "after")),
    ("The maximum slew applies to the pin.", "The minimum slew applies to the pin.", ("maximum", "minimum")),
    ("Delay increases when voltage rises.", "Delay decreases when voltage rises.", ("increases", "decreases")),
    (
        "The reset is asserted asynchronously.",
        "The reset is asserted synchronously.",
        ("asynchronously", "synchronously"),
    ),
    (
        "The hold margin is 25 ps.",
        "The setup margin is 25 ps and the hold margin is 15 ps.",
        ("25 ps", "15 ps"),
    ),
    (
        "clk_bus runs at 1.25 GHz.",
        "clk_core and clk_bus run at 1.25 GHz and 500 MHz respectively.",
        ("1.25 GHz", "500 MHz"),
    ),
    ("The setup value is 15 ps.", "Check | Value (ps)\nsetup | 25", ("15 ps", "25 ps")),
]

ABSENT = [
    ("The hold uncertainty is 25 ps.", "The hold uncertainty is set for each clock.", "25 ps"),
    ("The limit of 3 % dates from 2024.", "The limit is 3 %.", "2024"),
    ("The check uses report_checks.", "The check is made after routing.", "report_checks"),
    ("A block has 64 entries.", "A block has some entries.", "64"),
    ("The rule comes from Ashgrove.", "The rule comes from Larkfield.", "Ashgrove"),
    ("Each file is written in SDC.", "Each file is written by hand.", "SDC"),
]


@pytest.mark.parametrize(("claim", "evidence"), PARAPHRASES)
def test_an_honest_paraphrase_passes(claim: str, evidence: str) -> None:
    check = facts.check(claim, ["The rules of this chapter hold for every block.", evidence])
    assert check.passed is not False, check.detail


@pytest.mark.parametrize(("claim", "evidence", "named"), ERRORS)
def test_a_subtle_error_is_named(claim: str, evidence: str, named: tuple[str, str]) -> None:
    check = facts.check(claim, ["The rules of this chapter hold for every block.", evidence])
    assert check.passed is False
    assert {"claim": named[0], "evidence": named[1]} in check.detail["conflicts"]


@pytest.mark.parametrize(("claim", "evidence", "missing"), ABSENT)
def test_what_the_evidence_lacks_is_named(claim: str, evidence: str, missing: str) -> None:
    check = facts.check(claim, ["The rules of this chapter hold for every block.", evidence])
    assert missing in facts.lacking(check.detail)
    assert check.detail["conflicts"] == []


@pytest.mark.parametrize(
    ("claim", "passed"),
    [("The limit is set by Larkfield.", None), ("The limit of 5 ps is set by Larkfield.", True),
     ("The limit is set by Larkfield in set_max_skew.", False), ("The limit is set by Larkfield in v2.1.", False)],
)  # fmt: skip
def test_a_mere_name_that_is_lacking_is_told_and_fails_nothing(claim: str, passed: bool | None) -> None:
    check = facts.check(claim, ["A preface.", "The limit of 5 ps is set by Ashgrove."])
    assert "Larkfield" in check.detail["unnamed"]
    assert check.passed is passed


def test_the_rival_of_a_value_is_not_one_that_the_claim_has_as_well() -> None:
    check = facts.check("Hold takes 15 ps and setup 30 ps.", ["For both: hold takes 15 ps and setup 25 ps."])
    assert {"claim": "30 ps", "evidence": "25 ps"} in check.detail["conflicts"]
    assert all(conflict["evidence"] != "15 ps" for conflict in check.detail["conflicts"])


def test_the_value_of_something_else_is_not_borne_out() -> None:
    evidence = ["clk_a runs at 1 GHz. The clock clk_b is slower."]
    check = facts.check("clk_b runs at 1 GHz.", evidence)
    assert check.detail["conflicts"] == [{"claim": "1 GHz for clk_b", "evidence": "1 GHz for clk_a"}]
    assert facts.check("clk_a runs at 1 GHz.", evidence).passed is True


def test_the_value_of_something_that_is_said_to_be_alike_is_borne_out() -> None:
    check = facts.check(
        "clk_b runs at 1 GHz.", ["clk_a runs at 1 GHz. The clock clk_b is equally fast, at the same one."]
    )
    assert check.passed is True


@pytest.mark.parametrize(
    ("claim", "conflict"),
    [
        ("SS has a hold margin of 15 ps.", None),
        ("FF has a hold margin of 12 ps.", None),
        ("At 0.825 V the hold margin is 12 ps.", None),
        ("FF has a hold margin of 15 ps.", ("15 ps", "12 ps")),
        ("The hold margin of SS is 0.012 ns.", ("0.012 ns", "15 ps")),
    ],
)
def test_a_value_belongs_to_its_row(claim: str, conflict: tuple[str, str] | None) -> None:
    header = "Corner | Hold margin (ps) | Voltage (V)"
    check = facts.check(claim, [f"{header}\nSS | 15 | 0.675", f"{header}\nFF | 12 | 0.825"])
    assert check.detail["conflicts"] == ([{"claim": conflict[0], "evidence": conflict[1]}] if conflict else [])


@pytest.mark.parametrize(
    ("claim", "context", "passed"),
    [
        ("Under the sign-off policy v3.2, hold slack must be positive.", "Rules\nSign-off policy v3.2 - Hold", True),
        ("The sign-off policy of 2026 wants a positive hold slack.", "Rules\nSign-off policy 2026 - Hold", True),
        ("Under the sign-off policy v3.3, hold slack must be positive.", "Rules\nSign-off policy v3.2 - Hold", False),
        ("The sign-off policy of 2025 wants a positive hold slack.", "Rules\nSign-off policy 2026 - Hold", False),
        ("In sign-off, hold slack must be 5 ps.", "Sign-off policy 5 ps", False),
    ],
)
def test_headings_bear_out_versions_and_years(claim: str, context: str, passed: bool) -> None:
    check = facts.check(claim, ["Under the sign-off policy, hold slack must be positive."], context=context)
    assert (check.passed is not False) is passed, check.detail


PIECES = [*PARAPHRASES, *((claim, evidence) for claim, evidence, _ in ERRORS)]
SNIPPETS = sorted({word for pair in PIECES for text in pair for word in text.split()})


@pytest.mark.parametrize("text", sorted({text for pair in PIECES for text in pair}))
def test_a_text_bears_out_itself(text: str) -> None:
    assert facts.check(text, [f"Earlier text. {text} Later text."]).passed is not False


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(SNIPPETS), max_size=14).map(" ".join)))
def test_no_text_breaks_the_rung_and_every_text_bears_out_itself(text: str) -> None:
    check = facts.check(text, [text], question=text, context=text)
    assert check.passed is not False, check.detail
