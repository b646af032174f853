"""`verispan train-adapter` and `verispan judge-pairs`: the language model learns to check claims, and then teaches."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.checks.adapter import ADAPTER, CARD
from app.settings import load_settings
from app.weights import QWEN, find_weights, is_verified
from eval.training.cli import data_options
from eval.training.gather import for_adapter, for_encoder, read_sources, unlabelled

if TYPE_CHECKING:
    from eval.training.decoder import Decoder
    from eval.training.prompts import Prompts

BUDGETS = (700, 1000, 1000, 1600)
"""How many bytes of long evidence are shown, drawn for each prompt, so that less or more is nothing new."""

JUDGED_TOKENS = 32768
"""A batch that is only read takes less memory than one that is learnt from."""


@click.command("train-adapter")
@data_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The adapter and its card go here.")
@click.option("--most", default=35_000, show_default=True, help="Training ends after so many pairs.")
@click.option("--rank", default=8, show_default=True, help="The rank of each adapter.")
@click.option("--rate", default=2e-4, show_default=True, help="The learning rate at its highest.")
@click.option("--seed", default=0, show_default=True)
def train_adapter(
    data: Path,
    written: Path,
    documents: Sequence[Path],
    out: Path,
    most: int,
    rank: int,
    rate: float,
    seed: int,
) -> None:
    """Train the local language model's adapter: it learns to say A, B or C of evidence and claim.

    Some minutes on a GPU with 40 GB, days without one.
    """
    import torch

    from eval.training.adapt import Lesson, teach
    from eval.training.adapter_file import write_adapter, write_card
    from eval.training.prompts import Prompts
    from eval.training.targets import TARGETS

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    lesson = Lesson(seed=seed, rank=rank, rate=rate)
    weights = _weights()
    prompts = Prompts(weights)
    draw = random.Random(seed)  # noqa: S311
    examples = for_adapter(read_sources(data, written, documents), seed)[:most]
    decoder = _decoder(weights, prompts, lesson.rank, lesson.scale)
    taught = [
        (prompts.ids(one.evidence, one.claim, draw.choice(BUDGETS)), TARGETS[one.label])
        for one in examples
        if one.label is not None
    ]
    teach(decoder, taught, lesson)
    write_adapter(out / ADAPTER, decoder.matrices(), lesson.scale)
    write_card(out / CARD, out / ADAPTER, QWEN.sha256, rank)


@click.command("judge-pairs")
@data_options
@click.option("--adapter", type=click.Path(path_type=Path, exists=True), required=True, help="The adapter's GGUF file.")
@click.option("--signals", type=click.Path(path_type=Path), required=True, help="The folder of kept judgements.")
@click.option("--most", default=6000, show_default=True, help="How many pairs a source may give to a label.")
@click.option("--seed", default=0, show_default=True)
def judge_pairs(
    data: Path, written: Path, documents: Sequence[Path], adapter: Path, signals: Path, most: int, seed: int
) -> None:
    """Let the adapted language model judge what the cross-encoder is trained on, and what the checks are fitted on.

    The file's name is printed: `verispan train-verifier --taught FILE` learns from it, and `eval.fit_checks --signals`
    finds it in the folder. Minutes on a GPU.
    """
    from eval.fit_checks import judgements_in, pairs_to_judge
    from eval.training.adapter_file import read_adapter
    from eval.training.prompts import Prompts

    sources = read_sources(data, written, documents)
    examples = [*for_encoder(sources, most, seed), *unlabelled(sources, seed)]
    pairs = list(dict.fromkeys([*pairs_to_judge(data), *((one.evidence, one.claim) for one in examples)]))
    weights, (matrices, scale) = _weights(), read_adapter(adapter)
    prompts = Prompts(weights)
    decoder = _decoder(weights, prompts, len(next(iter(matrices.values()))[0]), scale)
    decoder.load(matrices)
    signals.mkdir(parents=True, exist_ok=True)
    with judgements_in(signals).open("w", encoding="utf-8") as lines:
        lines.writelines(_lines(decoder, prompts, pairs))
    click.echo(judgements_in(signals))


def _lines(decoder: Decoder, prompts: Prompts, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The judgement of each pair as a line of a file of kept judgements."""
    from app.checks.language_model import ANSWERS, TAUGHT, entailment
    from eval.signals import kept_line
    from eval.training.adapt import answered

    found = answered(decoder, prompts.all_ids(pairs), JUDGED_TOKENS).exp().tolist()
    for pair, likely in zip(pairs, found, strict=True):
        yield kept_line(pair, entailment(dict(zip(ANSWERS, likely, strict=True)), TAUGHT))


def _weights() -> Path:
    """The bundled model's weights: an adapter is for no other."""
    weights = find_weights(load_settings())
    if weights is None or not is_verified(weights, QWEN):
        raise click.UsageError(
            f"{QWEN.name} is not there; fetch it by `python -m app.weights`, without VERISPAN_WEIGHTS"
        )
    return weights


def _decoder(weights: Path, prompts: Prompts, rank: int, scale: float) -> Decoder:
    import torch

    from eval.training.decoder import load_decoder

    return load_decoder(weights, prompts.answers, rank, scale, "cuda" if torch.cuda.is_available() else "cpu")
