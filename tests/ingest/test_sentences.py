"""Where sentences end, on the kind of prose that manuals are made of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sentences import sentences

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other work may load the machine

PROSE = [
    ["The supply is 0.75 V.", "The clock runs at 1.25 GHz."],
    ["Use a derate, e.g. 1.05, on late delays.", "It is applied once, i.e. never twice."],
    ["See Fig. 3 for the diagram.", "See Figs. 3 and 4 as well.", "Eq. (3) holds, cf. Sec. 4.2 and Ref. 12."],
    ["The delay is approx. 40 ps.", "Compare setup vs. hold in cell no. 5 with no. 6."],
    ["Is it needed?", "No.", "The answer to section no. 5 is different."],
    ["Version v2.0. was withdrawn.", "Version v2.1 replaces it."],
    ["Call foo.bar before foo.baz.", "Then call `obj.method()`."],
    ["Dr. Larkin wrote it.", "Prof. Meyer et al. reviewed it in 2024."],
    ["Wait...", "Then continue."],
    ["The command is `set_false_path -from A`.", "It removes both checks."],
    ["Run `report_timing -max_paths 10.`", "Then read the log."],
    ["In `a. B` the stop is code.", "`blif` is read next.", "clk_core is a clock.", "It is the first."],
    ["He said “Do not lower the clock.”", "The team agreed."],
    ["\"Why?\" is a good question.", "It has no answer."],
    ["The range is −40 °C to 125 °C.", "Über-Werte sind größer als 5 µm.", "Das gilt für α ≥ 0.5."],
    ["Emoji 😀 are one code point.", "So is 𝛼.", "The next is −5 dB."],
    ["1. First do this.", "2. Then do that."],
    ["A. B. Kahng wrote it.", "It was printed."],
]  # fmt: skip


@pytest.mark.parametrize("expected", PROSE, ids=lambda one: one[0][:24])
@pytest.mark.parametrize("gap", [" ", "\n", "  \u00a0"])
def test_technical_prose(expected: list[str], gap: str) -> None:
    text = "  " + gap.join(expected) + "\n"

    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_blank_line_ends_a_sentence() -> None:
    text = "These are its parts\n \nThe first is small"

    assert [text[start:end] for start, end in sentences(text)] == ["These are its parts", "The first is small"]


def test_no_border_looks_far_back(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def look(before: str, after: str) -> bool:
        looked_at.append(len(before) + len(after))
        return True

    monkeypatch.setattr("ingest.sentences._belongs_together", look)
    assert len(sentences("We asked Dr. Smith and cf. Jones vs. Brown incl. Fig. 3 " * 50)) == 1
    assert len(looked_at) >= 50
    assert max(looked_at) < 100  # else long paragraphs would take time that grows with their square


def test_nothing_in_nothing() -> None:
    assert sentences("") == sentences(" \n\n\t") == []


WORDS = ["Fig. ", "3", ". ", "`", "No. ", "a_b", "e.g. ", "It is so. ", "B. ", "(1) ", "?", "😀", "é", "…"]
PIECES = st.sampled_from([*WORDS, " ", "\n", "\n\n", "\x85", "\u2028"])


@relaxed
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_every_character_lies_in_exactly_one_sentence(text: str) -> None:
    found = sentences(text)

    covered = [place for start, end in found for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert {place for place, char in enumerate(text) if not char.isspace()} <= set(covered)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
