"""How well the checks tell supported claims from the rest, on labelled (evidence, claim) pairs."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from app.checks.pairs import BATCH, Pair, judge, read_pairs
from app.types import Verdict, Verifier
from eval import calibration
from eval.calibration import Scores, Truth, interval
from eval.errors import BadData
from eval.jsonl import open_text

MIN_CONFIDENCE = 0.5
SEED = 0
COVERAGES = (0.25, 0.5, 0.75, 1.0)
"""The shares of the claims, most confident first, at which the risk is given."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Labelled pairs with their verdicts, in order, and how long these took."""

    pairs: Sequence[Pair]
    verdicts: Sequence[Verdict]
    seconds: float

    @property
    def truth(self) -> Truth:
        """Which claims are labelled supported."""
        return np.array([pair.label == "supported" for pair in self.pairs])

    @property
    def confidence(self) -> Scores:
        """The confidence of each claim."""
        return np.array([one.confidence for one in self.verdicts], dtype=np.float64)

    @property
    def said(self) -> Scores:
        """1 for each claim that the checks call supported, else 0."""
        return np.array([one.label == "supported" for one in self.verdicts], dtype=np.float64)


def measure_verify(
    path: Path, verifier: Verifier, min_confidence: float = MIN_CONFIDENCE, sample: int | None = None, seed: int = SEED
) -> dict[str, Any]:
    """Judge the labelled pairs of a file, or a seeded sample of them, and measure them as `figures` does."""
    return figures(judge_all(read_labelled(path, sample, seed), verifier, min_confidence), min_confidence, seed)


def read_labelled(path: Path, sample: int | None = None, seed: int = SEED) -> list[Pair]:
    """Read the labelled pairs of a JSON Lines file (`.gz` too), or `sample` of them, in the file's order.

    Raises BadData for a row without a label, or where all rows are on one side.
    """
    with open_text(path) as lines:
        pairs = list(read_pairs(lines))
    if sample is not None and sample < len(pairs):
        chosen = random.Random(seed).sample(range(len(pairs)), sample)  # noqa: S311  # not for secrets
        pairs = [pairs[place] for place in sorted(chosen)]
    _check_labels(pairs, path)
    return pairs


def judge_all(pairs: Sequence[Pair], verifier: Verifier, min_confidence: float = MIN_CONFIDENCE) -> Judged:
    """Judge pairs in batches, as the command `check --jsonl` does."""
    started = time.perf_counter()
    batches = (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))
    verdicts = [verdict for batch in batches for verdict in judge(batch, verifier, min_confidence)]
    return Judged(pairs, verdicts, time.perf_counter() - started)


def figures(judged: Judged, min_confidence: float = MIN_CONFIDENCE, seed: int = SEED) -> dict[str, Any]:
    """Measure "supported" against every other label.

    `balanced_accuracy` and `f1` are of the labels, which depend on `threshold`; `auroc`, `ece`, `ece_debiased`, `brier`
    and the risks are of the confidence. The risk at a coverage is the share of unsupported claims among so large a
    share of the most confident; `aurc` is its mean over all coverages. What ends in `_95` is a bootstrap interval.
    """
    truth, likely, said = judged.truth, judged.confidence, judged.said
    curve = calibration.risk_curve(truth, likely)
    return {
        "n": truth.size,
        "threshold": min_confidence,
        "balanced_accuracy": calibration.balanced_accuracy(truth, said),
        "balanced_accuracy_95": interval(calibration.balanced_accuracy, truth, said, seed),
        "auroc": calibration.auroc(truth, likely),
        "auroc_95": interval(calibration.auroc, truth, likely, seed),
        "f1": float(f1_score(truth, said > 0)),
        "ece": calibration.expected_calibration_error(truth, likely),
        "ece_debiased": calibration.debiased_calibration_error(truth, likely),
        "brier": calibration.brier_score(truth, likely),
        "risk_at_coverage": {str(share): calibration.risk_at(curve, share) for share in COVERAGES},
        "aurc": float(curve.mean()),
        "aurc_95": interval(calibration.area_under_risk, truth, likely, seed),
        "pairs_per_second": truth.size / judged.seconds,
        "ms_per_claim": 1000 * judged.seconds / truth.size,
    }


def rows_of(judged: Judged) -> Iterator[dict[str, Any]]:
    """Each row with its verdict and what every check found, so that wrong verdicts can be read."""
    for pair, verdict in zip(judged.pairs, judged.verdicts, strict=True):
        yield {
            "id": pair.id,
            "label": verdict.label,
            "truth": pair.label,
            "confidence": verdict.confidence,
            "reason": verdict.reason,
            "claim": pair.claim,
            "evidence": list(pair.evidence),
            "checks": [{"name": one.name, "passed": one.passed, "detail": one.detail} for one in verdict.checks],
        }


def write_rows(judged: Judged, path: Path) -> None:
    """Write `rows_of` as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows_of(judged))


def _check_labels(pairs: Sequence[Pair], path: Path) -> None:
    for pair in pairs:
        if pair.label is None:
            raise BadData(f"{path}: the row with id {pair.id!r} has no label")
    if len({pair.label == "supported" for pair in pairs}) < 2:
        raise BadData(f"{path}: rows labelled supported and rows labelled otherwise are both needed")
