"""ALCE's citation recall and precision, on claims whose entailment can be read off their words."""

import pytest

from eval.answers.citations import Entails, is_supported, precise
from eval.answers.outcome import Cited, Said

RED, BLUE, BOTH, NEITHER = "the box is red", "the lid is blue", "the box is red the lid is blue", "it rains a lot"


def said(text, *cited):
    return Said(text, 0.9, True, tuple(Cited("d~1", "d", one, one) for one in cited))


@pytest.mark.parametrize(
    ("claim", "cited", "supported", "needed"),
    [
        ("The box is red.", [RED], True, [True]),
        ("The box is red.", [BLUE], False, [False]),
        ("The box is red.", [RED, NEITHER], True, [True, False]),
        ("The box is red the lid is blue.", [RED, BLUE], True, [True, True]),
        ("The box is red the lid is blue.", [RED, BLUE, NEITHER], True, [True, True, False]),
        ("The box is red the lid is blue.", [BOTH, RED], True, [True, False]),
        ("The box is red.", [RED, BOTH], True, [True, True]),
        ("The box is green.", [RED, BLUE], False, [False, False]),
        ("The box is red.", [], False, []),
    ],
)
def test_recall_and_precision(containing, claim, cited, supported, needed):
    one, entails = said(claim, *cited), Entails(containing)
    assert is_supported(one, entails) is supported
    assert precise(one, entails) == needed


def test_a_quotation_is_believed_without_asking(containing):
    assert is_supported(said("odd  words\nhere", "odd words here"), Entails(containing))
    assert containing.asked == []


def test_what_was_asked_is_not_asked_again(containing):
    entails = Entails(containing)
    assert [entails([RED], "The box is red."), entails([RED], "The box is red.")] == [True, True]
    assert len(containing.asked) == 1
