from decimal import Decimal

import pytest

from eval.answers.outcome import Cited, outcome_of


def citation(text, header=""):
    return {"id": "d~0123456789", "document": {"id": "d"}, "exact": text, "header": header}


def claim(text, *citations, **more):
    return {"text": text, "label": "supported", "confidence": 0.9, "citations": list(citations)} | more


def usage(read, written, cost):
    return {"input_tokens": read, "output_tokens": written, "cost_usd": cost}


def row(**changed):
    answer = {
        "status": "answered",
        "text": "It is 15 ps.",
        "confidence": 0.9,
        "claims": [claim("It is 15 ps.", citation("SS | 15", "Corner | ps"))],
        "withheld": [
            claim("It is 12 ps.", citation("It is 15 ps."), label="contradicted", confidence=0.1, reason="No.")
        ],
        "usage": [usage(100, 20, "0.000120"), usage(30, 1, "0.000003")],
        "model_failure": None,
        "searched": {"near_misses": [{"id": "e~0123456789", "document": {"id": "e"}, "text": "It may be."}]},
    }
    return {"id": "q1", "seconds": 2.5, "answer": answer | changed}


def test_an_answer():
    found = outcome_of(row())
    assert (found.id, found.status, found.text, found.seconds) == ("q1", "answered", "It is 15 ps.", 2.5)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (130, 21, Decimal("0.000123"))
    assert found.shown[0].cited == (Cited("d~0123456789", "d", "SS | 15", "Corner | ps\nSS | 15"),)
    [withheld] = found.withheld
    assert (withheld.supported, withheld.confidence, withheld.reason) == (False, 0.1, "No.")
    assert found.drafted == (*found.shown, withheld)
    assert found.near == (Cited("e~0123456789", "e", "It may be.", "It may be."),)


def test_a_cost_that_is_not_known_is_not_nothing():
    assert outcome_of(row(usage=[usage(1, 1, "0.000001"), usage(1, 1, None)])).cost_usd is None
    assert outcome_of(row(usage=[])).cost_usd == 0


@pytest.mark.parametrize("failure", ["refused", "failed"])
def test_what_stood_in_for_a_model_is_not_counted_for_it(failure):
    found = outcome_of(row(model_failure=failure))
    assert (found.status, found.text, found.drafted) == (failure, "", ())
    assert found.input_tokens == 130


@pytest.mark.parametrize(("text", "is_quotation"), [("It  is\n15 ps.", True), ("It is 15 ps", False)])
def test_a_quotation_says_a_cited_span_word_for_word(text, is_quotation):
    [said] = outcome_of(row(claims=[claim(text, citation("Not this."), citation("It is 15 ps."))])).shown
    assert said.is_quotation is is_quotation
