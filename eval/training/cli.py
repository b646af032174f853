"""`verispan train-verifier`: from labelled pairs and documents to the weights of the cross-encoder."""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path

import click

from app.checks.windows import SHORT_BYTES, gathered, is_long
from eval.training.examples import POOL, Example, drawn, is_kept_back, read_pool
from eval.training.made import doubled, from_sentences, mixed, turned
from eval.training.train import Recipe, encode, train
from eval.training.written import FOLDER, read_written

DEFAULT = Recipe()
REPEATS = 4
"""How often our own claims are shown; those of long evidence half as often, since they cost three times as much."""


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), required=True, help=f"The pool, or the folder of {POOL}."
)
@click.option("--written", type=click.Path(path_type=Path, exists=True), default=FOLDER, help="Our own claims.")
@click.option("--documents", type=click.Path(path_type=Path, exists=True), multiple=True, help="Files or folders.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="An encoder; else the bundled MiniLM.")
@click.option("--earlier", type=click.Path(path_type=Path, exists=True), help="OUT of a training to go on from.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Checkpoints, then the export, go here.")
@click.option("--epochs", default=DEFAULT.epochs, show_default=True)
@click.option("--steps", default=DEFAULT.steps, help="Training ends after so many batches.")
@click.option("--most", default=1_000_000, help="How many examples a source may give to a label.")
@click.option("--repeats", default=REPEATS, show_default=True, help="How often our own claims are shown.")
@click.option("--rate", default=DEFAULT.rate, show_default=True, help="The learning rate at its highest.")
@click.option("--frozen", default=DEFAULT.frozen, show_default=True, help="How many layers stay as they are.")
@click.option("--seed", default=DEFAULT.seed, show_default=True)
def command(
    data: Path,
    written: Path,
    documents: Sequence[Path],
    start: Path | None,
    earlier: Path | None,
    out: Path,
    epochs: int,
    steps: int,
    most: int,
    repeats: int,
    rate: float,
    frozen: int,
    seed: int,
) -> None:
    """Train the verifier's cross-encoder on a pool of labelled pairs, and on pairs made from documents.

    Some sources and a tenth of the others are kept back, to fit the calibration on.

    Run again after an interruption, it goes on from its last checkpoint in OUT.
    """
    from eval.training.export import bundled_encoder, export
    from eval.training.model import load_start
    from eval.training.sentences import sentences_of

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = Recipe(seed=seed, epochs=epochs, steps=steps, rate=rate, frozen=frozen)
    pool = [one for one in read_pool(data) if not is_kept_back(one)]
    own = [one for one in read_written(written) if not is_kept_back(one)]
    examples = [*capped(gather(pool, own, sentences_of(documents), seed), most, seed), *repeated(own, repeats)]
    out.mkdir(parents=True, exist_ok=True)
    counts = Counter(f"{one.source}: {one.label}" for one in examples)
    (out / "recipe.json").write_text(json.dumps({**asdict(recipe), "examples": dict(sorted(counts.items()))}, indent=1))
    encoded = encode(load_start(start or bundled_encoder())[0], examples, recipe.tokens)
    model = train(encoded, start or bundled_encoder(), out, recipe, earlier)
    export(model, start or bundled_encoder(), out / "export", recipe.tokens)


def gather(
    pool: Sequence[Example], own: Sequence[Example], documents: Sequence[Sequence[str]], seed: int
) -> list[Example]:
    """The pool and all that is made from it, from our own claims and from documents, in a fixed order."""
    draw = random.Random(seed)  # noqa: S311
    both = [*pool, *(one for one in own if not is_long(one.evidence))]
    made = (mixed(both, draw), turned(both, draw), doubled(both, draw, 4000), from_sentences(documents, draw))
    return [*pool, *chain.from_iterable(made)]


def repeated(own: Sequence[Example], times: int) -> Iterator[Example]:
    """Our own claims, several times, with what the model will read of their evidence."""
    for one in own:
        shown = replace(one, evidence=gathered(one.evidence, one.claim, SHORT_BYTES))
        yield from [shown] * (max(1, times // 2) if is_long(one.evidence) else times)


def capped(examples: Sequence[Example], most: int, seed: int) -> list[Example]:
    """At most so many examples of each source and label, drawn by the seed, in the order they had."""
    places = drawn(examples, most, random.Random(seed))  # noqa: S311
    return [examples[place] for place in sorted(places)]
