"""What says a question again is no answer, unless the question wants yes or no."""

import pytest

from app.echo import is_echo


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which two products of 2024 came back with defects?", "The two 2024 products came back with defects."),
        ("My waiver runs out after 90 days. How often can it be renewed?", "My waiver runs out after 90 days."),
        ("In which corner is the hold margin checked?", "The hold margin is checked in that corner."),
        ("When does the reset release?", "The reset is released then."),
    ],
)
def test_the_questions_own_words_name_nothing(question, sentence):
    assert is_echo(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which two products of 2024 came back with defects?", "LS-7 and LS-9 came back with defects."),
        ("How many FIFOs sit between the core and the fabric?", "One FIFO sits between the core and the fabric."),
        ("How many waivers may a block have?", "A block may have no waivers."),
        ("What is the hold margin at SS?", "The hold margin at SS is 15 ps."),
        ("Does the check include self-heating?", "The check includes self-heating."),
        ("When the clock stops, is the FIFO flushed?", "The FIFO is flushed when the clock stops."),
        ("Which is wider, the pad or the ring?", "The pad is not wider than the ring."),
        ("What does 5 V cost? Is it allowed?", "5 V is allowed."),
    ],
)
def test_what_answers_is_no_echo(question, sentence):
    assert not is_echo(question, sentence)


def test_a_question_without_words_has_no_echo():
    assert not is_echo("?", "A sentence.")
