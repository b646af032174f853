from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.answers.pareto import front

# Few values, so that equal choices, and choices that are equal in one of the two, come up often.
CHOICES = st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.0, 1.0, 2.0, 3.0])), max_size=8)


def test_a_choice_that_another_beats_in_one_and_equals_in_the_other_is_off_the_front() -> None:
    assert front([(0.5, 2.0), (0.5, 1.0), (0.9, 3.0), (0.8, 3.0)]) == [False, True, True, False]


def test_equal_choices_are_both_on_the_front_and_none_beats_itself() -> None:
    assert front([(0.5, 1.0), (0.5, 1.0), (0.4, 1.0)]) == [True, True, False]
    assert front([]) == []


@given(CHOICES)
def test_the_front_is_what_its_definition_says(choices: list[tuple[float, float]]) -> None:
    for (quality, cost), on in zip(choices, front(choices), strict=True):
        at_least_as_good = [(q, c) for q, c in choices if q >= quality and c <= cost]
        assert on == (not any(q > quality or c < cost for q, c in at_least_as_good))


@given(CHOICES)
def test_whatever_is_off_the_front_is_beaten_by_something_on_it(choices: list[tuple[float, float]]) -> None:
    on = [one for one, is_on in zip(choices, front(choices), strict=True) if is_on]
    assert bool(on) == bool(choices)
    for quality, cost in choices:
        assert any(q >= quality and c <= cost for q, c in on)
