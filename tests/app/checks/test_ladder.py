from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.checks.fallback import Fallback
from app.checks.ladder import Ladder
from app.errors import ModelUnavailable
from app.guarantee import Guarantee, Thresholds
from app.relevance import Subject
from app.types import Check, Checked, Citation, Claim, Entailment, Verdict, Verifier
from ingest.types import Span

TEXT = "Foreword. The hold margin is 15 ps. Data must not change then. Afterword."
HOLD, DATA = (10, 35), (36, 62)


def alone(verifier: Verifier) -> Fallback:
    """A verifier with nothing to fall back to."""
    return Fallback(verifier, verifier, lambda _: None)


def asks(least: float) -> Thresholds:
    """Nothing is proven; so much confidence is asked for."""
    return Thresholds(least, {}, lambda _: "default")


class Judge:
    """Gives the entailments it was made with, in turn, and keeps the pairs it was asked about."""

    def __init__(self, *answers: tuple[float, float]) -> None:
        self.answers = [Entailment(*answer) for answer in answers]
        self.calls: list[list[tuple[str, str]]] = []

    def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
        self.calls.append(pairs)
        return [self.answers.pop(0) for _ in pairs]


class Relevances:
    """Finds every subject as relevant as it was told to."""

    def __init__(self, score: float) -> None:
        self.value = score
        self.asked: list[Subject] = []

    def score(self, question: str, subjects: Sequence[Subject]) -> list[float]:
        self.asked += subjects
        return [self.value for _ in subjects]


def cited(*places: tuple[int, int]) -> tuple[Citation, ...]:
    return tuple(
        Citation(Span(f"sta~{a}", "sta", "r1", a, b, TEXT[a:b], ("Hold checks",)), "The STA guide", "sta.md", "", "")
        for a, b in places
    )


def climb(judge: Judge, *claims: Claim, relevance: float = 0.9, least: float = 0.5) -> list[Verdict]:
    ladder = Ladder(alone(judge), Relevances(relevance), lambda span: TEXT[span.start : span.end], asks(least))
    return ladder.verify("What is the hold margin?", claims, frozenset({"sta~10", "sta~36"}))


def climb_after(judge: Judge, earlier: Sequence[Checked], *claims: Claim) -> list[Verdict]:
    ladder = Ladder(alone(judge), Relevances(0.9), lambda span: TEXT[span.start : span.end], asks(0.5))
    return ladder.verify("What is the hold margin?", claims, frozenset({"sta~10", "sta~36"}), earlier)


def names(verdict: Verdict) -> list[str]:
    return [check.name for check in verdict.checks]


def test_a_supported_claim_passes_every_rung() -> None:
    judge = Judge((0.9, 0.05))
    [verdict] = climb(judge, Claim("The hold margin is 0.015 ns.", cited(HOLD)))
    assert (verdict.label, verdict.confidence, verdict.reason) == ("supported", 0.9, "")
    assert names(verdict) == ["pointer", "quote", "facts", "entailment", "relevance"]


def test_verdicts_keep_the_order_and_the_verifier_is_asked_once_for_those_that_reach_it() -> None:
    judge = Judge((0.8, 0.0), (0.7, 0.0))
    good, also = Claim("The margin is 15 ps.", cited(HOLD)), Claim("Data must not change.", cited(DATA, HOLD))
    quote = Claim(TEXT[slice(*HOLD)], cited(HOLD), verbatim=True)
    verdicts = climb(judge, Claim("No citation.", ()), good, quote, Claim('It is "tiny".', cited(HOLD)), also)
    assert judge.calls == [[(TEXT[10:35], good.text), (f"{TEXT[36:62]}\n\n{TEXT[10:35]}", also.text)]]
    assert [v.label for v in verdicts] == ["unsupported", "supported", "supported", "unsupported", "supported"]
    assert [v.confidence for v in verdicts] == [0.0, 0.8, 1.0, 0.0, 0.7]


def test_a_broken_pointer_or_quotation_ends_the_climb() -> None:
    judge = Judge()
    elsewhere = Citation(Span("sta~11", "sta", "r1", 11, 36, TEXT[10:35]), "The STA guide", "sta.md", "", "")
    broken, misquoted = climb(judge, Claim("x", (elsewhere,)), Claim('It is "tiny".', cited(HOLD)))
    assert (names(broken), broken.confidence) == (["pointer"], 0.0)
    assert broken.reason == "The claim cites sta~11, which the model was not shown."
    assert (names(misquoted), misquoted.confidence) == (["pointer", "quote"], 0.0)
    assert misquoted.reason == 'The evidence does not contain the quoted words "tiny".'
    assert judge.calls == []


def test_conflicting_facts_contradict_whatever_the_verifier_says() -> None:
    [verdict] = climb(Judge((0.99, 0.0)), Claim("The hold margin is 25 ps.", cited(HOLD)))
    assert verdict.label == "contradicted"
    assert verdict.confidence == pytest.approx(0.05)
    assert verdict.reason == "The evidence says 15 ps where the claim says 25 ps."


def test_missing_facts_are_unsupported_even_under_a_low_threshold() -> None:
    claim = Claim("The hold margin is 15 ps by report_checks.", cited(HOLD))
    [verdict] = climb(Judge((0.99, 0.0)), claim, least=0.1)
    assert (verdict.label, verdict.confidence) == ("unsupported", 0.3)
    assert verdict.reason == "The evidence does not mention report_checks."


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ((0.49, 0.1), "unsupported"),
        ((0.2, 0.7), "contradicted"),
        ((0.1, 0.3), "unsupported"),
        ((0.5, 0.5), "supported"),
    ],
)
def test_the_verifier_decides_the_rest(answer: tuple[float, float], label: str) -> None:
    [verdict] = climb(Judge(answer), Claim("The margin is small.", cited(HOLD)))
    assert verdict.label == label
    assert bool(verdict.reason) == (label != "supported")


def test_the_threshold_withholds_more_and_says_how_much_is_needed() -> None:
    claim = Claim("The margin is small.", cited(HOLD))
    [withheld] = climb(Judge((0.7, 0.0)), claim, least=0.8)
    assert withheld.label == "unsupported"
    assert withheld.reason == "The evidence supports the claim with a confidence of 0.70; 0.80 is needed."
    assert climb(Judge((0.7, 0.0)), claim, least=0.7)[0].label == "supported"


def test_no_threshold_admits_a_claim_that_failed_a_check() -> None:
    [verdict] = climb(Judge((0.2, 0.1)), Claim("The margin is small.", cited(HOLD)), least=0.05)
    assert verdict.label == "unsupported"
    assert verdict.reason == "The evidence supports the claim with a probability of only 0.20."


def test_the_verifier_reads_a_row_under_its_column_names() -> None:
    judge, start = Judge((0.9, 0.0)), 40
    row = Span(
        "sta~40", "sta", "r1", start, start + 21, "Before CTS | 80 | 40", ("Uncertainty",), "table_row", (12, 39)
    )
    cell = Citation(row, "The STA guide", "sta.md", "", "", "Stage | Setup (ps) | Hold (ps)")
    ladder = Ladder(alone(judge), Relevances(0.9), lambda span: row.text, asks(0.5))
    ladder.verify("?", [Claim("Setup is 80 ps.", (cell,))], frozenset({"sta~40"}))
    assert judge.calls == [[("Stage Before CTS | Setup 80 ps | Hold 40 ps", "Setup is 80 ps.")]]


def test_a_quotation_needs_relevance_and_no_entailment() -> None:
    claim = Claim(TEXT[slice(*HOLD)], cited(HOLD), verbatim=True)
    [shown] = climb(Judge(), claim, relevance=0.5)
    assert (shown.label, shown.confidence, names(shown)) == ("supported", 1.0, ["pointer", "quote", "relevance"])
    [withheld] = climb(Judge(), claim, relevance=0.41)
    assert (withheld.label, withheld.confidence) == ("supported", 1.0)
    assert withheld.reason == "Its relevance to the question is 0.41; 0.50 is needed."


def test_a_claim_that_is_borne_out_and_answers_another_question_is_withheld() -> None:
    claim = Claim("The hold margin is 0.015 ns.", cited(HOLD), by_model=True)
    [shown] = climb(Judge((0.9, 0.0)), claim, relevance=0.2)
    [withheld] = climb(Judge((0.9, 0.0)), claim, relevance=0.19)
    assert shown.reason == ""
    assert (withheld.label, withheld.confidence) == ("supported", 0.9)
    assert withheld.reason == "Its relevance to the question is 0.19; 0.20 is needed."


@pytest.mark.parametrize("verbatim", [True, False])
def test_a_claim_of_the_condition_that_was_not_asked_about_is_withheld(verbatim: bool) -> None:
    said = "The hold margin after CTS is 15 ps."
    span = Span("sta~9", "sta", "r1", 9, 9 + len(said), said)
    claim = Claim(said, (Citation(span, "The STA guide", "sta.md", "", ""),), verbatim)
    ladder = Ladder(alone(Judge((0.9, 0.0), (0.9, 0.0))), Relevances(0.9), lambda _: said, asks(0.5))
    [before] = ladder.verify("What is the hold margin before CTS?", [claim], frozenset({"sta~9"}))
    [after] = ladder.verify("What is the hold margin after CTS?", [claim], frozenset({"sta~9"}))
    assert (before.label, before.reason) == (
        "supported",
        "It is about after CTS; the question asks about before CTS.",
    )
    assert (after.label, after.reason) == ("supported", "")
    [not_offered] = ladder.verify("What is the hold margin before CTS?", [claim], frozenset())
    assert names(not_offered) == ["pointer"]


def test_relevance_is_asked_of_what_a_claim_says_under_the_headings_of_its_span() -> None:
    relevance = Relevances(0.9)
    ladder = Ladder(alone(Judge((0.9, 0.0))), relevance, lambda span: TEXT[span.start : span.end], asks(0.5))
    ladder.verify("?", [Claim("It is 15 ps.", cited(HOLD))], frozenset({"sta~10"}))
    assert relevance.asked == [Subject("It is 15 ps.", "The STA guide - Hold checks")]


def test_relevance_is_asked_of_the_span_under_its_headings() -> None:
    relevance = Relevances(0.9)
    ladder = Ladder(alone(Judge()), relevance, lambda span: TEXT[span.start : span.end], asks(0.5))
    ladder.verify("?", [Claim(TEXT[slice(*HOLD)], cited(HOLD), verbatim=True)], frozenset({"sta~10"}))
    assert relevance.asked == [Subject("The hold margin is 15 ps.", "The STA guide - Hold checks")]


def test_headings_bear_out_names() -> None:
    [verdict] = climb(Judge((0.9, 0.0)), Claim("The hold margin of the STA flow is 15 ps.", cited(HOLD)))
    assert verdict.label == "supported"


MARGIN = Claim("The hold margin is 15 ps.", cited(HOLD))
DOUBLE = Claim("Therefore both hold margins together are 2 x 15 ps = 30 ps.", cited(DATA))
HALVED = Claim("Therefore half of the hold margin is 15 ps / 100 = 0.15 ps.", cited(DATA))


def test_a_step_is_read_with_what_it_rests_on_and_with_its_working() -> None:
    judge = Judge((0.9, 0.0), (0.8, 0.0))
    verdicts = climb(judge, MARGIN, HALVED)
    assert [verdict.reason for verdict in verdicts] == ["", ""]
    assert names(verdicts[1]) == ["pointer", "quote", "facts", "derivation", "entailment", "relevance"]
    assert verdicts[1].checks[3].detail["premises"] == [0]
    read = f"{TEXT[36:62]}\n\n{MARGIN.text}\n\n15 ps / 100 = 0.15 ps."
    assert judge.calls == [[(TEXT[10:35], MARGIN.text), (read, HALVED.text)]]


def test_a_step_falls_with_a_premise_of_the_same_call() -> None:
    premise, step = climb(Judge((0.1, 0.0), (0.99, 0.0)), MARGIN, HALVED)
    assert premise.reason
    assert (step.label, step.reason) == ("unsupported", 'It rests on "The hold margin is 15 ps.", which was withheld.')


def test_a_step_falls_with_a_premise_of_an_earlier_call_and_so_does_what_rests_on_it() -> None:
    [withheld] = climb(Judge((0.1, 0.0)), MARGIN)
    further = Claim("Hence 0.15 ps is enough.", cited(DATA))
    earlier = [Checked(Claim("Skew is small.", ()), Verdict("supported", 0.9, ())), Checked(MARGIN, withheld)]
    step, last = climb_after(Judge((0.99, 0.0), (0.99, 0.0)), earlier, HALVED, further)
    assert step.reason == 'It rests on "The hold margin is 15 ps.", which was withheld.'
    assert last.reason == f'It rests on "{HALVED.text}", which was withheld.'
    assert step.checks[3].detail["premises"] == [1]


def test_a_premise_that_stands_lets_its_step_stand() -> None:
    [shown] = climb(Judge((0.9, 0.0)), MARGIN)
    [step] = climb_after(Judge((0.9, 0.0)), [Checked(MARGIN, shown)], HALVED)
    assert (step.label, step.reason) == ("supported", "")


def test_a_claim_without_a_marker_outlives_the_claim_before_it() -> None:
    premise, other = climb(Judge((0.1, 0.0), (0.9, 0.0)), MARGIN, Claim("Data must not change then.", cited(DATA)))
    assert premise.reason
    assert other.reason == ""


def test_a_quotation_rests_on_its_source_alone() -> None:
    quote = Claim(TEXT[slice(*HOLD)], cited(HOLD), verbatim=True)
    _, shown = climb(Judge((0.1, 0.0)), Claim("Therefore the hold margin is small.", cited(HOLD)), quote)
    assert shown.reason == ""


def test_a_wrong_result_contradicts_whatever_the_verifier_says() -> None:
    claim = Claim("The hold margin is 15 ps and thus 15 ps / 100 = 0.25 ps.", cited(HOLD))
    [verdict] = climb(Judge((0.99, 0.0)), claim)
    assert verdict.label == "contradicted"
    assert verdict.confidence <= 0.05
    assert verdict.reason == "The claim says 0.25 ps where working it out again gives 0.15 ps."


def test_operands_that_nobody_states_are_missing() -> None:
    _, verdict = climb(Judge((0.99, 0.0), (0.99, 0.0)), MARGIN, DOUBLE)
    assert verdict.reason == "The evidence does not mention 2 or 30 ps."


def test_nothing_to_verify() -> None:
    judge = Judge()
    assert climb(judge) == []
    assert judge.calls == []


def test_what_is_shown_is_proven_when_every_cited_collection_is_and_nobody_else_decided() -> None:
    proven = Guarantee("default", 0.85, 0.95, 0.05, 200, "told", "2026-11-25T00:00:00Z")
    thresholds = Thresholds(0.5, {"default": proven}, lambda document: "default" if document == "sta" else "other")
    judge = Judge((0.9, 0.0), (0.8, 0.0))
    ladder = Ladder(alone(judge), Relevances(0.9), lambda span: TEXT[span.start : span.end], thresholds)
    claims = [Claim("The hold margin is 15 ps.", cited(HOLD)), Claim("Data must not change.", cited(DATA))]

    verdicts = ladder.verify("What is the hold margin?", claims, frozenset({"sta~10", "sta~36"}))

    assert [(one.label, one.confidence) for one in verdicts] == [("supported", 0.9), ("unsupported", 0.8)]
    checked = [Checked(claim, verdict) for claim, verdict in zip(claims, verdicts, strict=True)]
    assert ladder.is_proven(checked)
    assert not ladder.is_proven(checked[1:])  # nothing is shown
    span = replace(claims[0].citations[0].span, document_id="elsewhere")
    elsewhere = Claim("It is so.", (replace(claims[0].citations[0], span=span),))
    assert not ladder.is_proven([*checked, Checked(elsewhere, verdicts[0])])
    asked = replace(verdicts[0], checks=(*verdicts[0].checks, Check("judge", True)))
    assert not ladder.is_proven([Checked(claims[0], asked)])


def test_nothing_is_proven_of_the_verifier_that_takes_over() -> None:
    class Deaf:
        def verify(self, pairs: list[tuple[str, str]]) -> list[Entailment]:
            raise ModelUnavailable("gone")

    proven = Guarantee("default", 0.6, 0.95, 0.05, 200, "told", "2026-11-25T00:00:00Z")
    thresholds = Thresholds(0.5, {"default": proven}, lambda _: "default")
    verifier = Fallback(Deaf(), Judge((0.9, 0.0)), lambda _: None)
    ladder = Ladder(verifier, Relevances(0.9), lambda span: TEXT[span.start : span.end], thresholds)
    claim = Claim("The hold margin is 15 ps.", cited(HOLD))
    [verdict] = ladder.verify("What is the hold margin?", [claim], frozenset({"sta~10"}))
    assert verdict.label == "supported"
    assert not ladder.is_proven([Checked(claim, verdict)])
