"""Coordinate descent over a prompt, on a bench whose drafts obey the prompt's words."""

import pytest

from app.types import Claim
from eval.answers.citations import Entails
from eval.answers.examples import Example, Gold
from eval.answers.tune import Change, Problem, criteria, halves, read_changes, tune
from ingest.errors import BadInput

PARTS = {"task": "Answer.", "form": "Reply in JSON.", "silence": "Be silent."}


class Obeying:
    """The share of criteria met depends on which words the prompt has; counts what it drafts."""

    def __init__(self, worth):
        self.worth = worth
        self.drafts = 0

    def score(self, problems, parts):
        self.drafts += len(problems)
        return {one.example.id: {"met": (self.worth(" ".join(parts.values()), one), 1.0)} for one in problems}


def problems(make, n=40):
    """The first half of them answerable from the one span that they are shown."""
    span = make.span("The margin of the corner is 15 ps.")
    shown = (make.citation(span),)
    gold = ((Gold("doc", span.text),),)
    asked = [
        Example(f"q{i:02}", "What?", True, gold=gold) if i < n / 2 else Example(f"q{i:02}", "Why?", False)
        for i in range(n)
    ]
    return [Problem(one, shown) for one in asked]


def run(make, worth, changes, n=40):
    bench = Obeying(worth)
    return list(tune(problems(make, n), PARTS, changes, bench, 0))


def test_what_helps_on_both_halves_is_kept(make):
    found = run(make, lambda words, _: float("kindly" in words), [Change("polite", "task", "Answer kindly.")])
    [one] = found
    assert (one.kept, one.first.value, one.second.value) == (True, 1.0, 1.0)
    assert one.parts == {**PARTS, "task": "Answer kindly."}


def test_what_helps_on_one_half_alone_is_dropped(make):
    first, _ = halves(problems(make), 0)
    lucky = {one.example.id for one in first}
    [one] = run(
        make, lambda words, p: float("kindly" in words and p.example.id in lucky), [Change("a", "task", "kindly")]
    )
    assert (one.kept, one.first.value, one.second.value) == (False, 1.0, 0.0)
    assert one.parts == PARTS


def test_what_helps_a_little_on_both_halves_may_be_chance_and_is_dropped(make):
    """One question more of each half of 20 comes right."""
    first, second = halves(problems(make), 0)
    lucky = {first[0].example.id, second[0].example.id}
    [one] = run(
        make, lambda words, p: float("kindly" in words and p.example.id in lucky), [Change("a", "task", "kindly")]
    )
    assert (one.kept, one.first.value, one.second.value, one.both.value) == (False, 0.05, 0.05, 0.05)


def test_of_few_problems_nothing_is_kept(make):
    [one] = run(make, lambda words, _: float("kindly" in words), [Change("a", "task", "kindly")], n=8)
    assert (one.kept, one.both.low) == (False, 1.0)


def test_what_does_not_help_is_not_even_drafted_on_the_other_half(make):
    [one] = run(make, lambda words, _: float("Answer." in words), [Change("worse", "task", "Shout.")])
    assert (one.kept, one.second) == (False, None)


def test_one_change_is_kept_a_round_and_the_best_comes_first(make):
    worth = {"kindly": 0.2, "tersely": 0.5, "never": 0.1}
    changes = [Change("a", "task", "kindly"), Change("b", "task", "tersely"), Change("c", "silence", "never")]
    found = run(make, lambda words, _: sum(v for word, v in worth.items() if word in words), changes)

    assert [(one.round, one.change.name, one.kept) for one in found] == [
        (1, "b", True), (1, "a", False), (1, "c", False), (2, "c", True),
    ]  # fmt: skip
    assert found[-1].parts == {"task": "tersely", "form": "Reply in JSON.", "silence": "never"}


def test_halves_share_out_solvable_and_unsolvable_alike(make):
    first, second = halves(problems(make), 3)
    assert [sum(one.solvable for one in half) for half in (first, second)] == [10, 10]
    assert {one.example.id for one in first}.isdisjoint(one.example.id for one in second)
    assert [one.example.id for one in first] == [one.example.id for one in halves(problems(make), 3)[0]]


def test_a_problem_is_solvable_when_gold_is_shown(make):
    example = Example("q", "What?", True, gold=((Gold("doc", "The margin of the corner is 15 ps."),),))
    assert Problem(example, (make.citation(make.span("The margin of the corner is 15 ps.")),)).solvable
    assert not Problem(example, (make.citation(make.span("The box on the table is red.")),)).solvable


@pytest.mark.parametrize(
    ("texts", "met"),
    [
        (["The margin of the corner is 15 ps."], {"finished": True, "spoke": True, "cites_gold": True, "entailed": True, "brief": True}),
        (["The margin is 20 ps."], {"finished": True, "spoke": False, "cites_gold": False, "entailed": False, "brief": False}),
        (["The margin is 15 ps.", "The corner is 15 ps.", "The margin of the corner is ps."], {"finished": True, "spoke": True, "cites_gold": True, "entailed": True, "brief": False}),
        ([], {"finished": True, "spoke": False, "cites_gold": False, "entailed": False, "brief": False}),
        (None, {"finished": False, "spoke": False, "cites_gold": False, "entailed": False, "brief": False}),
    ],
)  # fmt: skip
def test_criteria_where_what_is_shown_answers(make, containing, texts, met):
    [problem, *_] = problems(make)
    claims = None if texts is None else [Claim(text, problem.evidence) for text in texts]
    assert criteria(problem, claims, Entails(containing)) == met


@pytest.mark.parametrize(
    ("texts", "met"),
    [
        ([], {"finished": True, "silent": True}),
        (["The margin is 15 ps."], {"finished": True, "silent": False}),
        (["The margin is 20 ps."], {"finished": True, "silent": True}),
        (None, {"finished": False, "silent": False}),
    ],
)
def test_criteria_where_it_does_not(make, containing, texts, met):
    problem = problems(make)[-1]
    claims = None if texts is None else [Claim(text, problem.evidence) for text in texts]
    assert criteria(problem, claims, Entails(containing)) == met


def test_what_the_other_half_refutes_is_not_tried_again(make):
    first, _ = halves(problems(make), 0)
    lucky = {one.example.id for one in first}

    def worth(words, problem):
        return 0.5 * ("never" in words) + 0.6 * ("kindly" in words and problem.example.id in lucky)

    found = run(make, worth, [Change("lucky", "task", "kindly"), Change("good", "silence", "never")])
    assert [(one.round, one.change.name, one.kept) for one in found] == [(1, "lucky", False), (1, "good", True)]


def test_changes_are_read(tmp_path):
    file = tmp_path / "changes.toml"
    file.write_text('[[change]]\nname = "terse"\npart = "task"\ntext = "Be terse."\n')
    assert read_changes(file, PARTS) == [Change("terse", "task", "Be terse.")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", r"changes\.toml: wanted"),
        ("[[change]]\nname = 'a'\n", r"changes\.toml: wanted"),
        ("[[change]]\nname = 'a'\npart = 'tone'\ntext = ''\n", "change 'a': the prompt has no part 'tone'"),
    ],
)
def test_bad_changes_are_named(tmp_path, text, told):
    file = tmp_path / "changes.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=told):
        read_changes(file, PARTS)
