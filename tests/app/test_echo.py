"""What says a question again is no answer, unless the question can be answered by its own words."""

import pytest

from app.echo import is_echo


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which two products of 2024 came back with defects?", "The two 2024 products came back with defects."),
        ("My waiver runs out after 90 days. How often can it be renewed?", "My waiver runs out after 90 days."),
        ("In which corner is the hold margin checked?", "The hold margin is checked in that corner."),
        ("When does the reset release?", "The reset was released."),
        ("What drives the A input of the cell", "The A input of the cell drives it."),
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
        ("How many reviewers does one block need?", "One block needs one reviewer."),
        ("How many waivers expire?", "Most waivers expire."),
        ("What is the hold margin at SS?", "The hold margin at SS is 15 ps."),
        ("What state is the switch in during sleep?", "The switch is off during sleep."),
        ("Which builds ship with debug symbols?", "The builds ship without debug symbols."),
    ],
)
def test_a_word_more_is_something_said(question, sentence):
    assert not is_echo(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Does the check include self-heating?", "The check includes self-heating."),
        ("When the clock stops, is the FIFO flushed?", "The FIFO is flushed when the clock stops."),
        ("Which is wider, the pad or the ring?", "The pad is wider than the ring."),
        ("Which reset is released first, bus or core, and why?", "The bus reset is released first."),
        ("Which of SS, TT and FF is used for hold?", "FF is used for hold."),
        ("In what order are placement, CTS and routing done?", "Placement, CTS and routing are done in order."),
        ("What does 5 V cost? Is it allowed?", "5 V is allowed."),
        ("Is 5 V allowed? What does it cost?", "5 V is allowed."),
        ("What if the clock stops, is the FIFO flushed?", "The FIFO is flushed if the clock stops."),
        ("What is the margin and is it checked at SS?", "The margin is checked at SS."),
        ("There are a pad ring and a core ring. Which is wider?", "The pad ring is wider."),
        ("In 2025 it was 4 reviewers. How many does 2026 ask for?", "2026 asks for 4 reviewers."),
    ],
)
def test_what_can_be_answered_in_its_own_words_has_no_echo(question, sentence):
    assert not is_echo(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which gate drives the enable?", "An OR gate drives the enable."),
        ("Which register holds the flag?", "Register A holds the flag."),
        ("Which team owns the server?", "IT owns the server."),
        ("When does the freeze begin?", "The freeze begins in May."),
        ("What unit does margin_ps have?", "The margin is in ps."),
        ("How many flops does a 2FF synchroniser have?", "A 2FF synchroniser has 2 flops."),
        ("Who signs off the design?", "The designer signs off the design."),
    ],
)
def test_names_and_parts_of_words_are_words_of_their_own(question, sentence):
    assert not is_echo(question, sentence)


@pytest.mark.parametrize("question", ["", "?"])
def test_a_question_without_words_has_no_echo(question):
    assert not is_echo(question, "A sentence.")
