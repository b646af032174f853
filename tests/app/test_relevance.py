from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.relevance import Relevance, Subject, coverage


def test_coverage_counts_the_questions_terms():
    assert coverage("hold uncertainty", "the hold margin") == 0.5
    assert coverage("hold uncertainty", "uncertainties of holds") == 1.0
    assert coverage("", "anything") == 0.0


def test_words_that_only_ask_are_not_looked_for():
    assert coverage("How long does a waiver last?", "A waiver lapses after 90 days.") == 0.5
    assert coverage("How many spare cells must a block have?", "Spare cells make up 1 % of a block.") == 1.0
    assert coverage("What is it?", "It is what it is.") == 1.0


def test_the_heading_helps_a_span_that_does_not_name_its_subject(embedder):
    bare, headed = Relevance(embedder).score(
        "hold uncertainty", [Subject("It is 15 ps."), Subject("It is 15 ps.", "Hold uncertainty")]
    )

    assert headed > bare


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60), text=st.text(max_size=60), context=st.text(max_size=20))
def test_relevance_is_a_probability(embedder, question, text, context):
    [score] = Relevance(embedder).score(question, [Subject(text, context)])

    assert 0 <= score <= 1


def test_nothing_asked_of_nothing(embedder):
    assert Relevance(embedder).score("q", []) == []
