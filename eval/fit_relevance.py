"""Fits `app.relevance`: which spans of the curated store answer the questions that were written about it.

Run `verispan ingest corpus --store DIR`, then `python -m eval.fit_relevance --store DIR`. Prints the constants, and
what they do to questions that they were not fitted on (ten folds by question).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from app.evidence import candidates, subject_of
from app.retrieve import Filters, retrieve
from app.services import Services, open_services
from app.settings import Settings

QUESTIONS = Path(__file__).parent / "data" / "corpus_questions.jsonl"


@dataclass(frozen=True, slots=True)
class Example:
    """One span that was a candidate for one question; `right` when it is the sentence that answers it."""

    question: str
    answerable: bool
    features: NDArray[np.float64]
    right: bool


def examples(services: Services) -> Iterator[Example]:
    """The candidates of every question; one whose answer is not among them is left out."""
    view = services.view()
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked, answer = row["question"], row["answer"] and _plain(row["answer"])
        hits = retrieve(asked, view, Filters(), services.settings, services.settings.passages)
        found = candidates(asked, hits)
        features = services.relevance.features(asked, [subject_of(one.span, one.title) for one in found])
        right = [bool(answer) and _same(_plain(one.span.text), answer) for one in found]
        if any(right) or not answer:
            yield from (Example(row["id"], bool(answer), f, r) for f, r in zip(features, right, strict=True))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _same(span: str, answer: str) -> bool:
    return len(span) > 20 and (span in answer or answer in span)


@click.command()
@click.option("--store", type=click.Path(path_type=Path, exists=True), required=True)
def main(store: Path) -> None:
    """Fit, and print what to put into `app/relevance.py`."""
    rows = list(examples(open_services(Settings(store=store, model="extractive", verifier="overlap"))))
    inputs, right = np.stack([one.features for one in rows]), np.array([one.right for one in rows])
    groups = np.array([one.question for one in rows])
    model = LogisticRegression(C=10, max_iter=1000)
    folds = cross_val_predict(model, inputs, right, groups=groups, cv=GroupKFold(10), method="predict_proba")[:, 1]
    model.fit(inputs, right)
    click.echo(f"weights {model.coef_[0].round(2).tolist()} bias {model.intercept_.round(2).tolist()}")
    click.echo(f"AUROC over spans, unseen questions: {roc_auc_score(right, folds):.3f}")
    for threshold in (0.05, 0.1, 0.15, 0.2):
        click.echo(_at(threshold, rows, folds))


def _at(threshold: float, rows: list[Example], scores: NDArray[np.float64]) -> str:
    """The share of questions with and without an answer for which some span reaches the threshold."""
    passed = {one.question for one, score in zip(rows, scores, strict=True) if score >= threshold}
    with_answer = {one.question for one in rows if one.answerable}
    without = {one.question for one in rows} - with_answer
    shift = float(np.log((1 - threshold) / threshold))
    return (
        f"at {threshold}: answered {len(passed & with_answer) / len(with_answer):.2f} of {len(with_answer)}, "
        f"{len(passed & without) / len(without):.2f} of {len(without)} without an answer; add {shift:.2f} to the bias"
    )


if __name__ == "__main__":
    main()
