"""How well the checks tell supported claims from the rest, on labelled (evidence, claim) pairs."""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, f1_score, roc_auc_score

from app.checks.pairs import Pair, judge_pairs, read_pairs
from app.types import Verifier
from ingest.errors import BadInput

BINS = 15
"""Bins of equal mass for the expected calibration error."""


def measure_verify(path: Path, verifier: Verifier) -> dict[str, float]:
    """Judge the labelled pairs of a JSON Lines file (`.gz` too), and measure "supported" against every other label.

    Gives `n`, `balanced_accuracy`, `f1` (of the labels), `auroc`, `ece`, `brier` (of the confidence) and
    `pairs_per_second`. Raises BadInput for a row without a label, or where all rows are on one side.
    """
    with open_lines(path) as lines:
        pairs = list(read_pairs(lines))
    truth = _truth(pairs, path)
    started = time.perf_counter()
    judged = list(judge_pairs(pairs, verifier))
    seconds = time.perf_counter() - started
    said = np.array([row["label"] == "supported" for row in judged])
    likely = np.array([row["confidence"] for row in judged], dtype=np.float64)
    return {
        "n": len(pairs),
        "balanced_accuracy": float(balanced_accuracy_score(truth, said)),
        "auroc": float(roc_auc_score(truth, likely)),
        "f1": float(f1_score(truth, said)),
        "ece": expected_calibration_error(truth, likely),
        "brier": float(brier_score_loss(truth, likely)),
        "pairs_per_second": len(pairs) / seconds,
    }


def expected_calibration_error(truth: NDArray[np.bool_], likely: NDArray[np.float64], bins: int = BINS) -> float:
    """The mean gap between confidence and accuracy over bins of equal mass, weighted by their sizes.

    ECE = sum over bins b of n_b / n * |mean(truth_b) - mean(likely_b)| (Naeini et al. 2015; equal-mass bins as in
    Nguyen & O'Connor 2015). Ties may be split between bins, in the order of the sort, which is stable.
    """
    order = np.argsort(likely, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return float(sum(part.size * abs(truth[part].mean() - likely[part].mean()) for part in parts) / truth.size)


def open_lines(path: Path) -> TextIO:
    """Open a text file for reading, unpacked if its name ends in `.gz`."""
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _truth(pairs: Sequence[Pair], path: Path) -> NDArray[np.bool_]:
    for pair in pairs:
        if pair.label is None:
            raise BadInput(f"{path}: the row with id {pair.id!r} has no label")
    truth = np.array([pair.label == "supported" for pair in pairs])
    if not pairs or truth.all() or not truth.any():
        raise BadInput(f"{path}: rows labelled supported and rows labelled otherwise are both needed")
    return truth
