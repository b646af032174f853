"""Runs head to head on the same questions: what differs by every measure, who wins what, quality against cost.

The first run is compared with each other one. All figures are over the questions that every run has been asked, so
that they can be set side by side. What makes a comparison unlike for like is said in its warnings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scipy.stats import binomtest

from eval.answers.figures import FEW, Figure, differences, figures_of
from eval.answers.kept import KeptRun
from eval.answers.outcome import Outcome
from eval.answers.pareto import front
from eval.answers.scores import MEASURES, Measure
from eval.errors import BadData

Verdict = Literal["better", "worse", "open", "few"]

COSTS = {"cost_usd": "dollars for a question", "seconds": "seconds for a question"}
"""What quality is held against, in words for an axis."""

_OF_THE_MODEL = ("model", "model_url", "weights", "verifier")
"""Settings that are what is compared, or that the name of the checks has."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in two runs. `by` is what the other has more than the first, paired by question."""

    measure: Measure
    first: Figure
    other: Figure
    by: Figure

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval of the difference leaves no difference out."""
        return self.by.low is not None and self.by.high is not None and not self.by.low <= 0 <= self.by.high

    @property
    def verdict(self) -> Verdict:
        """What the difference says of the other run; `open` where chance may explain it."""
        if not self.excludes_zero:
            return "open"
        if min(self.first.n, self.other.n) < FEW:
            return "few"
        return "better" if ((self.by.value or 0.0) > 0) == self.measure.more_is_better else "worse"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what became of it in two runs, and what that is worth."""

    id: str
    question: str
    first: Outcome
    other: Outcome
    first_worth: int | None
    other_worth: int | None

    @property
    def gain(self) -> int | None:
        """How much more the other answer is worth; None where nobody knows."""
        if self.first_worth is None or self.other_worth is None:
            return None
        return self.other_worth - self.first_worth


@dataclass(frozen=True, slots=True)
class Versus:
    """The first run against another. `wins` are questions whose answer is worth more in the other; `p` is that of the
    exact sign test. `questions` has those first that differ most."""

    first: str
    other: str
    differences: tuple[Difference, ...]
    wins: int
    losses: int
    ties: int
    p: float
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A run among the others: how its questions ended, its figures, and by which of COSTS it is on the Pareto front
    (None where its quality or its cost is not known)."""

    name: str
    run: KeptRun
    ended: Mapping[str, int]
    figures: Mapping[str, Figure]
    on_front: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side, over `n` questions that all of them were asked."""

    n: int
    warnings: tuple[str, ...]
    standings: tuple[Standing, ...]
    versus: tuple[Versus, ...]


def compare(runs: Sequence[KeptRun]) -> Comparison:
    """Compare the first of the runs with each other one. Raises BadData when they cannot be compared."""
    names = _names(runs)
    _require_same_data(names, runs)
    shared = [name for name in runs[0].scores if all(name in run.scores for run in runs)]
    if not shared:
        raise BadData(f"{' and '.join(names)} have no question in common: ask them the same sample")
    kept = [run.only(set(shared)) for run in runs]
    figures = [figures_of({name: run.scores[name] for name in shared}) for run in kept]
    others = range(1, len(kept))
    return Comparison(
        len(shared),
        tuple(_warnings(names, runs, len(shared))),
        _standings(names, kept, figures),
        tuple(_versus((names[0], names[at]), (kept[0], kept[at]), (figures[0], figures[at])) for at in others),
    )


def _names(runs: Sequence[KeptRun]) -> list[str]:
    """What the runs are called: their folders' names, or the whole paths where two have one name."""
    folders = [run.folder.resolve() for run in runs]
    if len(set(folders)) < len(folders):
        twice = next(one for one in folders if folders.count(one) > 1)
        raise BadData(f"{twice} is named twice: name runs that differ")
    short = [one.name for one in folders]
    return short if len(set(short)) == len(short) else [str(one) for one in folders]


def _require_same_data(names: Sequence[str], runs: Sequence[KeptRun]) -> None:
    first = runs[0].meta
    for name, run in zip(names[1:], runs[1:], strict=True):
        if run.meta.data_sha256 != first.data_sha256:
            raise BadData(
                f"{names[0]} and {name} were not asked the same questions: data_sha256 is {first.data_sha256[:12]} of"
                f" {first.data} in the one, {run.meta.data_sha256[:12]} of {run.meta.data} in the other. Compare runs"
                " of the same file"
            )


def _warnings(names: Sequence[str], runs: Sequence[KeptRun], shared: int) -> Iterator[str]:
    """What else than the model differs from the first run, and which answers the comparison leaves out."""
    first = _conditions(runs[0])
    for name, run in zip(names[1:], runs[1:], strict=True):
        theirs = _conditions(run)
        for what in sorted(first.keys() | theirs.keys()):
            if first.get(what) != theirs.get(what):
                yield f"{what} differs: {_said(first, what)} in {names[0]}, {_said(theirs, what)} in {name}"
    for name, run in zip(names, runs, strict=True):
        if left := len(run.scores) - shared:
            yield f"{left} questions of {name} were not answered in every run, and are left out"
        if run.unscored:
            yield f"{run.unscored} answers of {name} have no scores yet: run `verispan eval answers` on it"


def _said(conditions: Mapping[str, Any], what: str) -> Any:
    value = conditions.get(what)
    return "none" if value in ("", None) else value


def _conditions(run: KeptRun) -> dict[str, Any]:
    meta = run.meta
    settings = {name: value for name, value in meta.settings.items() if name not in _OF_THE_MODEL}
    of_run = {"the searched store": meta.store, "verifier": meta.verifier, "version": meta.version}
    return settings | of_run | {"the judge of the scores": run.judged_by}


def _standings(
    names: Sequence[str], runs: Sequence[KeptRun], figures: Sequence[Mapping[str, Figure]]
) -> tuple[Standing, ...]:
    fronts = {cost: _on_front(cost, figures) for cost in COSTS}
    return tuple(
        Standing(
            name,
            run,
            Counter(one.status for one in run.outcomes.values()),
            found,
            {cost: on[at] for cost, on in fronts.items()},
        )
        for at, (name, run, found) in enumerate(zip(names, runs, figures, strict=True))
    )


def _on_front(cost: str, figures: Sequence[Mapping[str, Figure]]) -> list[bool | None]:
    """Whether each run is on the front. A run of whose questions some have no known cost is not held against others."""
    places: dict[int, tuple[float, float]] = {}
    for at, found in enumerate(figures):
        right, dear = found["right"].value, found[cost].value
        if right is not None and dear is not None and found[cost].n == found["coverage"].n:
            places[at] = (right, dear)
    on = dict(zip(places, front(list(places.values())), strict=True))
    return [on.get(at) for at in range(len(figures))]


def _versus(
    names: tuple[str, str], runs: tuple[KeptRun, KeptRun], figures: tuple[Mapping[str, Figure], Mapping[str, Figure]]
) -> Versus:
    by = differences(runs[0].scores, runs[1].scores)
    found = (Difference(one, figures[0][one.name], figures[1][one.name], by[one.name]) for one in MEASURES)
    questions = sorted((_asked(name, *runs) for name in runs[0].outcomes), key=_sameness)
    gains = [one.gain for one in questions if one.gain is not None]
    wins, losses = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    p = float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
    return Versus(*names, tuple(found), wins, losses, len(gains) - wins - losses, p, tuple(questions))


def _asked(name: str, first: KeptRun, other: KeptRun) -> Asked:
    return Asked(
        name,
        first.questions[name],
        first.outcomes[name],
        other.outcomes[name],
        first.worth[name],
        other.worth[name],
    )


def _sameness(one: Asked) -> tuple[int, bool, float, bool, str]:
    """Least for answers that differ most: in worth, in how they ended, in what they cite, in words."""
    ours, theirs = ({c.id for said in side.shown for c in said.cited} for side in (one.first, one.other))
    common = len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0
    ended = one.first.status == one.other.status
    return -abs(one.gain or 0), ended, common, one.first.text == one.other.text, one.id
