"""The report of a run: one page with its scores, its confidence, what changed, and its questions, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from eval.answers import gold
from eval.answers.compare import compare
from eval.answers.examples import Example
from eval.answers.figures import Figure, arrays
from eval.answers.kept import KeptRun, kept_of
from eval.answers.measure import Measured
from eval.answers.outcome import Cited, Outcome
from eval.answers.pages import MOST, became, drawn_differences, render
from eval.answers.plots import risk_coverage
from eval.answers.runs import REPORT
from eval.answers.scores import MEASURES, Measure
from eval.calibration import BINS, reliability, risk_curve
from eval.diagram import reliability_diagram
from ingest.files import write_whole

OF_CONFIDENCE = (
    Measure("auroc", "pairs of a right and a wrong attempt in which the right one is surer"),
    Measure("aurc", "attempts that are wrong among the surest, over all coverages", False),
    Measure("ece", "gap between confidence and the share of attempts that are right", False),
)
"""What `eval.answers.figures.confidence_figures` measures."""

IN_BIN = 10
"""So many attempts at least are in a bin of the reliability diagram, if there are so many; of fewer it says nothing."""

_ORDER = ("wrong", "refused", "failed", "silent", "unknown", "right")
_OF_EVIDENCE = ("gold_recall", "gold_precision", "citation_recall", "citation_precision")
_NOT_OF_ONE = ("coverage", "seconds", "input_tokens", "output_tokens", "refused", "failed", "right", "wrong")
"""Measures that say of one question only what stands beside it anyway."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of scores."""

    name: str
    says: str
    more_is_better: bool
    figure: Figure


@dataclass(frozen=True, slots=True)
class Near:
    """A span that was looked at and not used, and why."""

    id: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with all that is known of it; `marks` says which spans are gold, and which are outdated."""

    example: Example
    outcome: Outcome
    became: str
    scores: Mapping[str, float]
    marks: Mapping[str, str]
    near: tuple[Near, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plots:
    """What confidence is worth, drawn, and how many of the attempts were shown."""

    reliability: Markup
    risk: Markup
    served: int
    attempts: int


def write_report(measured: Measured, summary: Mapping[str, Any], previous: KeptRun | None) -> Path:
    """Write the report into the run's folder: its scores, and what is other than in the previous run, if one is given.

    `summary` is what `write_scores` gave. Raises BadData for a previous run that cannot be compared with this one.
    """
    shown = worst_first(measured)
    context: dict[str, object] = {
        "meta": measured.run.meta,
        "summary": summary,
        "rows": [_row(one, summary) for one in (*MEASURES, *OF_CONFIDENCE)],
        "by_kind": measured.by_kind(),
        "became": {name: Counter(one.became for one in shown)[name] for name in _ORDER},
        "longest": max(one.seconds for one in measured.outcomes),
        "plots": _plots(measured) if measured.attempts else None,
        "examples": shown[:MOST],
        "versus": None,
    }
    path = measured.run.folder / REPORT
    write_whole(path, render("report.html", **context | _changes(measured, summary, previous)))
    return path


def worst_first(measured: Measured) -> list[Shown]:
    """The questions: wrong answers, what the model declined or failed on, needless silences, those of which nobody
    knows, right answers; among equals the worst evidence first, then the surest."""
    rows, worths = measured.run.rows(), measured.worths()
    shown = [
        _shown(example, outcome, worths[example.id], measured.scores[example.id], rows[example.id]["answer"])
        for example, outcome in zip(measured.examples, measured.outcomes, strict=True)
    ]
    return sorted(shown, key=_badness)


def _badness(one: Shown) -> tuple[int, float, float, str]:
    found = [one.scores[name] for name in _OF_EVIDENCE if name in one.scores]
    evidence = sum(found) / len(found) if found and one.became != "wrong" else 1.0
    return _ORDER.index(one.became), evidence, -one.outcome.confidence, one.example.id


def _shown(
    example: Example,
    outcome: Outcome,
    worth: int | None,
    scores: Mapping[str, tuple[float, float]],
    answer: Mapping[str, Any],
) -> Shown:
    values = {name: amount / weight for name, (amount, weight) in scores.items() if weight and name not in _NOT_OF_ONE}
    return Shown(
        example,
        outcome,
        became(outcome.status, worth),
        values,
        _marks(example, [*outcome.near, *(one for said in outcome.drafted for one in said.cited)]),
        tuple(Near(one["id"], one["text"], one["why"]) for one in answer["searched"]["near_misses"]),
        tuple(answer["notes"]),
    )


def _marks(example: Example, spans: Iterable[Cited]) -> dict[str, str]:
    """Which of the spans are gold, and which are outdated, by their ids."""
    wanted = [one for texts in example.gold for one in texts]
    marks = {}
    for span in spans:
        if any(gold.hits(span, one) for one in example.old):
            marks[span.id] = "old"
        elif any(gold.hits(span, one) for one in wanted):
            marks[span.id] = "gold"
    return marks


def _row(measure: Measure, summary: Mapping[str, Any]) -> Row:
    value, n = summary[measure.name], summary["counts"][measure.name]
    low, high = summary["intervals"].get(measure.name, (None, None))
    return Row(measure.name, measure.says, measure.more_is_better, Figure(value, low, high, n))


def _plots(measured: Measured) -> Plots:
    """The reliability diagram of the attempts, and their risk by coverage with the point that was served."""
    truth, likely = arrays(list(measured.attempts.values()))
    ended = {one.id: one.status for one in measured.outcomes}
    served = [one.right for name, one in measured.attempts.items() if ended[name] == "answered"]
    point = (len(served) / truth.size, served.count(False) / len(served)) if served else None
    bins = reliability(truth, likely, max(1, min(BINS, truth.size // IN_BIN)))
    diagram = reliability_diagram(bins, likely, f"Reliability: n = {truth.size}", "attempts", "right")
    risk = risk_coverage(risk_curve(truth, likely), point, "Risk by coverage")
    return Plots(Markup(diagram), Markup(risk), len(served), truth.size)  # noqa: S704  # both escape what they say


def _changes(measured: Measured, summary: Mapping[str, Any], previous: KeptRun | None) -> dict[str, object]:
    """What the template needs about the run before; nothing without one."""
    if previous is None:
        return {}
    found = compare((previous, kept_of(measured, summary["judged_by"])))
    [versus] = found.versus
    return {"versus": versus, "warnings": found.warnings, "forest": drawn_differences(versus)}
