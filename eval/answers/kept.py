"""A run as its folder holds it, with what its answers are worth: all that comparing needs, and no model."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from eval.answers.outcome import Outcome, outcome_of
from eval.answers.runs import SCORES, Meta, Run
from eval.errors import BadData

if TYPE_CHECKING:
    from eval.answers.figures import Scores
    from eval.answers.measure import Measured

_AGAIN = "Run `verispan eval answers` on it, which asks nothing twice"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that was measured. `outcomes`, `questions` (their texts), `scores` and `worth` have the same keys.

    `judged_by` is the verifier that says what is entailed; `unscored` counts the answers that came after the scores.
    """

    folder: Path
    meta: Meta
    judged_by: str
    questions: Mapping[str, str]
    outcomes: Mapping[str, Outcome]
    scores: Scores
    worth: Mapping[str, int | None]
    unscored: int = 0

    def only(self, names: Collection[str]) -> Self:
        """The run with these of its questions, in its own order."""
        return replace(
            self,
            questions={name: text for name, text in self.questions.items() if name in names},
            outcomes={name: one for name, one in self.outcomes.items() if name in names},
            scores={name: one for name, one in self.scores.items() if name in names},
            worth={name: one for name, one in self.worth.items() if name in names},
        )


def read_run(folder: Path) -> KeptRun:
    """Read a run back. Raises BadData when there is none, when it was not measured, and when a file is damaged."""
    run = Run.open(folder)
    found, rows = read_scores(folder), run.rows()
    try:
        return _kept(run, found, rows)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadData(f"{folder}: {SCORES} and the answers do not fit together ({error!r}). {_AGAIN}") from error


def kept_of(measured: Measured, judged_by: str) -> KeptRun:
    """A run that has just been measured, as if it were read back."""
    outcomes = {one.id: one for one in measured.outcomes}
    questions = {one.id: one.question for one in measured.examples}
    run = measured.run
    return KeptRun(run.folder, run.meta, judged_by, questions, outcomes, measured.scores, measured.worths())


def _kept(run: Run, found: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> KeptRun:
    names = list(found["questions"])
    return KeptRun(
        folder=run.folder,
        meta=run.meta,
        judged_by=str(found["summary"]["judged_by"]),
        questions={name: str(rows[name]["answer"]["question"]) for name in names},
        outcomes={name: outcome_of(rows[name]) for name in names},
        scores={name: pairs_of(found["questions"][name]) for name in names},
        worth={name: found["worth"][name] for name in names},
        unscored=len(rows.keys() - found["questions"].keys()),
    )


def read_scores(folder: Path) -> Mapping[str, Any]:
    """What `eval.answers.measure.write_scores` has written. Raises BadData when it is not there or damaged."""
    try:
        found = json.loads((folder / SCORES).read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadData(f"{folder} has no {SCORES}. {_AGAIN}") from error
    except (OSError, ValueError) as error:
        raise BadData(f"{folder / SCORES} cannot be read ({error}). {_AGAIN}") from error
    return found if isinstance(found, dict) else {}


def pairs_of(scores: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The scores of a question: a pair for each measure that says something of it."""
    return {name: (float(amount), float(weight)) for name, (amount, weight) in scores.items()}
