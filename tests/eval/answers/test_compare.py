from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from eval.answers.compare import Comparison, Versus, compare
from eval.answers.kept import KeptRun
from eval.answers.outcome import Cited, Outcome, Said
from eval.answers.runs import Meta
from eval.answers.scores import MEASURES
from ingest.errors import BadInput

SETTINGS = {"model": "one", "passages": 8, "fusion": "convex", "fusion_weight": 0.5, "evidence_tokens": 180}


def kept(name: str, worth: Mapping[str, int | None], **changes: Any) -> KeptRun:
    """A run whose answers are worth this: 1 right, 0 silent, -1 wrong; each takes `seconds` and costs `cost`."""
    seconds, cost = changes.pop("seconds", 1.0), changes.pop("cost", 0.0)
    settings = SETTINGS | {"embedder": "", "min_confidence": 0.5} | changes.pop("settings", {})
    meta = {"model": name, "verifier": "small-1", "data": "q.jsonl", "data_sha256": "a" * 64, "store": "s1"}
    judged_by, unscored = changes.pop("judged_by", "small-1"), changes.pop("unscored", 0)
    meta |= {"sample": None, "seed": 0, "settings": settings, "version": "0.1.0"} | changes
    outcomes = {one: outcome(one, value, seconds) for one, value in worth.items()}
    scores = {one: scored(value, seconds, cost) for one, value in worth.items()}
    texts = {one: f"What is {one}?" for one in worth}
    return KeptRun(Path("/runs") / name, Meta(**meta), judged_by, texts, outcomes, scores, worth, unscored)


def outcome(name: str, worth: int | None, seconds: float = 1.0, cites: str = "doc~x") -> Outcome:
    cited = (Cited(cites, "doc", "Some text.", "Some text."),)
    shown = () if worth == 0 else (Said("Some text.", 0.9, True, cited),)
    status = "answered" if shown else "abstained"
    return Outcome(name, status, "Some text." if shown else "", 0.9, shown, (), seconds, 0, 0, Decimal(0))


def scored(worth: int | None, seconds: float, cost: float | None) -> dict[str, tuple[float, float]]:
    known = {} if worth is None else {"right": (float(worth == 1), 1.0), "wrong": (float(worth == -1), 1.0)}
    paid = {} if cost is None else {"cost_usd": (cost, 1.0)}
    return {"coverage": (float(worth != 0), 1.0), "seconds": (seconds, 1.0), **known, **paid}


def worths(*values: int | None) -> dict[str, int | None]:
    return {f"q{at:02}": value for at, value in enumerate(values)}


def only_versus(found: Comparison) -> Versus:
    [versus] = found.versus
    return versus


def difference(versus: Versus, measure: str) -> Any:
    return next(one for one in versus.differences if one.measure.name == measure)


def test_a_difference_is_what_the_other_has_more() -> None:
    a, b = kept("a", worths(1, 0, -1, 1)), kept("b", worths(1, 1, 1, 1))
    versus = only_versus(compare([a, b]))
    right, wrong = difference(versus, "right"), difference(versus, "wrong")
    assert (right.first.value, right.other.value, right.by.value, right.by.n) == (0.5, 1.0, 0.5, 4)
    assert (wrong.first.value, wrong.other.value, wrong.by.value) == (0.25, 0.0, -0.25)
    assert difference(versus, "gold_recall").by.value is None
    assert not difference(versus, "gold_recall").excludes_zero
    assert len(versus.differences) == len(MEASURES)


def test_more_is_better_of_some_measures_and_worse_of_others() -> None:
    a, b = kept("a", worths(*[-1] * 12), seconds=1.0), kept("b", worths(*[1] * 12), seconds=3.0)
    versus = only_versus(compare([a, b]))
    assert difference(versus, "right").verdict == "better"
    assert difference(versus, "wrong").verdict == "better"
    assert difference(versus, "seconds").verdict == "worse"
    assert difference(versus, "coverage").verdict == "open", "there is no difference"
    back = only_versus(compare([b, a]))
    assert difference(back, "right").verdict == "worse"
    assert difference(back, "seconds").verdict == "better"


def test_nothing_is_decided_by_fewer_than_ten_questions() -> None:
    for n, said in ((9, "few"), (10, "better")):
        right = difference(only_versus(compare([kept("a", worths(*[0] * n)), kept("b", worths(*[1] * n))])), "right")
        assert right.excludes_zero
        assert right.verdict == said


def test_an_interval_that_holds_zero_decides_nothing() -> None:
    a, b = kept("a", worths(*[1, 0] * 10)), kept("b", worths(*[0, 1] * 9, 1, 1))
    right = difference(only_versus(compare([a, b])), "right")
    assert right.by.value == pytest.approx(0.05)
    assert right.by.low < 0 < right.by.high
    assert (right.excludes_zero, right.verdict) == (False, "open")


def test_wins_and_losses_are_counted_by_worth_and_what_nobody_knows_is_left_out() -> None:
    a, b = kept("a", worths(1, 0, -1, 1, None, 0)), kept("b", worths(0, 1, 0, 1, 1, None))
    versus = only_versus(compare([a, b]))
    assert (versus.wins, versus.losses, versus.ties) == (2, 1, 1)
    assert versus.p == 1.0


def test_the_sign_test_is_exact_and_leaves_ties_out() -> None:
    a, b = kept("a", worths(*[0] * 6, 1, 1)), kept("b", worths(*[1] * 6, 1, 1))
    assert only_versus(compare([a, b])).p == pytest.approx(2 / 2**6)
    assert only_versus(compare([a, kept("c", a.worth)])).p == 1.0


def test_those_that_differ_most_come_first() -> None:
    a = kept("a", worths(1, 1, -1, 1, None, 1))
    b = kept("b", worths(1, 0, 1, 1, 0, 1))
    b = kept_with(b, q03=outcome("q03", 1, cites="doc~other"))
    versus = only_versus(compare([a, b]))
    # By 2, by 1, one silent and not the other, other citations, and two alike in the order of their ids.
    assert [one.id for one in versus.questions] == ["q02", "q01", "q04", "q03", "q00", "q05"]
    first = versus.questions[0]
    assert (first.question, first.first_worth, first.other_worth, first.gain) == ("What is q02?", -1, 1, 2)
    assert versus.questions[2].gain is None


def kept_with(run: KeptRun, **outcomes: Outcome) -> KeptRun:
    return KeptRun(
        run.folder, run.meta, run.judged_by, run.questions, {**run.outcomes, **outcomes}, run.scores, run.worth
    )


def test_only_questions_that_all_runs_answered_are_looked_at() -> None:
    a, b = kept("a", worths(1, 0, 0, 0)), kept("b", {"q01": 1, "q00": 1, "q77": 1})
    found = compare([a, b])
    assert found.n == 2
    assert found.standings[0].figures["right"].value == 0.5
    assert difference(only_versus(found), "right").by.value == 0.5
    assert "2 questions of a were not answered in every run, and are left out" in found.warnings
    assert "1 questions of b were not answered in every run, and are left out" in found.warnings
    assert {one.id for one in only_versus(found).questions} == {"q00", "q01"}


def test_each_other_run_is_held_against_the_first() -> None:
    found = compare([kept("a", worths(1)), kept("b", worths(0)), kept("c", worths(-1))])
    assert [(one.first, one.other, one.losses) for one in found.versus] == [("a", "b", 1), ("a", "c", 1)]
    assert [one.name for one in found.standings] == ["a", "b", "c"]
    assert found.warnings == (), "another model alone is no reason to warn"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"store": "s2"}, "the searched store differs: s1 in a, s2 in b"),
        ({"verifier": "lm-1"}, "verifier differs: small-1 in a, lm-1 in b"),
        ({"judged_by": "lm-1"}, "the judge of the scores differs: small-1 in a, lm-1 in b"),
        ({"settings": {"passages": 4}}, "passages differs: 8 in a, 4 in b"),
        ({"settings": {"fusion": "rrf"}}, "fusion differs: convex in a, rrf in b"),
        ({"settings": {"fusion_weight": 0.7}}, "fusion_weight differs: 0.5 in a, 0.7 in b"),
        ({"settings": {"evidence_tokens": 90}}, "evidence_tokens differs: 180 in a, 90 in b"),
        ({"settings": {"embedder": "big"}}, "embedder differs: none in a, big in b"),
        ({"settings": {"min_confidence": 0.4}}, "min_confidence differs: 0.5 in a, 0.4 in b"),
        ({"unscored": 3}, "3 answers of b have no scores yet: run `verispan eval answers` on it"),
    ],
)
def test_what_else_than_the_model_differs_is_a_warning(changes: dict[str, Any], said: str) -> None:
    assert compare([kept("a", worths(1)), kept("b", worths(1), **changes)]).warnings == (said,)


def test_runs_of_other_data_are_refused() -> None:
    with pytest.raises(BadInput, match=r"data_sha256 is aaaaaaaaaaaa of q\.jsonl .*, bbbbbbbbbbbb of q\.jsonl"):
        compare([kept("a", worths(1)), kept("b", worths(1), data_sha256="b" * 64)])


def test_runs_without_a_common_question_and_a_run_named_twice_are_refused() -> None:
    with pytest.raises(BadInput, match="a and b have no question in common"):
        compare([kept("a", {"q01": 1}), kept("b", {"q02": 1})])
    with pytest.raises(BadInput, match="/runs/a is named twice"):
        compare([kept("a", worths(1)), kept("a", worths(1))])


def test_runs_whose_folders_have_one_name_are_told_apart_by_their_paths() -> None:
    a, b = kept("x/run", worths(1)), kept("y/run", worths(1))
    assert [one.name for one in compare([a, b]).standings] == ["/runs/x/run", "/runs/y/run"]


def test_a_front_is_by_right_answers_against_each_cost() -> None:
    free = kept("free", worths(1, 0, 0, 0), cost=0.0, seconds=2.0)
    good = kept("good", worths(1, 1, 1, 0), cost=0.02, seconds=4.0)
    poor = kept("poor", worths(1, 0, 0, 0), cost=0.01, seconds=2.0)
    on = {one.name: one.on_front for one in compare([free, good, poor]).standings}
    assert on["free"] == {"cost_usd": True, "seconds": True}
    assert on["good"] == {"cost_usd": True, "seconds": True}
    assert on["poor"] == {"cost_usd": False, "seconds": True}


def test_a_run_whose_cost_or_quality_is_not_known_is_on_no_front_and_keeps_none_off_it() -> None:
    unpriced = kept("unpriced", worths(1, 1), cost=None)
    unknown = kept("unknown", worths(None, None), cost=0.0)
    priced = kept("priced", worths(1, 0), cost=0.5)
    on = {one.name: one.on_front["cost_usd"] for one in compare([unpriced, unknown, priced]).standings}
    assert on == {"unpriced": None, "unknown": None, "priced": True}


def test_a_run_of_which_some_costs_are_not_known_is_on_no_front() -> None:
    half = kept("half", worths(1, 1), cost=0.1)
    partly = KeptRun(
        half.folder,
        half.meta,
        half.judged_by,
        half.questions,
        half.outcomes,
        {**half.scores, "q01": scored(1, 1.0, None)},
        half.worth,
    )
    on = {one.name: one.on_front["cost_usd"] for one in compare([partly, kept("b", worths(1, 1), cost=1.0)]).standings}
    assert on == {"half": None, "b": True}


def test_how_questions_ended_is_counted() -> None:
    found = compare([kept("a", worths(1, 0, 0)), kept("b", worths(1, 1, -1))])
    assert [dict(one.ended) for one in found.standings] == [{"answered": 1, "abstained": 2}, {"answered": 3}]
