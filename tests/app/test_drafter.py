from app.drafter import as_quotation, quotations
from app.evidence import Ranked
from app.types import Claim


def test_a_claim_that_says_a_cited_span_word_for_word_is_a_quotation_of_it(make):
    first, second = make.span("The margin is 15 ps."), make.span("Delay  cells\nmend it.", start=80)
    claim = Claim("Delay cells mend it.", (make.citation(first), make.citation(second)))

    quoted = as_quotation(claim)

    assert quoted == Claim("Delay  cells\nmend it.", (make.citation(second),), verbatim=True)


def test_a_claim_in_other_words_stays_a_claim(make):
    claim = Claim("The margin is 15 ns.", (make.citation(make.span("The margin is 15 ps.")),))

    assert as_quotation(claim) is claim


def test_quotations_are_the_most_relevant_spans_best_first(make):
    spans = [make.span(f"Sentence {n}.", start=40 * (n + 1)) for n in range(4)]
    evidence = [(Ranked(s, "T", n / 10, (0, n)), make.citation(s)) for n, s in enumerate(spans)]

    claims = quotations(evidence, 2)

    assert [claim.text for claim in claims] == ["Sentence 3.", "Sentence 2."]
    assert all(claim.verbatim and claim.citations[0].span.text == claim.text for claim in claims)
