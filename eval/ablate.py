"""What each part of the checks is worth: fitted without it on the pairs kept back from training, and measured on a set
that nothing was fitted on.

Run as `python -m eval.ablate --fitted SIGNALS --data FILE --signals FILE`; `eval.fit_checks` keeps the SIGNALS.
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

from app.checks.pairs import Pair, read_pairs
from app.services import open_models
from app.settings import load_settings
from eval.fit_checks import LARGE, SMALL, fit
from eval.signals import Judged, judged
from eval.verify import open_lines

FACTS = ("agree", "missing", "conflict")
SYSTEMS: dict[str, tuple[str, ...]] = {
    "facts": FACTS,
    "overlap": ("coverage", "cosine"),
    "cross-encoder": ("cross_encoder", "contradiction"),
    "lm": ("language_model",),
    "small": SMALL,
    "small + facts": (*SMALL, *FACTS),
    "overlap + lm": ("coverage", "cosine", "language_model"),
    "cross-encoder + lm": ("cross_encoder", "contradiction", "language_model"),
    "all": (*LARGE, *FACTS),
    "all but facts": LARGE,
    "all but overlap": ("cross_encoder", "contradiction", "language_model", *FACTS),
    "all but cross-encoder": ("coverage", "cosine", "language_model", *FACTS),
    "all but lm": (*SMALL, *FACTS),
}


def table(fitted: Sequence[Judged], measured: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Per system: balanced accuracy at 0.5 and AUROC on `measured`, on the rows about which all were asked."""
    known = [row for row in measured if "language_model" in row.signals] or list(measured)
    truth = np.array([row.supported for row in known])
    found = {}
    for name, names in SYSTEMS.items():
        likely = predict(fitted, known, names)
        found[name] = {
            "n": len(known),
            "balanced_accuracy": float(balanced_accuracy_score(truth, likely >= 0.5)),
            "auroc": float(roc_auc_score(truth, likely)),
        }
    return found


def predict(fitted: Sequence[Judged], rows: Sequence[Judged], names: Sequence[str]) -> NDArray[np.float64]:
    """P(supported) by a regression on the named features."""
    chosen = [row for row in fitted if "language_model" not in names or "language_model" in row.signals]
    model = fit(chosen, [{**row.signals, **row.facts} for row in chosen], names)
    return np.array([model.probability({**row.signals, **row.facts}) for row in rows])


@click.command(help="Measure what each part of the checks is worth.")
@click.option("--fitted", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--signals", type=click.Path(path_type=Path), required=True, help="What was judged is kept here.")
@click.option("--most", default=1_000_000, help="How many rows are judged, drawn by seed.")
@click.option("--asked", default=0, help="How many of them the language model judges too.")
def main(fitted: Path, data: Path, signals: Path, most: int, asked: int) -> None:
    """Judge, and print the table as JSON."""
    with open_lines(data) as lines:
        pairs = drawn([(data.stem, pair) for pair in read_pairs(lines)], most)
    with closing(open_models(load_settings())) as models:
        small = (models.cross_encoder, models.overlap)
        large = (*small, models.language_model(lambda _: None))
        rows = list(judged(pairs, signals, lambda at: large if at < asked else small))
    kept = [Judged(**json.loads(line)) for line in fitted.read_text("utf-8").splitlines()]
    click.echo(json.dumps(table(kept, rows), indent=1))


def drawn(pairs: Sequence[tuple[str, Pair]], most: int) -> list[tuple[str, Pair]]:
    """At most so many pairs, in an order drawn by seed."""
    order = np.random.default_rng(0).permutation(len(pairs))
    return [pairs[at] for at in order[:most]]


if __name__ == "__main__":
    main()
