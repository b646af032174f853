from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks import quote
from app.types import Citation, Claim
from ingest.types import Span

EVIDENCE = "As before, the “hold” check isn't tied to the period – it compares one edge\nwith itself, see set_clock."


@pytest.mark.parametrize(
    "claim",
    [
        'It says the check is "not tied".'.replace("not tied", "tied to the period"),
        "The 'hold' rule calls it “tied to the  period - it compares”.",
        "He writes «one edge with itself».",
        'The "hold" check.',
        "Use `set_clock`.",
        'It "compares one edge with itself."',
        '"The “hold” check ... one edge" is the rule.'.replace("“hold” ", ""),
    ],
)
def test_a_quotation_that_stands_in_the_evidence_passes(claim: str) -> None:
    texts = ["Nothing here.", EVIDENCE, "The check has one edge."]
    assert quote.check_text(claim, texts).passed is True


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ('The "setup" check.', "setup"),
        ("Use `set_clock_latency`.", "set_clock_latency"),
        ('It is "tied to a period".', "tied to a period"),
        ('The "old" check.', "old"),
        ('It says "itself ... one edge".', "itself ... one edge"),
    ],
)
def test_a_quotation_that_does_not_stand_in_the_evidence_is_named(claim: str, missing: str) -> None:
    check = quote.check_text(claim, ["Nothing here.", EVIDENCE])
    assert check.passed is False
    assert check.detail["missing"] == [missing]


@pytest.mark.parametrize("claim", ["The tool's check isn't the flops' own.", 'A 5" wafer.', "No quotation at all."])
def test_apostrophes_and_lone_marks_quote_nothing(claim: str) -> None:
    assert quote.check_text(claim, [EVIDENCE]).passed is None


@pytest.mark.parametrize("title", ["Emotive", "The Long Field", "Songs of the Fen, Vol. 2"])
def test_a_title_is_a_name_and_no_quotation(title: str) -> None:
    assert quote.check_text(f'She released "{title}" in 1987.', [EVIDENCE]).passed is None


@pytest.mark.parametrize("said", ["Never", "The Long field", "Not So Fast!", "OK", "Stop."])
def test_what_may_have_been_said_is_a_quotation(said: str) -> None:
    assert quote.check_text(f'He said "{said}" then.', [EVIDENCE]).passed is False


def test_code_in_capitals_is_quoted_as_it_is() -> None:
    assert quote.check_text("Set `Clock_Gate`.", [EVIDENCE]).passed is False


@settings(deadline=None)
@given(st.data())
def test_any_run_of_whole_words_may_be_quoted_and_a_changed_one_may_not(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=3, max_size=12))
    start = data.draw(st.integers(0, len(words) - 2))
    end = data.draw(st.integers(start + 1, len(words)))
    text = "Before it. " + " ".join(words)
    assert quote.check_text(f'It says "{" ".join(words[start:end])}" there.', [text]).passed is True
    assert quote.check_text(f'It says "{" ".join(words[start:end])}zzz" there.', [text]).passed is False


def verbatim(text: str, *spans: str) -> Claim:
    cited = tuple(
        Citation(Span(f"a~{i}", "a", "r", 7, 7 + len(span), span), "A", "a.md", "", "") for i, span in enumerate(spans)
    )
    return Claim(text, cited, verbatim=True)


def test_a_verbatim_claim_must_equal_its_one_span() -> None:
    span = "The hold margin\nis 15 ps."
    assert quote.check(verbatim("The hold margin is 15 ps.", span)).passed is True
    assert quote.check(verbatim("The hold margin is 15 ps", span)).passed is False
    assert quote.check(verbatim("hold margin", span)).passed is False
    assert quote.check(verbatim("The hold margin is 15 ps.", span, span)).passed is False
    assert quote.check(verbatim("The hold margin is 15 ps.")).passed is False
