import pytest

from eval.answers.gate import gate, not_asked


def run(measure, *values):
    return {f"q{n}": {measure: (float(value), 1.0)} for n, value in enumerate(values)}


def fell(measure, before, after):
    return [one.fell for one in gate(run(measure, *before), run(measure, *after)) if one.measure == measure]


def test_a_run_that_is_its_own_baseline_passes():
    assert fell("right", [1, 0] * 20, [1, 0] * 20) == [False]


def test_a_fall_beyond_the_interval_fails():
    assert fell("right", [1] * 30 + [0] * 10, [1] * 12 + [0] * 28) == [True]


def test_a_fall_within_the_interval_that_only_losses_explain_fails():
    """Five of forty lost and none won: well within what another draw of questions would give, but it is paired."""
    before, after = [1] * 20 + [0] * 20, [1] * 15 + [0] * 25
    found = [one for one in gate(run("right", *before), run("right", *after)) if one.measure == "right"]
    assert found[0].now.value > found[0].baseline.low
    assert found[0].fell


def test_one_question_more_or_less_is_chance():
    assert fell("right", [1] * 20 + [0] * 20, [1] * 19 + [0] * 21) == [False]


@pytest.mark.parametrize(("measure", "is_worse"), [("right", False), ("wrong", True)])
def test_more_is_worse_where_less_is_better(measure, is_worse):
    assert fell(measure, [0] * 40, [1] * 20 + [0] * 20) == [is_worse]


def test_time_and_money_are_not_gated():
    assert fell("seconds", [1] * 40, [9] * 40) == fell("cost_usd", [1] * 40, [9] * 40) == []


@pytest.mark.parametrize(("before", "after"), [([1] * 48, [1] * 47 + [0.9]), ([1] * 3, [0] * 3)])
def test_an_interval_without_width_and_few_questions_decide_nothing(before, after):
    assert fell("correctness", before, after) == [False]


def test_all_that_was_right_and_is_not_any_more_fails():
    assert fell("correctness", [1] * 48, [1] * 40 + [0] * 8) == [True]


def test_questions_that_the_baseline_has_not_do_not_count():
    after = run("right", *[1, 0] * 20) | {f"new{n}": {"right": (0.0, 1.0)} for n in range(40)}
    assert [one.fell for one in gate(run("right", *[1, 0] * 20), after)] == [False]


def test_what_the_run_says_nothing_of_has_not_fallen():
    assert [one.fell for one in gate(run("gold_recall", 1, 1), {"q0": {}, "q1": {}})] == [False]


def test_questions_that_were_left_out_are_named():
    assert not_asked(run("right", 1, 1, 1), run("right", 1, 1)) == ["q2"]
