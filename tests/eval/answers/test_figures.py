import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.answers.figures import Attempt, Figure, confidence_figures, differences, figures_of, percentiles


def of(measure, *pairs):
    return {f"q{n}": {measure: pair} for n, pair in enumerate(pairs)}


def test_a_figure_is_the_sum_of_amounts_over_the_sum_of_weights():
    found = figures_of(of("groundedness", (1, 2), (3, 3), (0, 0)))["groundedness"]
    assert (found.value, found.n) == (pytest.approx(4 / 5), 2)
    assert found.low <= found.value <= found.high


def test_what_no_question_says_anything_of_is_none():
    found = figures_of(of("groundedness", (0, 0), (0, 0)))
    assert found["groundedness"] == found["coverage"] == Figure(None, None, None, 0)
    assert figures_of({})["coverage"] == Figure(None, None, None, 0)


def test_the_interval_is_that_of_a_share():
    found = figures_of(of("coverage", *[(n % 4 == 0, 1) for n in range(400)]))["coverage"]
    half = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    assert found.value == 0.25
    assert (found.low, found.high) == (pytest.approx(0.25 - half, abs=0.01), pytest.approx(0.25 + half, abs=0.01))


def test_a_difference_is_paired():
    """Two runs that differ by as much on every question differ for certain, however much the questions differ."""
    a = of("seconds", *[(n, 1) for n in range(50)])
    b = of("seconds", *[(n + 2, 1) for n in range(50)])
    found = differences(a, b)["seconds"]
    assert (found.value, found.low, found.high, found.n) == (pytest.approx(2), pytest.approx(2), pytest.approx(2), 50)


def test_how_floats_add_up_is_no_difference():
    a, b = of("token_f1", *[(0.1 + 0.2, 1)] * 20), of("token_f1", *[(0.3, 1)] * 20)
    assert differences(b, a)["token_f1"] == Figure(0, 0, 0, 20)


def test_a_difference_is_over_the_questions_that_both_were_asked():
    a, b = of("coverage", (0, 1), (1, 1)), of("coverage", (1, 1), (1, 1), (0, 1))
    found = differences(a, b)["coverage"]
    assert (found.value, found.n) == (pytest.approx(0.5), 2)


def test_a_difference_to_what_is_not_known_is_none():
    assert differences(of("cost_usd", (0, 0)), of("cost_usd", (1, 1)))["cost_usd"] == Figure(None, None, None, 0)


def test_confidence_that_tells_right_from_wrong():
    found = confidence_figures([Attempt(0.9, True), Attempt(0.8, True), Attempt(0.3, False)])
    assert found["auroc"].value == 1
    assert found["aurc"].value == pytest.approx((0 + 0 + 1 / 3) / 3)


@pytest.mark.parametrize("attempts", [[], [Attempt(0.9, True)]])
def test_without_both_kinds_of_attempt_the_auroc_is_none(attempts):
    assert confidence_figures(attempts)["auroc"].value is None


def test_percentiles():
    assert percentiles([1.0, 2.0, 3.0]) == {"p50": 2.0, "p95": pytest.approx(2.9)}
    assert percentiles([]) == {}


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=30), st.integers(0, 5))
def test_every_figure_lies_in_its_interval_and_is_the_same_each_time(pairs, seed):
    scores = of("gold_recall", *[(amount * weight, weight) for amount, weight in pairs])
    found = figures_of(scores, seed)["gold_recall"]
    assert found == figures_of(scores, seed)["gold_recall"]
    if found.value is not None:
        assert 0 <= found.low <= found.high <= 1 + 1e-9
        assert found.value == pytest.approx(np.average([a for a, _ in pairs], weights=[w for _, w in pairs]))
