"""More pairs from chip design, true and false, that were once judged wrongly or were written before the rung was tuned.

Each false claim stands beside a true one of the same form, so that neither passing nor failing everything helps.
"""

from __future__ import annotations

import pytest

from app.checks import facts

TRUE = [
    ("Dynamic IR drop must stay below 8 %.", "The limit for dynamic IR drop is 8 %."),
    ("Coverage must be at least 98 %.", "Coverage must reach 98 %."),
    ("Skew must stay within 50 ps.", "The skew target is 50 ps."),
    ("Utilisation may go up to 80 %.", "Utilisation lies between 70 % and 80 %."),
    ("Setup slack must be above 50 ps.", "Setup slack must be above 50 ps at sign-off."),
    ("Waivers must be approved before 2026.", "Waivers must be approved before 2026, by the owner."),
    ("The margin must be 20 ps or more.", "The margin must be at least 20 ps."),
    (
        "A source must not wait until READY is asserted before asserting VALID.",
        "A source is not permitted to wait until READY is asserted before asserting VALID.",
    ),
    ("Latches must not be used unless approved.", "Unless approved, latches must not be used."),
    ("Waivers are not allowed if the owner is away.", "If the owner is away, waivers are not allowed."),
    ("VALID must not be deasserted without a handshake.", "VALID cannot be deasserted without a handshake."),
    ("The drop is 5 %.", "Item | Drop in % of supply\nstatic | 5"),
    ("The clock period is 0.8 ns.", "The command is `create_clock -period 0.8 clk_core` for the clock period."),
    ("The reset is active low.", "The block has an active-low reset."),
    ("The falling edge captures data.", "The rising edge launches, the falling edge captures data."),
    ("The rising edge launches data.", "The rising edge launches, the falling edge captures data."),
    ("The slow corner uses 0.72 V.", "The slow corner uses 0.72 V and the fast corner 0.8 V."),
    ("The fast corner uses 0.8 V.", "The slow corner uses 0.72 V and the fast corner 0.8 V."),
    ("In scan mode the clock is 100 MHz.", "The clock is 500 MHz in functional mode and 100 MHz in scan mode."),
    ("In functional mode the clock is 500 MHz.", "The clock is 500 MHz in functional mode and 100 MHz in scan mode."),
    ("Hold is signed off at 0.8 V, not at 0.72 V.", "Hold is signed off at 0.8 V, not at 0.72 V."),
    ("Recovery is 60 ps.", "Stage | Recovery (ps) | Removal (ps)\nBefore CTS | 60 | 80"),
    ("Removal is 80 ps before CTS.", "Stage | Recovery (ps) | Removal (ps)\nBefore CTS | 60 | 80"),
    ("OCV derates are used.", "OCV derates are used everywhere."),
    ("DNA is used.", "In each cell mtDNA is used."),
    ("Dynamic drop has an 8 % limit.", "There is an 8 % ceiling on dynamic drop and a 5 % ceiling on static drop."),
    ("Hold needs 25 ps margin.", "The flow uses 25 ps uncertainty for hold and 50 ps uncertainty for setup."),
    ("Voltage scaling of 10% saves about 19%.", "Reducing the voltage by 10% saves about 19% of dynamic power."),
    ("Clock gating must use ICG cells.", "Clock gating must not use discrete AND gates; only ICG cells are allowed."),
    ("Hold slack depends on skew.", "Hold slack does not depend on the clock period but on skew."),
    (
        "The uncertainty before CTS includes the expected skew.",
        "Before CTS, the uncertainty includes the expected skew. After CTS the uncertainty no longer includes it.",
    ),
    ("Only ICG cells may gate clocks.", "Clocks must not be gated by anything but ICG cells."),
    ("There are no violations.", "The number of violations is zero."),
    ("The report has 0 violations.", "The report has no violations."),
    ("The number of violations is zero.", "There are no violations."),
    ("The junction range is -40 °C to 125 °C.", "The junction range is −40…125 °C."),
    ("The junction range is -40 °C to 125 °C.", "The junction range is -40°C..125°C."),
    ("A burst must not cross a 4KB boundary.", "A burst must not cross a 4096-byte boundary."),
    ("A burst must not cross a 4096-byte boundary.", "A burst must not cross a 4KB boundary."),
    ("The control register is at 0x40.", "The control register is at 0x0040."),
    ("The reset value is 0.", "The reset value is 0x0."),
    ("The reset value is 0x0.", "The reset value is 0."),
    ("The reset value is 0.", "The reset value is 1'b0."),
    ("The review was on 1 March 2026.", "The review was on 2026/03/01."),
    ("The review was on 1 March 2026.", "The review was on 01.03.2026."),
    ("The review was in January 2026.", "The review was in 01/2026."),
]

FALSE = [
    ("Dynamic IR drop must stay below 10 %.", "The limit for dynamic IR drop is 8 %."),
    ("Coverage must exceed 90 %.", "Coverage must reach 98 %."),
    ("Skew must stay within 100 ps.", "The skew target is 50 ps."),
    ("Utilisation may go up to 85 %.", "Utilisation lies between 70 % and 80 %."),
    ("Setup slack must be above 10 ps.", "Setup slack must be 50 ps."),
    ("Waivers must be approved before 2030.", "Waivers are approved in 2026."),
    ("The margin must be 20 ps.", "The margin must be at least 20 ps."),
    (
        "A source is permitted to wait until READY is asserted before asserting VALID.",
        "A source is not permitted to wait until READY is asserted before asserting VALID.",
    ),
    (
        "A source is not permitted to wait until READY is asserted.",
        "A source is permitted to wait until READY is asserted.",
    ),
    ("Latches must be used unless approved.", "Latches must not be used unless approved."),
    ("Waivers are allowed if the owner is away.", "Waivers are not allowed if the owner is away."),
    ("VALID cannot be deasserted without a handshake.", "VALID can be deasserted without a handshake."),
    ("VALID can be deasserted without a handshake.", "VALID cannot be deasserted without a handshake."),
    ("The drop is 8 %.", "There are 8 corners in the drop report."),
    ("The clock has 25 ps of jitter.", "The report lists 25 clocks with jitter."),
    ("The drop is 5 %.", "The drop is checked in 5 corners."),
    ("There are 8 corners.", "The drop is 8 % at the corners."),
    ("The reset is active low.", "The reset is active high."),
    ("The reset is active high.", "The reset is active low."),
    ("Enable is high.", "Enable is low."),
    ("The slow corner limits setup.", "The fast corner limits setup."),
    ("The first stage drives the output.", "The last stage drives the output."),
    ("The typical corner is used for leakage.", "The worst corner is used for leakage."),
    ("The clock of the block is gated.", "The clock of the block is ungated."),
    ("The endpoint is constrained.", "The endpoint is unconstrained."),
    ("The endpoint is unconstrained.", "The endpoint is constrained."),
    ("Overshoot is acceptable.", "Overshoot is unacceptable."),
    ("Data is sampled on the launch edge.", "Data is sampled on the capture edge."),
    ("The exception uses -from the register.", "The exception uses -to the register."),
    ("The rising edge launches data.", "The rising edge captures data."),
    ("The rising edge captures data.", "The rising edge launches data."),
    ("The rising edge captures data.", "The rising edge launches, the falling edge captures data."),
    ("The port is an input.", "The port is an output."),
    ("The slow corner uses 0.8 V.", "The slow corner uses 0.72 V and the fast corner 0.8 V."),
    ("In scan mode the clock is 500 MHz.", "The clock is 500 MHz in functional mode and 100 MHz in scan mode."),
    ("Hold is signed off at 0.72 V, not at 0.8 V.", "Hold is signed off at 0.8 V, not at 0.72 V."),
    ("Recovery is 80 ps.", "Stage | Recovery (ps) | Removal (ps)\nBefore CTS | 60 | 80"),
    ("OCV derates are used.", "AOCV derates are used."),
    ("OCV derates are used.", "POCV derates are used."),
    ("Dynamic drop has a 5 % limit.", "There is an 8 % ceiling on dynamic drop and a 5 % ceiling on static drop."),
    ("Hold needs 50 ps margin.", "The flow uses 25 ps uncertainty for hold and 50 ps uncertainty for setup."),
    ("Voltage scaling of 10% saves about 29%.", "Reducing the voltage by 10% saves about 19% of dynamic power."),
    ("The report has violations.", "The report has no violations."),
    ("Hold slack depends on the clock period.", "Hold slack does not depend on the clock period but on skew."),
    (
        "Clock gating must use discrete AND gates.",
        "Clock gating must not use discrete AND gates; only ICG cells are allowed.",
    ),
    ("The junction range is 40 °C to 125 °C.", "The junction range is −40…125 °C."),
    ("The junction range is -40 °C to 105 °C.", "The junction range is -40°C..125°C."),
    ("A burst must not cross a 2KB boundary.", "A burst must not cross a 4096-byte boundary."),
    ("The control register is at 0x0044.", "The control register is at 0x40."),
    ("The reset value is 0.", "The reset value is 1'b1."),
    ("The review was on 2 March 2026.", "The review was on 2026/03/01."),
    ("The review was on 3 January 2026.", "The review was on 01.03.2026."),
    ("The review was in March 2026.", "The review was in 01/2026."),
]

# Written before anything was tuned on them: 46 of these 48 were right at first sight, 31 before the rung was mended.
UNSEEN_TRUE = [
    ("Hold slack must be 20 ps or more.", "Hold slack must be at least 20 ps at every corner."),
    ("A net drives no more than 16 loads.", "No net may drive more than 16 loads."),
    ("The scan clock runs at 100 MHz.", "In functional mode the clock is 500 MHz; in scan mode it runs at 100 MHz."),
    (
        "Isolation cells are needed where a domain can be switched off.",
        "Where a domain can be switched off, its outputs need isolation cells.",
    ),
    ("The fast corner is at -40 °C.", "The slow corner is at 125 °C and the fast corner at −40 °C."),
    ("Reset is active low.", "Every block uses an active-low reset."),
    ("A burst may not cross a 4 KB boundary.", "Bursts must not cross a 4096-byte boundary."),
    ("The pitch of M2 is 60 nm.", "Layer | Width (nm) | Pitch (nm)\nM2 | 40 | 60"),
    ("M2 is 40 nm wide, with a pitch of 0.06 µm.", "Layer | Width (nm) | Pitch (nm)\nM2 | 40 | 60"),
    ("The policy was approved on 4 May 2026.", "Approved: 04.05.2026."),
    ("Power intent is written in UPF.", "The power intent of each block is a UPF file, and not a CPF one."),
    ("Latches are forbidden.", "Latches must not be used except in clock gating cells."),
    (
        "A violated check must be waived by the owner.",
        "A check that is violated needs a waiver by the owner, not by the designer.",
    ),
    (
        "Static drop may be up to 3 % and dynamic drop up to 8 %.",
        "The limits are 3 % for static drop and 8 % for dynamic drop.",
    ),
    ("The status register is at 0x40.", "The status register lies at offset 0x0040."),
    (
        "A path that fails hold cannot be mended by a slower clock.",
        "Slowing the clock does not mend a path that fails hold.",
    ),
    ("There is no hold violation at sign-off.", "At sign-off the number of hold violations is 0."),
    ("Only the owner may change the constraints.", "The constraints may not be changed by anyone but the owner."),
    ("Filler cells are inserted after routing.", "After routing, filler cells are inserted."),
    (
        "Unconstrained endpoints must be reported.",
        "Each endpoint that is unconstrained must be reported, and none may be waived.",
    ),
    (
        "The derate is 1.08 for late paths and 0.92 for early paths.",
        "Late paths are derated by 1.08, early paths by 0.92.",
    ),
    ("Each lane runs at 16 GT/s.", "The link has 4 lanes, each at 16 GT/s, and a 100 MHz reference clock."),
    ("A hold margin of 0.025 ns is needed.", "25 ps of margin is needed for hold and 50 ps for setup."),
    ("The memory has 32 KB.", "A 32768-byte memory holds the boot code."),
]

UNSEEN_FALSE = [
    ("Hold slack must be at least 20 ps.", "Hold slack must be at least 30 ps at every corner."),
    ("The maximum fanout is 24.", "No net may drive more than 16 loads; the maximum fanout is 16."),
    ("Scan chains may not exceed 500 flops.", "Scan chains hold at most 400 flops each."),
    (
        "Level shifters are not needed between domains.",
        "Level shifters are needed between domains of different supply.",
    ),
    (
        "The slow corner is at 125 °C and the fast corner at -40 °C.",
        "The slow corner is at -40 °C and the fast corner at 125 °C.",
    ),
    ("Reset is active high.", "The reset of every block is active low."),
    (
        "Data is captured on the rising edge of the strobe.",
        "Data is launched on the rising edge and captured on the falling edge of the strobe.",
    ),
    ("Isolation cells clamp to 1.", "Isolation cells clamp outputs to 0 while the domain is off."),
    ("The antenna ratio must stay below 500.", "The antenna ratio must stay below 400 on every layer."),
    ("Clock gating checks are not required for latches.", "Clock gating checks are required for latches and flops."),
    ("The first flop of a synchroniser may drive logic.", "The last flop of a synchroniser may drive logic."),
    ("Metal M2 has a width of 60 nm.", "Layer | Width (nm) | Pitch (nm)\nM2 | 40 | 60"),
    ("The setup uncertainty of clk_io is 40 ps.", "Clock | Setup (ps) | Hold (ps)\nclk_io | 60 | 40"),
    ("The policy was approved on 5 April 2026.", "Approved: 04.05.2026."),
    ("Version 1.3 of the PDK is required.", "PDK v1.4 is required for all new blocks."),
    ("Power intent is written in UPF 2.1.", "Power intent is written in UPF 3.0."),
    ("The status register is at 0x44.", "The status register is at 0x40; the control register is at 0x44."),
    (
        "Multi-cycle paths may be set without a hold adjustment.",
        "Multi-cycle paths must not be set without a hold adjustment.",
    ),
    ("Waivers remain valid if the netlist changes.", "Waivers do not remain valid if the netlist changes."),
    ("Dynamic drop is limited to 5 %.", "Static drop is limited to 5 % and dynamic drop to 8 %."),
    ("Utilisation must stay below 85 %.", "Utilisation must stay below 80 % before routing."),
    ("The scan clock is faster than the functional clock.", "The scan clock is slower than the functional clock."),
    ("Spare cells make up 3 % of the area.", "The design has 3 spare cells in every block."),
    ("AWVALID may depend on AWREADY.", "AWVALID must not depend on AWREADY."),
]


@pytest.mark.parametrize(("claim", "evidence"), TRUE + UNSEEN_TRUE)
def test_a_true_claim_passes(claim: str, evidence: str) -> None:
    check = facts.check(claim, ["The rules of this chapter hold for every block.", evidence])
    assert check.passed is not False, check.detail


@pytest.mark.parametrize(("claim", "evidence"), FALSE + UNSEEN_FALSE)
def test_what_is_false_is_found_out(claim: str, evidence: str) -> None:
    check = facts.check(claim, ["The rules of this chapter hold for every block.", evidence])
    assert check.passed is False or facts.lacking(check.detail), check.detail
