from __future__ import annotations

import pytest

from app.checks import facts


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The block may start after reset.", "The block must not start until reset."),
        ("The tool supports both flows.", "The tool does not only support both flows, it joins them."),
        ("The cell is small.", "No, the cell is small."),
        ("The path is used if the mode is off.", "The path is not used unless the mode is off."),
        ("The guard stops glitches.", "The guard prevents glitches and no glitches stop it."),
        ("Gating costs area but not time.", "Gating costs area and time stays the same."),
        ("The rule allows wildcards in names.", "The rule allows wildcards in names, not in paths."),
        ("The reset comes before the clock starts.", "After the reset, the clock starts."),
        ("Fast corners are not checked for setup.", "Setup is checked at the slow corner only."),
        ("Before CTS the skew is included.", "After CTS the skew is no longer included."),
        ("The supply is above the threshold.", "The threshold is below the supply."),
        ("The rising edge launches data.", "The rising edge launches data, the falling edge captures it."),
    ],
)
def test_what_only_looks_like_the_opposite_passes(claim: str, evidence: str) -> None:
    check = facts.check(claim, ["Introduction.", evidence])
    assert check.passed is not False, check.detail


@pytest.mark.parametrize(
    ("claim", "evidence", "flip"),
    [
        ("The tool can't merge both modes.", "The tool can merge both modes.", ("can't merge", "merge")),
        ("The tool merges both modes.", "The tool doesn't merge both modes.", ("merges", "doesn't merge")),
        ("No wildcard is allowed in a name.", "A wildcard is allowed in a name.", ("no wildcard", "wildcard")),
        (
            "The rising edge captures data.",
            "The rising edge launches, the falling edge captures data.",
            ("rising", "falling"),
        ),
        ("Leakage decreases with temperature.", "Leakage increases with temperature.", ("decreases", "increases")),
        ("The path has the largest delay.", "The path has the smallest delay.", ("largest", "smallest")),
    ],
)
def test_opposites_are_named(claim: str, evidence: str, flip: tuple[str, str]) -> None:
    conflicts = facts.check(claim, ["Introduction.", evidence]).detail.get("conflicts", [])
    assert conflicts == [{"claim": flip[0], "evidence": flip[1]}]
