import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.answers.examples import Gold
from eval.answers.gold import hits, precision, recall
from eval.answers.outcome import Cited


def cited(text, document="d"):
    return Cited("d~0123456789", document, text, text)


PASSAGE = (
    "# Sizing\n\nThe *rsz* tool sizes gates. Use `repair_design -max_slew 5` to mend slews, and look at the report."
)


@pytest.mark.parametrize(
    ("text", "gold", "hit"),
    [
        ("The rsz tool sizes gates.", PASSAGE, True),
        ("Use repair_design -max_slew 5 to mend slews, and look at the report.", PASSAGE, True),
        ("Use repair_design to mend hold.", PASSAGE, False),
        ("sizes gates", PASSAGE, False),
        ("15 ps", "15 ps", True),
        ("15 ps", "12 ps", False),
        ("Oh! The rsz tool sizes gates. And more.", "The rsz tool sizes gates.", True),
        ("—", PASSAGE, False),
        ("Use repair_design -max_slew 6 to mend slews, and look at the report.", PASSAGE, False),
    ],
)
def test_a_span_hits_what_holds_it_or_what_it_holds(text, gold, hit):
    assert hits(cited(text), Gold("d", gold)) is hit


def test_the_document_must_be_the_same_where_it_is_known():
    assert not hits(cited("The rsz tool sizes gates.", "other"), Gold("d", PASSAGE))
    assert hits(cited("The rsz tool sizes gates.", "other"), Gold("", PASSAGE))


def test_recall_is_that_of_the_best_alternative_and_precision_counts_any():
    one, two, three = (Gold("d", f"The number {n} of it is {n} ps.") for n in ("seven", "eight", "nine"))
    said = [
        cited(one.text),
        cited("Nothing of the sort is so."),
        cited(three.text),
        cited("Nor is anything else here."),
    ]
    assert recall(said, [(one, two), (two, one, three)]) == 2 / 3
    assert precision(said, [(one, two), (three,)]) == 2 / 4
    assert (recall([], [(one,)]), precision([], [(one,)])) == (0, 0)


@given(st.text(alphabet="abc 12.\n", min_size=1), st.text(alphabet="abc 12.\n"))
def test_hitting_is_symmetric(one, other):
    assert hits(cited(one), Gold("", other)) == hits(cited(other), Gold("", one))
