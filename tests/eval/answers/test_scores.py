"""Each question's scores, worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from eval.answers.citations import Entails
from eval.answers.examples import Example, Gold
from eval.answers.outcome import Cited, Outcome, Said
from eval.answers.scores import MEASURES, is_right, scores_of, worth

GOLD, OLD, OTHER = "the margin is 15 ps now", "the margin was 20 ps once", "the box is red and large"
ASKED = Example("q", "What?", True, ("The margin is 15 ps.",), ((Gold("d", GOLD),),), (Gold("d", OLD),))
UNANSWERABLE = Example("q", "Why?", False)
UNKNOWN = Example("q", "Where?", None)


def cite(*texts):
    return tuple(Cited(f"d~{text[:9]}", "d", text, text) for text in texts)


def outcome(*shown, status="answered", withheld=(), cost=Decimal("0.002")):
    text = " ".join(one.text for one in shown)
    return Outcome("q", status, text, 0.9, shown, withheld, 3.0, 100, 20, cost)


RIGHT = Said("The margin is 15 ps.", 0.9, True, cite(GOLD, OTHER))
WRONG = Said("The margin is 99 ps.", 0.8, True, cite(OTHER))
OUTDATED = Said("The margin was 20 ps.", 0.8, True, cite(GOLD, OLD))


def score(example, found, containing):
    return {name: one for name, one in scores_of(example, found, Entails(containing)).items() if one[1]}


def test_an_answer_with_a_right_and_an_unsupported_claim(containing):
    found = score(ASKED, outcome(RIGHT, WRONG, withheld=(WRONG,)), containing)

    assert found.pop("token_f1")[0] == pytest.approx(2 * 4 / (8 + 4))
    assert found == {
        "coverage": (1, 1),
        "answered_answerable": (1, 1),
        "gold_seen": (1, 1),
        "gold_drafted": (1, 1),
        "citation_recall": (1 / 2, 1),
        "citation_precision": (1 / 3, 1),
        "groundedness": (1, 2),
        "drafted_groundedness": (1, 3),
        "gold_recall": (1, 1),
        "gold_precision": (1 / 3, 1),
        "correctness": (1, 1),
        "right": (1, 1),
        "wrong": (0, 1),
        "selective_risk": (0, 1),
        "superseded": (0, 1),
        "refused": (0, 1),
        "failed": (0, 1),
        "seconds": (3.0, 1),
        "input_tokens": (100, 1),
        "output_tokens": (20, 1),
        "cost_usd": (0.002, 1),
    }


def test_silence_says_nothing_of_citations(containing):
    found = score(ASKED, outcome(status="abstained", cost=None), containing)
    assert {"citation_recall", "groundedness", "gold_recall", "correctness", "selective_risk", "cost_usd"}.isdisjoint(
        found
    )
    assert found["abstention_precision"] == (0, 1)
    assert found["coverage"] == (0, 1)


def test_how_far_gold_came(containing):
    looked_at = replace(outcome(status="abstained", withheld=(WRONG,)), near=cite(GOLD))
    found = score(ASKED, looked_at, containing)
    assert (found["gold_seen"], found["gold_drafted"]) == ((1, 1), (0, 1))
    held_back = score(ASKED, outcome(status="abstained", withheld=(RIGHT,)), containing)
    assert (held_back["gold_seen"], held_back["gold_drafted"]) == ((1, 1), (1, 1))
    assert "gold_seen" not in score(UNANSWERABLE, looked_at, containing)


def test_silence_where_there_is_no_answer(containing):
    found = score(UNANSWERABLE, outcome(status="abstained"), containing)
    assert found["abstention_recall"] == found["abstention_precision"] == found["right"] == (1, 1)
    assert "answered_answerable" not in found


def test_an_answer_where_there_is_none_is_wrong(containing):
    found = score(UNANSWERABLE, outcome(RIGHT), containing)
    assert (found["abstention_recall"], found["wrong"], found["selective_risk"]) == ((0, 1), (1, 1), (1, 1))


def test_of_what_nobody_knows_nothing_is_said(containing):
    found = score(UNKNOWN, outcome(RIGHT), containing)
    assert {"right", "wrong", "selective_risk", "abstention_recall", "abstention_precision"}.isdisjoint(found)
    assert found["citation_recall"] == (1, 1)


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_a_model_that_declines_or_fails_is_in_its_own_column(containing, status):
    found = score(UNANSWERABLE, outcome(status=status), containing)
    assert (found[status], found["coverage"], found["right"]) == ((1, 1), (0, 1), (0, 1))
    assert "abstention_precision" not in found
    assert found["abstention_recall"] == (0, 1)


@pytest.mark.parametrize(
    ("example", "found", "value"),
    [
        (ASKED, outcome(RIGHT), 1),
        (ASKED, outcome(WRONG), -1),
        (ASKED, outcome(OUTDATED), -1),
        (ASKED, outcome(status="abstained"), 0),
        (ASKED, outcome(status="failed"), 0),
        (UNANSWERABLE, outcome(status="abstained"), 1),
        (UNANSWERABLE, outcome(WRONG), -1),
        (UNANSWERABLE, outcome(status="refused"), 0),
        (UNKNOWN, outcome(RIGHT), None),
        (Example("q", "What?", True, ("The margin is 15 ps.",)), outcome(RIGHT), 1),
        (Example("q", "What?", True, ("Something else is so.",)), outcome(RIGHT), -1),
        (Example("q", "What?", True), outcome(RIGHT), None),
    ],
)
def test_what_a_user_makes_of_it(example, found, value):
    assert worth(example, found) == value
    assert is_right(example, found) == (None if value is None else value == 1)


def test_every_score_is_of_a_measure_in_the_table(containing):
    names = [one.name for one in MEASURES]
    assert len(set(names)) == len(names)
    assert scores_of(ASKED, outcome(RIGHT), Entails(containing)).keys() <= set(names)
