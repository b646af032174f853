"""What each part of the checks is worth: fitted without it on the pairs kept back from training, and measured on a set
that nothing was fitted on.

Run as `python -m eval.ablate --train DIR --data FILE --signals FOLDER`; `eval.fit_checks` keeps what was judged in the
same FOLDER.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from app.checks.calibrate import cap_of_facts
from app.checks.fitted import Fitted
from app.checks.pairs import Pair
from app.services import open_models
from app.settings import load_settings
from eval.fit_checks import (
    ASKED,
    EXPERTS,
    MOST,
    about_which_asked,
    fit,
    fitted_to,
    judged,
    judged_sets,
    probabilities,
    verifiers,
    with_small,
)
from eval.signals import Judged
from eval.verify import read_labelled

ALONE: dict[str, tuple[str, ...]] = {**EXPERTS, "lm": ("language_model",)}
Likely = NDArray[np.float64]


def table(fitted: Sequence[Judged], rows: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Per system, and the same under the fact rung's caps: balanced accuracy at 0.5 and AUROC.

    Where the language model was asked about some of the rows, on these.
    """
    known = about_which_asked(rows)
    rows = known or rows
    systems = ALONE if known else {name: one for name, one in ALONE.items() if name != "lm"}
    found = {name: alone(fitted, rows, names) for name, names in systems.items()}
    served = fitted_to(fitted)
    found["small"] = probabilities(served.small, rows)
    if known:
        found["auto"] = as_served(served, rows)
    capped = {f"{name} + facts": under_caps(likely, rows) for name, likely in found.items()}
    truth = np.array([row.supported for row in rows])
    return {name: figures(truth, likely) for name, likely in {**found, **capped}.items()}


def figures(truth: NDArray[np.bool_], likely: Likely) -> dict[str, float]:
    """Number of rows, balanced accuracy at 0.5, AUROC."""
    balanced = balanced_accuracy_score(truth, likely >= 0.5)
    auroc = roc_auc_score(truth, likely)
    return {"n": len(truth), "balanced_accuracy": round(float(balanced), 4), "auroc": round(float(auroc), 4)}


def alone(fitted: Sequence[Judged], rows: Sequence[Judged], names: Sequence[str]) -> Likely:
    """P(supported) by a regression on the named signals."""
    chosen = about_which_asked(fitted) if "language_model" in names else fitted
    return probabilities(fit(chosen, [row.signals for row in chosen], names), rows)


def as_served(models: Fitted, rows: Sequence[Judged]) -> Likely:
    """P(supported) of the cascade: the language model's opinion counts where the small ones are undecided."""
    small = probabilities(models.small, rows)
    both = [models.large.probability(with_small(row.signals, models.small)) for row in rows]
    return np.array([b if models.low < s < models.high else s for s, b in zip(small, both, strict=True)])


def under_caps(likely: Likely, rows: Sequence[Judged]) -> Likely:
    """The same, no higher than a failed fact rung leaves it."""
    failed = [row.facts["conflict"] or row.facts["missing"] for row in rows]
    caps = [cap_of_facts(bool(row.facts["conflict"])) if one else 1.0 for row, one in zip(rows, failed, strict=True)]
    return np.minimum(likely, caps)


@click.command(help="Measure what each part of the checks is worth.")
@click.option("--train", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, help="The pool.")
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--signals", type=click.Path(file_okay=False, path_type=Path), required=True, help="Kept between runs.")
@click.option("--most", default=1_000_000, help="How many rows are judged, drawn by seed.")
@click.option("--asked", default=0, help="How many of them the language model judges too.")
def main(train: Path, data: Path, signals: Path, most: int, asked: int) -> None:
    """Judge, and print the table as JSON."""
    fitted = [row for found in judged_sets(train, signals, MOST, ASKED).values() for row in found]
    pairs = drawn([(data.stem, pair) for pair in read_labelled(data)], most)
    with closing(open_models(load_settings())) as models:
        rows = judged(pairs, verifiers(models, signals), asked)
    click.echo(json.dumps(table(fitted, rows), indent=1))


def drawn(pairs: Sequence[tuple[str, Pair]], most: int) -> list[tuple[str, Pair]]:
    """At most so many pairs, in an order drawn by seed."""
    order = np.random.default_rng(0).permutation(len(pairs))
    return [pairs[at] for at in order[:most]]


if __name__ == "__main__":
    main()
