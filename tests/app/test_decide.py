from app.decide import decide, near_misses, place
from app.evidence import Ranked
from app.record import Record
from app.types import Searched


def test_only_supported_claims_stand_in_the_text_and_at_their_offsets(make):
    one, two, three = make.span("Alpha is 1."), make.span("Beta is 2.", start=90), make.span("Gamma is 3.", start=130)
    checked = [
        make.checked("Beta is µ2.", "supported", 0.9, two),
        make.checked("Alpha is 7.", "contradicted", 0.1, one),
        make.checked("Gamma is 3.", "supported", 0.7, three),
    ]

    text, shown, withheld = place(checked)

    assert text == "Beta is µ2. Gamma is 3."
    assert [text[c.start : c.end] for c in shown] == ["Beta is µ2.", "Gamma is 3."]
    assert [c.claim.text for c in withheld] == ["Alpha is 7."]
    assert withheld[0].start is None


def test_an_answer_is_as_sure_as_its_weakest_claim(make):
    span = make.span("Alpha is 1.")
    checked = [make.checked("A.", "supported", 0.9, span), make.checked("B.", "supported", 0.6, span)]

    done = decide("extractive", "q?", checked, Searched("q?", ()), Record(), calibrated=False, generation=3)

    assert (done.status, done.reason, done.confidence, done.store_generation) == ("answered", None, 0.6, 3)


def test_silence_says_whether_nothing_was_found_or_nothing_held(make):
    withheld = [make.checked("A.", "unsupported", 0.2, make.span("Alpha is 1."))]

    nothing = decide("extractive", "q?", [], Searched("q?", ()), Record(), calibrated=False, generation=1)
    unsure = decide("extractive", "q?", withheld, Searched("q?", ()), Record(), calibrated=False, generation=1)

    assert (nothing.status, nothing.reason) == ("abstained", "no_evidence")
    assert (unsure.status, unsure.reason, unsure.text) == ("abstained", "low_confidence", "")


def test_quotations_that_are_only_not_relevant_are_no_evidence_rather_than_in_doubt(make):
    from dataclasses import replace

    held = make.checked("Beta is 2.", "supported", 1.0, make.span("Beta is 2."), verbatim=True)
    off = replace(held, verdict=replace(held.verdict, reason="Its relevance to the question is 0.10."))

    assert decide("extractive", "q?", [off], Searched("q?", ()), Record(), False, 1).reason == "no_evidence"


def test_near_misses_are_what_no_shown_claim_cites_with_the_reason(make):
    spans = [make.span(f"{n}.", start=60 + n) for n in range(5)]
    cited, unused, left_out, failed, other = spans
    ranked = [Ranked(span, "T", score, (0, 0)) for span, score in zip(spans, (0.9, 0.8, 0.7, 0.6, 0.0049), strict=True)]
    checked = [make.checked("C.", "supported", 0.9, cited), make.checked("F.", "unsupported", 0.1, failed)]

    missed = near_misses(ranked, checked, {cited.id, unused.id, failed.id})

    assert [miss.span for miss in missed] == [failed, unused, left_out, other]
    assert [miss.why for miss in missed] == [
        "It does not say so.",
        "No claim was drafted from it; its relevance to the question is 0.80.",
        "It was left out of the draft, which had room for no more than 3; its relevance to the question is 0.70.",
        "It is not about the question; its relevance to the question is 0.00.",
    ]


def test_quoted_table_rows_stand_on_lines_of_their_own(make):
    from dataclasses import replace

    row = replace(make.span("SS | 15 | 0.675"), kind="table_row")
    checked = [
        make.checked("A sentence.", "supported", 0.9, make.span("A sentence."), verbatim=True),
        make.checked(row.text, "supported", 0.9, row, verbatim=True),
        make.checked("Another.", "supported", 0.9, make.span("Another."), verbatim=True),
        make.checked("And one more.", "supported", 0.9, make.span("Another.")),
    ]

    assert place(checked)[0] == "A sentence.\nSS | 15 | 0.675\nAnother. And one more."


def test_a_supported_claim_with_a_reason_to_withhold_it_is_withheld(make):
    from dataclasses import replace

    one = make.checked("Beta is 2.", "supported", 0.9, make.span("Beta is 2."))
    off = replace(one, verdict=replace(one.verdict, reason="Its relevance to the question is 0.10."))

    assert place([off]) == ("", (), (off,))


def test_what_was_asked_and_what_was_searched_are_told_apart() -> None:
    done = decide("extractive", "And hold?", [], Searched("What is hold?", ()), Record(), False, 1, "ans_1")
    assert (done.question, done.searched.query, done.follows) == ("And hold?", "What is hold?", "ans_1")
