"""Fits the three coefficients of `app.checks.overlap` on labelled pairs, and prints them to be put there.

Run as `python -m eval.fit_overlap --data train.jsonl.gz`; some minutes on two cores.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from app.checks.overlap import OverlapVerifier
from app.checks.pairs import Pair, read_pairs
from eval.jsonl import open_text
from ingest.embed import load_embedder

PER_SIDE = 350
"""How many pairs each source gives to either side, so that no source and no label outweighs the others."""

SEED = 0


def fit(verifier: OverlapVerifier, pairs: Sequence[Pair]) -> dict[str, float]:
    """Fit P(supported) = logistic(BIAS + COVERAGE * coverage + COSINE * cosine), both labels weighing the same."""
    overlaps = verifier.measure([("\n\n".join(pair.evidence), pair.claim) for pair in pairs])
    features = np.array([(one.coverage, one.cosine) for one in overlaps])
    supported = np.array([pair.label == "supported" for pair in pairs])
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(features, supported)
    coverage, cosine = (round(float(value), 3) for value in model.coef_[0])
    return {"BIAS": round(float(model.intercept_[0]), 3), "COVERAGE": coverage, "COSINE": cosine}


def sample(pairs: Iterable[tuple[str, Pair]], per_side: int = PER_SIDE) -> list[Pair]:
    """Draw, seeded, up to `per_side` supported pairs and as many others from each source."""
    groups: dict[tuple[str, bool], list[Pair]] = defaultdict(list)
    for source, pair in pairs:
        groups[source, pair.label == "supported"].append(pair)
    draw = random.Random(SEED)  # noqa: S311
    return [pair for _, group in sorted(groups.items()) for pair in draw.sample(group, min(per_side, len(group)))]


@click.command(help="Fit the coefficients of the overlap verifier.")
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def main(data: Path) -> None:
    """Print the coefficients as JSON."""
    with open_text(data) as lines:
        texts = list(lines)
    sources = (str(json.loads(text).get("source", "")) for text in texts)
    chosen = sample(zip(sources, read_pairs(texts), strict=True))
    click.echo(json.dumps(fit(OverlapVerifier(load_embedder()), chosen)))


if __name__ == "__main__":
    main()
