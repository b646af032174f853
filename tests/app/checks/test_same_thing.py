"""Two statements: one thing of which they say different things, or two things."""

from __future__ import annotations

import pytest

from app.checks import facts
from app.checks.same_thing import Difference, Statement, difference, may_be_same

LIMIT = "In this house the limit on clock transition at a flop clock pin is {} at every corner."


def found(
    mine: str, theirs: str, above: str = "Timing > Transition", above_theirs: str = "Clocks > Pins"
) -> Difference | None:
    """What two sentences of two documents disagree on, each under its title and headings."""
    return difference(
        Statement(mine, tuple(above.split(" > ")), "one"), Statement(theirs, tuple(above_theirs.split(" > ")), "other")
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "said", "instead"),
    [
        (LIMIT.format("80 ps"), LIMIT.format("100 ps"), "80 ps", "100 ps"),
        (LIMIT.format("80 ps"), LIMIT.format("80 ns"), "80 ps", "80 ns"),
        ("After CTS the hold uncertainty is 15 ps.", "The hold uncertainty after CTS is 0.02 ns.", "15 ps", "0.02 ns"),
        (
            "The maximum initial placement utilisation for a block is 75 %.",
            "The initial placement utilisation of a block must not exceed 70 %.",
            "75 %",
            "70 %",
        ),
        (
            "The hold uncertainty after clock tree synthesis is 15 ps.",
            "After CTS the hold uncertainty is 20 ps.",
            "15 ps",
            "20 ps",
        ),
        (
            "A reset synchroniser has two flops in every clock domain.",
            "A reset synchroniser has three flops in every clock domain.",
            "two",
            "three",
        ),
        (
            "The tape-out of the test chip is planned for 2026-04-01.",
            "The tape-out of the test chip is planned for 2026-05-01.",
            "2026-04-01",
            "2026-05-01",
        ),
        (
            "Scan chains must be reordered after the placement of a block.",
            "Scan chains must not be reordered after the placement of a block.",
            "reordered",
            "not be reordered",
        ),
        (
            "The output of a reset synchroniser is asserted asynchronously.",
            "The output of a reset synchroniser is asserted synchronously.",
            "asynchronously",
            "synchronously",
        ),
        (
            "A slower clock slew increases the power of the clock buffers.",
            "A slower clock slew decreases the power of the clock buffers.",
            "increases",
            "decreases",
        ),
        (
            "The post-CTS hold uncertainty is 20 ps at every sign-off corner.",
            "The post-CTS setup uncertainty is 25 ps and the post-CTS hold uncertainty 15 ps at every sign-off corner.",
            "20 ps",
            "15 ps",
        ),
    ],
)
def test_what_is_said_otherwise_of_the_same_thing_is_found(mine, theirs, said, instead):
    assert found(mine, theirs) == Difference(said, instead)
    assert found(theirs, mine) == Difference(instead, said)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (LIMIT.format("0.08 ns"), LIMIT.format("80 ps")),
        (LIMIT.format("80 ps"), "The limit on the clock period of the flop is 100 ps at every corner."),
        # another mode, condition, state or time
        ("The maximum shift frequency in scan mode is 50 MHz.", "The maximum shift frequency in BIST mode is 80 MHz."),
        ("The maximum clock skew of a block is 50 ps.", "The maximum clock skew of a block in scan mode is 80 ps."),
        ("Before CTS the hold uncertainty is 40 ps.", "After CTS the hold uncertainty is 15 ps."),
        ("The uncertainty of a core clock is 25 ps.", "The uncertainty of a core clock is 60 ps until CTS is done."),
        ("The core supply of the chip is 0.75 V.", "The core supply of the chip is 0.6 V when it sleeps."),
        ("The delay of a net with the buffer is 5 ns.", "The delay of a net without the buffer is 8 ns."),
        ("The hold uncertainty after CTS is 15 ps.", "The hold uncertainty after CTS was 20 ps."),
        # another thing, product or version
        ("The setup uncertainty on clk_core is 25 ps.", "The setup uncertainty on clk_dsp is 30 ps."),
        ("The setup uncertainty after CTS is 25 ps.", "The hold uncertainty after CTS is 15 ps."),
        ("The maximum core voltage of the chip is 0.9 V.", "The minimum core voltage of the chip is 0.6 V."),
        ("The core supply of the AX100 is 0.75 V.", "The core supply of the AX200 is 0.9 V."),
        (
            "Version 1.4 requires a scan test coverage of at least 98 %.",
            "Version 2.0 requires a scan test coverage of at least 99 %.",
        ),
        ("The house limit on core skew is at least 5 ps.", "The house limit on core skew is at most 50 ps."),
        # numbers and names that are labels, and sentences that point elsewhere
        ("The clock skew of a block is listed in table 2.", "The clock skew of a block is listed in table 4."),
        ("Table 1.", "Table 2."),
        ("This clock is used by the flops at 400 MHz.", "This clock is used by the flops at 500 MHz."),
        (
            "In the example the clock skew of the block is 12 ps.",
            "In the example the clock skew of the block is 31 ps.",
        ),
        ("The command of the shell is set_max_skew.", "The command of the shell is set_max_slew."),
        # opposites that name two things
        ("Data is launched at the rising edge of the clock.", "A falling edge of the clock launches data."),
        ("The setup check of a flop uses the late clock path.", "The hold check of a flop uses the late clock path."),
    ],
)
def test_two_things_are_no_contradiction(mine, theirs):
    assert found(mine, theirs) is None
    assert found(theirs, mine) is None


@pytest.mark.parametrize(
    ("above", "above_theirs"),
    [
        ("Test guide > Scan mode", "Test guide > Functional mode"),
        ("Test guide > 3. Scan mode", "Power guide > 5.2 Sleep mode"),
        ("AX100 data sheet > Clocks", "AX200 data sheet > Clocks"),
        ("AX100 data sheet > Clocks", "Timing guide > Clocks"),
        ("Timing > Release 2.1", "Timing > Release 3.0"),
        ("Timing > Before placement", "Timing > After placement"),
        ("Timing > Worked example", "Timing > Pins"),
        ("Timing > Block A", "Timing > Block B"),
    ],
)
def test_headings_say_what_a_sentence_holds_for(above, above_theirs):
    mine, theirs = LIMIT.format("80 ps"), LIMIT.format("100 ps")

    assert found(mine, theirs) is not None
    assert found(mine, theirs, above, above_theirs) is None


def test_two_kinds_of_document_are_not_two_kinds_of_thing():
    mine, theirs = LIMIT.format("80 ps"), LIMIT.format("100 ps")

    assert found(mine, theirs, "Clock tree handbook > 2. Targets", "Static timing handbook > 6. Other checks")


def test_steps_of_one_document_do_not_deny_each_other():
    steps = [
        Statement(f"The isolation enable of the power domain is {done}.", ("Wake-up",), "guide")
        for done in ("asserted", "deasserted")
    ]

    assert difference(*steps) is None
    assert difference(steps[0], Statement(steps[1].text, ("Wake-up",), "another")) is not None


def test_one_document_may_give_two_values_of_one_thing():
    one, other = (
        Statement(LIMIT.format(value), ("Clocks", where), "guide")
        for value, where in (("80 ps", "Pins"), ("90 ps", "Summary"))
    )

    assert difference(one, other) == Difference("80 ps", "90 ps")


def test_the_versions_of_a_document_and_of_the_one_it_replaces_are_no_two_things():
    old = Statement(
        "Version 1.4 requires a scan test coverage of at least 98.5 %.",
        ("Policy, version 1.4 (2025)", "6. Test"),
        "old",
    )
    new = Statement(
        "Version 2.0 requires a scan test coverage of at least 99.0 %.",
        ("Policy, version 2.0 (2026)", "6. Test"),
        "new",
    )

    assert difference(new, old) is None
    assert difference(new, old, replaced=True) == Difference("99.0 %", "98.5 %")


def test_a_model_is_asked_only_of_what_may_be_the_same_thing():
    mine = Statement("Latches may borrow time from the next stage.", ("Timing",), "one")

    assert may_be_same(mine, Statement("Time borrowing by latches is forbidden.", ("Clocks",), "other"))
    assert not may_be_same(mine, Statement("Latches of the AX200 cannot borrow any time.", ("Clocks",), "other"))
    assert not may_be_same(mine, Statement("Latches cannot borrow any time.", ("AX200 data sheet",), "other"))
    limit = Statement("The maximum placement utilisation of a block is 75 %.", ("Area",), "one")
    reason = Statement("A block with a placement utilisation below 55 % needs a written reason.", ("Review",), "other")
    assert not may_be_same(limit, reason)
    assert not may_be_same(mine, Statement("Latches borrow no time if their enable is late.", ("Clocks",), "other"))


def test_what_holds_only_where_something_else_does_is_left_to_no_model():
    release = "Isolation is released only after the domain is powered, reset and, where state is retained, restored."
    other = "Isolation is asserted before the supply is removed and is released only after the restored state is valid."
    theirs = Statement(other, ("Power-down",), "other")

    assert not may_be_same(Statement(release, ("Isolation checks",), "one"), theirs)
    always = release.replace("where state is retained, ", "")
    assert may_be_same(Statement(always, ("Isolation checks",), "one"), theirs)


def test_the_fact_rung_is_asked_once_each_way(monkeypatch):
    asked, check = [], facts.check
    monkeypatch.setattr(facts, "check", lambda *given, **more: asked.append(given) or check(*given, **more))
    mine = Statement("Latches may borrow time from the next stage.", ("Timing", "Loans"), "one")
    theirs = Statement("Time borrowing by latches is forbidden.", ("Clocks", "Latches"), "other")

    assert difference(mine, theirs) is None
    assert may_be_same(mine, theirs)
    assert len(asked) == 2


def test_the_version_in_a_title_is_no_condition_unless_the_other_is_of_another():
    policy = ("Policy, version 2.0 (2026)", "6. Test")
    claim = Statement("Version 2.0 requires a scan test coverage of at least 99.0 %.", policy, "policy")
    other = Statement("A scan test coverage of at least 98.5 % is required.", ("Test handbook",), "test")

    assert difference(claim, other) == Difference("99.0 %", "98.5 %")
    assert difference(other, claim) == Difference("98.5 %", "99.0 %")
    assert difference(claim, Statement(other.text, ("Test handbook, version 3.1",), "test")) is None
    assert difference(claim, Statement(other.text, ("Test handbook", "Since version 3.1"), "test")) is None
