"""Hand-written claims that work something out: right ones, wrong ones, and coincidences that must count for nothing."""

from __future__ import annotations

import pytest

from app.checks import derivation, facts

RIGHT = [
    ("The slack is 0.60 ns - 0.48 ns = 0.12 ns.", ["The period is 0.60 ns.", "The path takes 0.48 ns."], "0.60 ns − 0.48 ns = 0.12 ns"),
    ("The margin is 10 MHz, which is 20% of 50 MHz.", ["The bus runs at 50 MHz.", "A margin of 20% is kept."], "20% of 50 MHz = 10 MHz"),
    ("There are 12 corners x 3 modes = 36 runs.", ["Sign-off has 12 corners.", "Each is run in 3 modes."], "12 corners x 3 = 36"),
    ("A period of 1 / 0.8 ns = 1.25 GHz is met.", ["The period is 0.8 ns."], "1 / 0.8 ns = 1.25 GHz"),
    ("That is 64 x 32 bits = 256 bytes.", ["The buffer has 64 words of 32 bits."], "64 x 32 bits = 256 bytes"),
    ("Hence 25 ps plus 15 ps gives 40 ps.", ["Setup takes 25 ps.", "Hold takes 15 ps."], "25 ps plus 15 ps = 40 ps"),
    ("The uncertainty is 8 ps / 3 ≈ 2.7 ps.", ["8 ps are spread over 3 steps."], "8 ps / 3 = 2.7 ps"),
    ("A slack of 0.12 ns is left.", ["The period is 0.60 ns.", "The path takes 0.48 ns."], "0.60 ns − 0.48 ns = 0.12 ns"),
    ("A slack of 120 ps is left.", ["The period is 0.60 ns.", "The path takes 0.48 ns."], "0.60 ns − 0.48 ns = 120 ps"),
    ("Setup and hold uncertainty together are 40 ps.", ["Setup uncertainty is 25 ps and hold uncertainty 15 ps."], "25 ps + 15 ps = 40 ps"),
    ("The total power is 18.5 mW.", ["The core takes 12 mW, the PLL 4.5 mW and the pads 2 mW."], "12 mW + 4.5 mW + 2 mW = 18.5 mW"),
    ("Setup takes 10 ps more than hold.", ["Setup uncertainty is 25 ps; hold uncertainty is 15 ps."], "25 ps − 15 ps = 10 ps"),
    ("The update cut the run time by 3 hours.", ["The run took 11 hours before the update and 8 hours after it."], "11 hours − 8 hours = 3 hours"),
    ("The average skew is 30 ps.", ["Skew is 25 ps at SS and 35 ps at FF."], "(25 ps + 35 ps) / 2 = 30 ps"),
    ("Power fell by 20 %.", ["Power was 50 mW before gating.", "Power is 40 mW after gating."], "(50 mW − 40 mW) / 50 mW = 20 %"),
    ("Frequency rose by 25%.", ["Frequency was 400 MHz.", "Frequency is 500 MHz now."], "(500 MHz − 400 MHz) / 400 MHz = 25%"),
    ("Clocks account for 30 % of the power.", ["The chip takes 50 mW, of which clocks take 15 mW."], "15 mW / 50 mW = 30 %"),
    ("The remaining 70 % goes elsewhere.", ["Clocks take 30 % of the power."], "100 % − 30 % = 70 %"),
    ("The limit on dynamic drop is 60 mV.", ["The limit on dynamic drop is 8 % of the supply.", "The supply is 0.75 V."], "8 % × 0.75 V = 60 mV"),
    ("The supply may rise to at most 0.825 V with its margin.", ["The supply is 0.75 V.", "A margin of 10 % is allowed."], "0.75 V + 10 % = 0.825 V"),
    ("The clock's frequency is 1.25 GHz.", ["The clock has a period of 0.8 ns."], "1 / 0.8 ns = 1.25 GHz"),
    ("The clock's period is 2 ns.", ["The clock runs at 500 MHz."], "1 / 500 MHz = 2 ns"),
    ("Each block dissipates 3 mW on average.", ["12 mW are spread evenly over 4 blocks."], "12 mW / 4 = 3 mW"),
    ("The run uses an energy of 6 mJ.", ["It draws 2 mW for 3 s."], "2 mW × 3 s = 6 mJ"),
    ("The FIFO has a capacity of 2048 bits.", ["The FIFO has 64 entries of 32 bits."], "64 × 32 bits = 2048 bits"),
    ("In total 15 corners are signed off.", ["12 setup corners are signed off.", "3 hold corners are signed off."], "12 + 3 = 15"),
    ("The 12 flops and 3 latches make 15 cells in total.", ["There are 12 flops.", "There are 3 latches."], "12 + 3 = 15"),
    ("Sign-off covers 4 corners.", ["The corners are SS, TT, FF and SF."], "SS, TT, FF, SF: 4"),
    ("It has 3 modes.", ["The block knows these modes: scan, functional and sleep."], "scan, functional, sleep: 3"),
    ("The setup uncertainty is larger than the hold uncertainty.", ["Setup uncertainty is 25 ps, hold uncertainty is 15 ps."], "25 ps > 15 ps"),
    ("Hold uncertainty is less than setup uncertainty.", ["Stage | Setup uncertainty (ps) | Hold uncertainty (ps)\nAfter CTS | 25 | 15"], "15 ps < 25 ps"),
    ("30 ps is twice the 15 ps of hold.", ["Setup takes 30 ps.", "Hold takes 15 ps."], "30 ps / 15 ps = 2"),
    ("clk_core is faster than clk_bus.", ["clk_core runs at 1.25 GHz; clk_bus runs at 500 MHz."], "1.25 GHz > 500 MHz"),
    ("The path of 0.48 ns is shorter than the period of 600 ps.", ["The path takes 0.48 ns.", "The period is 600 ps."], "0.48 ns < 600 ps"),
    ("The setup margin is three times the hold margin.", ["The setup margin is 45 ps, the hold margin is 15 ps."], "45 ps / 15 ps = 3"),
    ("Between 2.4 V and 1.8 V there is a difference of 0.6 V.", ["The pads run at 2.4 V and the core at 1.8 V."], "2.4 V − 1.8 V = 0.6 V"),
    ("The junction warms by 100 °C.", ["The junction goes from 25 °C to 125 °C."], "125 °C − 25 °C = 100 °C"),
    ("Two thirds, or 66.7 %, of the cells are flops: a share of 66.7 %.", ["Of 300 cells 200 cells are flops."], "200 / 300 = 66.7 %"),
]  # fmt: skip

WRONG = [
    ("The slack is 0.60 ns - 0.48 ns = 0.15 ns.", ["The period is 0.60 ns.", "The path takes 0.48 ns."], ("0.15 ns", "0.12 ns")),
    ("The margin is 15 MHz, which is 20% of 50 MHz.", ["The bus runs at 50 MHz.", "A margin of 20% is kept."], ("15 MHz", "10 MHz")),
    ("There are 12 corners x 3 modes = 35 runs.", ["Sign-off has 12 corners.", "Each is run in 3 modes."], ("35", "36")),
    ("A period of 1 / 0.8 ns = 1.25 MHz is met.", ["The period is 0.8 ns."], ("1.25 MHz", "1250 MHz")),
    ("Hence 25 ps plus 15 ps gives 45 ps.", ["Setup takes 25 ps.", "Hold takes 15 ps."], ("45 ps", "40 ps")),
    ("The delay of 0.8 ns = 80 ps is met.", ["The delay is 0.8 ns."], ("80 ps", "800 ps")),
    ("The path takes 2 mW * 3 s = 6 mW.", ["It draws 2 mW for 3 s."], ("6 mW", "0.006 J")),
    ("Setup and hold uncertainty together are 45 ps.", ["Setup uncertainty is 25 ps and hold uncertainty 15 ps."], ("45 ps", "40 ps")),
    ("The average skew is 32 ps.", ["Skew is 25 ps at SS and 35 ps at FF."], ("32 ps", "30 ps")),
    ("Power fell from 50 mW to 40 mW, by 25 %.", ["Power was 50 mW.", "Power is 40 mW after gating."], ("25 %", "20 %")),
    ("The difference between 2.4 V and 1.8 V is 0.8 V.", ["The pads run at 2.4 V and the core at 1.8 V."], ("0.8 V", "0.6 V")),
    ("Therefore the slack is 0.15 ns.", ["The period is 0.60 ns.", "The path takes 0.48 ns."], ("0.15 ns", "0.12 ns")),
    ("Sign-off covers 3 corners.", ["The corners are SS, TT, FF and SF."], ("3", "4")),
    ("The setup uncertainty is smaller than the hold uncertainty.", ["Setup uncertainty is 25 ps, hold uncertainty is 15 ps."], ("smaller than", "25 ps > 15 ps")),
    ("40 ps is twice the 15 ps of hold.", ["Setup takes 40 ps.", "Hold takes 15 ps."], ("twice", "40 ps / 15 ps = 2.667")),
    ("clk_core is slower than clk_bus.", ["clk_core runs at 1.25 GHz; clk_bus runs at 500 MHz."], ("slower than", "1.25 GHz > 500 MHz")),
    ("The path of 0.48 ns exceeds the period of 600 ps.", ["The path takes 0.48 ns.", "The period is 600 ps."], ("exceeds", "0.48 ns < 600 ps")),
    ("The two corners are SS, TT and FF.", ["The corners are SS, TT and FF."], ("two", "3")),
    ("25 °C = 298.15 K and 0.5 V + 0.3 V = 0.9 V.", ["It is 25 °C, 0.5 V or 0.3 V."], ("0.9 V", "0.8 V")),
]  # fmt: skip

NOTHING = [
    ("The path takes 0.12 ns.", ["The period is 0.60 ns.", "The setup time is 0.48 ns."]),
    ("The hold uncertainty is 40 ps.", ["Setup uncertainty is 25 ps and hold uncertainty 15 ps."]),
    ("The PLL needs 18.5 mW.", ["The core takes 12 mW, the PLL 4.5 mW and the pads 2 mW."]),
    ("The block has 15 files in total.", ["There are 12 corners.", "There are 3 modes."]),
    ("The handbook has 36 pages.", ["Sign-off has 12 corners.", "Each is run in 3 modes."]),
    ("The yield is 30 %.", ["The chip takes 50 mW, of which clocks take 15 mW."]),
    ("The skew is 30 ps.", ["Skew is 25 ps at SS and 35 ps at FF."]),
    ("The period is 0.8 ns.", ["The period is 0.8 ns."]),
    ("The period is 800 ps.", ["The period is 0.8 ns."]),
    ("Version 2.4 was reviewed on 2026-03-17.", ["Version 2.4 was reviewed on 2026-03-17."]),
    ("The supply ranges from 0.675 V to 0.825 V.", ["The supply may lie from 0.675 V to 0.825 V."]),
    ("The core loses 25 ps of setup slack.", ["Leaving 60 ps in place costs 35 ps of setup slack."]),
    ("A cell brings the bank down to 13 uW.", ["Active in 20 % of cycles, the bank takes 11 uW."]),
    ("The range runs from 0.675 mV to 0.825 mV.", ["A point of 0.60 V lies outside 0.675 V to 0.825 V, so 0.60 V is cut."]),
    ("A latch buys 5 ns of hold margin.", ["A latch adds 10 ns of hold margin with a 50 % duty cycle."]),
    ("The edges lie 1.6 ns from each other.", ["Exactly two pulses come 800 ps apart."]),
    ("Two blocks leave 0.08 ns each for wiring.", ["Two blocks use 40 %, which leaves 160 ps for wiring."]),
    ("It takes 0.16 ms for one background and less than a second for all six.", ["It has 6 backgrounds and one memory of 0.16 ms."]),
    ("The frequency is 500 MHz.", ["clk_a takes 3 ns, clk_b 2 ns."]),
    ("The clock runs at 1 GHz.", ["clk_a has 3 ns, clk_b 2 ns and clk_c 5 ns."]),
    ("The margin must be larger than 20 ps if the skew is 15 ps.", ["The margin must be larger than 20 ps if the skew is 15 ps."]),
    ("A margin of 15 ps must be more than 20 ps at FF.", ["The margin is 15 ps, 20 ps at FF."]),
    ("The 15 ps of SS must be larger than the 20 ps of FF.", ["SS has 15 ps, FF 20 ps."]),
    ("Setup is larger than hold.", ["Setup and hold are 25 ps and 15 ps."]),
    ("Setup is larger than hold.", ["Setup is 25 mV.", "Hold is 15 ps."]),
    ("Setup is not larger than hold at SS.", ["Setup is 25 ps.", "Hold is 15 ps."]),
    ("The bus has 4 lanes, including two spares.", ["The lanes include north, south and east."]),
    ("The total is 99 mW.", ["A takes 1 mW, B 2 mW, C 3 mW, D 4 mW, E 5 mW, F 6 mW, G 7 mW and H 71 mW."]),
    ("x = 5 - 3", ["y = 2"]),
    ("It comes to 8 / 3 ps = 2.7 ps.", ["8 ps are spread over 3 steps."]),
    ("Data must not change then.", ["Data must not change then."]),
    ("", []),
    ("\0", ["\0"]),
    ("= = = (((", ["1 = 2 = 3"]),
    ("每个时钟的总和是四十。", ["建立时间为二十五皮秒。"]),
    ("المجموع ٤٠ بيكوثانية", ["٢٥ و ١٥"]),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence", "working"), RIGHT)
def test_a_right_derivation_shows_its_working(claim: str, evidence: list[str], working: str) -> None:
    check = derivation.check(claim, ["The rules of this chapter hold.", *evidence])
    assert check.passed is True, check
    assert any(working in one for one in check.detail["working"]), check
    assert check.detail["wrong"] == []


@pytest.mark.parametrize(("claim", "evidence", "wrong"), WRONG)
def test_a_wrong_derivation_is_named_with_what_it_comes_to(
    claim: str, evidence: list[str], wrong: tuple[str, str]
) -> None:
    check = derivation.check(claim, ["The rules of this chapter hold.", *evidence])
    assert check.passed is False, check
    assert {"claim": wrong[0], "computed": wrong[1]} in check.detail["wrong"], check


@pytest.mark.parametrize(("claim", "evidence"), NOTHING)
def test_a_coincidence_counts_for_nothing(claim: str, evidence: list[str]) -> None:
    check = derivation.check(claim, ["The rules of this chapter hold.", *evidence])
    assert check.passed is None, check


@pytest.mark.parametrize(("claim", "evidence", "working"), RIGHT)
def test_the_facts_rung_asks_no_more_for_what_was_recomputed(claim: str, evidence: list[str], working: str) -> None:
    found = derivation.check(claim, evidence)
    check = derivation.excused(facts.check(claim, evidence), found)
    assert check.passed is not False, (check, found)
