"""`verispan train-verifier`: from labelled pairs and documents to the weights of the cross-encoder."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import reduce
from pathlib import Path
from typing import Any

import click

from app.types import Entailment
from eval.signals import key_of, read_kept
from eval.training.examples import POOL, Example
from eval.training.gather import for_encoder, read_sources, unlabelled
from eval.training.targets import Taught
from eval.training.train import Recipe, encode, train
from eval.training.written import FOLDER

DEFAULT = Recipe()
_DATA = (
    click.option(
        "--data",
        type=click.Path(path_type=Path, exists=True),
        required=True,
        help=f"The pool, or the folder of {POOL}.",
    ),
    click.option("--written", type=click.Path(path_type=Path, exists=True), default=FOLDER, help="Our own claims."),
    click.option("--documents", type=click.Path(path_type=Path, exists=True), multiple=True, help="Files or folders."),
)


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name what is trained on."""
    return reduce(lambda decorated, option: option(decorated), reversed(_DATA), command)


@click.command()
@data_options
@click.option("--taught", type=click.Path(path_type=Path, exists=True), help="What `judge-pairs` wrote.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="An encoder; else the bundled MiniLM.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Checkpoints, then the export, go here.")
@click.option("--epochs", default=DEFAULT.epochs, show_default=True)
@click.option("--steps", default=DEFAULT.steps, help="Training ends after so many batches.")
@click.option("--most", default=6000, show_default=True, help="How many pairs a source may give to a label.")
@click.option("--rate", default=DEFAULT.rate, show_default=True, help="The learning rate at its highest.")
@click.option("--frozen", default=DEFAULT.frozen, show_default=True, help="How many layers stay as they are.")
@click.option("--seed", default=DEFAULT.seed, show_default=True)
def command(
    data: Path,
    written: Path,
    documents: Sequence[Path],
    taught: Path | None,
    start: Path | None,
    out: Path,
    epochs: int,
    steps: int,
    most: int,
    rate: float,
    frozen: int,
    seed: int,
) -> None:
    """Train the verifier's cross-encoder on a pool of labelled pairs, and on pairs made from documents.

    Some sources and a tenth of the others are kept back, to fit the calibration on. With `--taught` it learns what the
    language model thinks of these pairs, and of others that have no label.

    Run again after an interruption, it goes on from its last checkpoint in OUT.
    """
    from eval.training.export import bundled_encoder, export
    from eval.training.model import load_start

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = Recipe(seed=seed, epochs=epochs, steps=steps, rate=rate, frozen=frozen)
    sources = read_sources(data, written, documents)
    examples = [*for_encoder(sources, most, seed), *(unlabelled(sources, seed) if taught else ())]
    said = opinions(examples, taught) if taught else None
    if said is not None and not any(said):
        raise click.UsageError(f"{taught} judges none of these pairs; were they gathered with the same options?")
    logging.info("%d pairs, %d of them judged by the teacher", len(examples), sum(map(bool, said or ())))
    out.mkdir(parents=True, exist_ok=True)
    counts = Counter(f"{one.source}: {one.label}" for one in examples)
    (out / "recipe.json").write_text(json.dumps({**asdict(recipe), "examples": dict(sorted(counts.items()))}, indent=1))
    begun = start or bundled_encoder()
    encoded = encode(load_start(begun)[0], examples, recipe.tokens, said)
    export(train(encoded, begun, out, recipe), begun, out / "export", recipe.tokens)


def opinions(examples: Sequence[Example], path: Path) -> list[Taught | None]:
    """What the language model said of each example, None where it was not asked."""
    kept = read_kept(path)
    found = (kept.get(key_of((one.evidence, one.claim))) for one in examples)
    return [None if one is None else (one.p_supported, one.p_contradicted, _neither(one)) for one in found]


def _neither(said: Entailment) -> float:
    return 1.0 - said.p_supported - said.p_contradicted
