"""Measuring a run: each question's scores, the figures over all and by kind, kept in the run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.answers import correctness, gold
from eval.answers.citations import Entails
from eval.answers.examples import Example, ExampleSet
from eval.answers.figures import Attempt, Figure, Scores, confidence_figures, figures_of, percentiles
from eval.answers.outcome import Outcome, outcome_of
from eval.answers.runs import SCORES, Run
from eval.answers.scores import NOTHING, scores_of, worth
from eval.errors import BadData
from ingest.files import write_whole


@dataclass(frozen=True, slots=True)
class Measured:
    """A run with what its answers are worth. `examples` and `outcomes` are in the same order."""

    run: Run
    examples: Sequence[Example]
    outcomes: Sequence[Outcome]
    scores: Scores
    attempts: Mapping[str, Attempt]

    def figures(self, seed: int = 0) -> dict[str, Figure]:
        """Every figure of the run, over all its questions."""
        return {**figures_of(self.scores, seed), **confidence_figures(list(self.attempts.values()), seed)}

    def by_kind(self, seed: int = 0) -> dict[str, dict[str, Figure]]:
        """The figures over the questions of each kind, where the questions have kinds."""
        kinds = sorted({one.kind for one in self.examples if one.kind})
        return {kind: figures_of(self._of_kind(kind), seed) for kind in kinds}

    def worths(self) -> dict[str, int | None]:
        """What a user makes of each answer: 1 right, 0 needless silence, -1 wrong, None where nobody knows."""
        return {e.id: worth(e, o) for e, o in zip(self.examples, self.outcomes, strict=True)}

    def _of_kind(self, kind: str) -> Scores:
        return {one.id: self.scores[one.id] for one in self.examples if one.kind == kind}


def measure(run: Run, asked: ExampleSet, entails: Entails) -> Measured:
    """Score what a run has answered so far. Raises BadData when it has answered nothing."""
    rows = run.rows()
    examples = [one for one in asked.examples if one.id in rows]
    if not examples:
        raise BadData(f"{run.folder}: no question of {run.meta.data} has been answered there")
    outcomes = [outcome_of(rows[one.id]) for one in examples]
    both = list(zip(examples, outcomes, strict=True))
    scores = {e.id: scores_of(e, o, entails) for e, o in both}
    if any(one.cost_usd is None for one in outcomes):  # what the others cost is not what a question costs
        scores = {name: row | {"cost_usd": NOTHING} for name, row in scores.items()}
    attempts = {e.id: tried for e, o in both if (tried := attempt_of(e, o))}
    return Measured(run, examples, outcomes, scores, attempts)


def attempt_of(example: Example, outcome: Outcome) -> Attempt | None:
    """What confidence is held against; None where nothing was drafted or nobody knows what is right."""
    if not outcome.drafted or example.answerable is None:
        return None
    sure = max(one.confidence for one in outcome.drafted)
    if not example.answerable:
        return Attempt(sure, False)
    if example.gold:
        cited = [one for said in outcome.drafted for one in said.cited]
        outdated = any(gold.hits(one, old) for one in cited for old in example.old)
        return Attempt(sure, gold.recall(cited, example.gold) > 0 and not outdated)
    if not example.references:
        return None
    text = " ".join(one.text for one in outcome.drafted)
    return Attempt(sure, correctness.token_f1(text, example.references) >= 0.5)


def write_scores(measured: Measured, judge: str, seed: int) -> dict[str, Any]:
    """Keep figures and scores in the run's folder, and give the figures as `summary` has them."""
    summary = summarise(measured, judge, seed)
    scores = {name: {m: list(score) for m, score in row.items() if score[1]} for name, row in measured.scores.items()}
    attempts = {name: asdict(one) for name, one in measured.attempts.items()}
    told = summary | {"run": measured.run.folder.name}  # a run may be moved, and a place says who ran it
    kept = {"summary": told, "questions": scores, "worth": measured.worths(), "attempts": attempts}
    write_whole(measured.run.folder / SCORES, json.dumps(kept, indent=1) + "\n")
    return summary


def summarise(measured: Measured, judge: str, seed: int) -> dict[str, Any]:
    """The figures as plain values: each by its name, its interval under `intervals`, how many questions under `counts`.

    Those of each kind of question are under `by_kind`, each with its interval and count. `judged_by` is the verifier
    that says what is entailed. Undefined figures are null.
    """
    figures = measured.figures(seed)
    return {
        "run": str(measured.run.folder),
        "model": measured.run.meta.model,
        "judged_by": judge,
        "n": len(measured.examples),
        **{name: one.value for name, one in figures.items()},
        **{f"seconds_{name}": value for name, value in percentiles([one.seconds for one in measured.outcomes]).items()},
        "intervals": {name: [one.low, one.high] for name, one in figures.items() if one.value is not None},
        "counts": {name: one.n for name, one in figures.items()},
        "by_kind": {
            kind: {name: one.plain() for name, one in found.items() if one.n}
            for kind, found in measured.by_kind(seed).items()
        },
    }
