"""The loop that teaches the local language model to check claims: an adapter learns the answer to each prompt."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from eval.training.decoder import Decoder
from eval.training.loop import padded, update
from eval.training.targets import loss_of

_LOG = logging.getLogger(__name__)

Prompt = tuple[list[int], int]
"""Token ids, and the target as in `eval.training.targets`."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the training of an adapter depends on, beside its prompts. It passes over them once.

    A batch holds at most `batch_tokens` tokens, padding included.
    """

    seed: int = 0
    rank: int = 8
    scale: float = 2.0
    rate: float = 2e-4
    warm_up: float = 0.05
    batch_tokens: int = 8192


def teach(decoder: Decoder, prompts: Sequence[Prompt], lesson: Lesson) -> None:
    """Train the adapters of a decoder on prompts, with AdamW and a linear warm-up and decay."""
    learnt = [one for one in decoder.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=lesson.rate, weight_decay=0.0)
    plan = list(batches(prompts, lesson.batch_tokens, lesson.seed))
    for step, batch in enumerate(plan):
        loss = loss_of(_logits(decoder, [ids for ids, _ in batch]), [target for _, target in batch])
        share = min((step + 1) / (len(plan) * lesson.warm_up), 1 - step / len(plan))
        update(optimizer, loss, lesson.rate * share, learnt)
        if step % 50 == 0:
            _LOG.info("step %d of %d, loss %.3f", step, len(plan), loss.item())


def answered(decoder: Decoder, prompts: Sequence[Sequence[int]], batch_tokens: int) -> torch.Tensor:
    """The log-probabilities of the answers to each prompt, in order: shape (prompts, answers), float32, on the CPU."""
    found = torch.zeros(len(prompts), len(decoder.answers))
    order = sorted(range(len(prompts)), key=lambda at: len(prompts[at]))
    with torch.no_grad():
        for places in _cut(order, [len(ids) for ids in prompts], batch_tokens):
            found[places] = _logits(decoder, [prompts[at] for at in places]).log_softmax(1).cpu()
    return found


def batches(prompts: Sequence[Prompt], batch_tokens: int, seed: int) -> Iterator[list[Prompt]]:
    """Batches of one pass: shuffled by the seed, yet each of prompts of like length, so that little is padded."""
    draw = random.Random(seed)  # noqa: S311
    order = draw.sample(range(len(prompts)), len(prompts))
    lengths = [len(ids) for ids, _ in prompts]
    found: list[list[int]] = []
    for begin in range(0, len(order), 4096):
        near = sorted(order[begin : begin + 4096], key=lambda at: lengths[at])
        found += _cut(near, lengths, batch_tokens)
    draw.shuffle(found)
    for places in found:
        yield [prompts[at] for at in places]


def _cut(order: Sequence[int], lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Cut an order of prompts, from short to long, into batches that fit."""
    batch: list[int] = []
    for at in order:
        if batch and lengths[at] * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _logits(decoder: Decoder, prompts: Sequence[Sequence[int]]) -> torch.Tensor:
    """The logits of the answers to the prompts of a batch: shape (prompts, answers)."""
    lengths = torch.tensor([len(ids) for ids in prompts], device=decoder.device)
    found: torch.Tensor = decoder(padded(prompts, decoder.device), lengths)
    return found
