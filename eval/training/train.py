"""The training loop: a small transformer reads evidence and claim together and says which of three things holds.

Cross-entropy over supported, contradicted and neutral; where a source knows only "not supported", the probability of
the two others together is what is raised (marginal likelihood). AdamW (Loshchilov and Hutter 2019) with a linear
warm-up and decay; batches of pairs of like length.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.checks.windows import SHORT_BYTES, gathered
from eval.training.loop import padded, update
from eval.training.targets import TARGETS, Taught, loss_of

if TYPE_CHECKING:
    import torch

    from eval.training.examples import Example

CHECKPOINT = "checkpoint"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run depends on, beside its examples.

    It ends after `steps` batches or `epochs` passes, whichever comes first. Pairs of more than `tokens` are left out.
    The first `frozen` layers stay as they were, as the embeddings do.
    """

    seed: int = 0
    epochs: int = 5
    steps: int = 1_000_000
    batch: int = 128
    rate: float = 2e-4
    warm_up: float = 0.06
    tokens: int = 200
    frozen: int = 0
    save_every: int = 200


Encoded = tuple[list[int], list[int], int | None, Taught | None]
"""Token ids, segment ids, target, and what the teacher says."""


def train(encoded: Sequence[Encoded], start: Path, folder: Path, recipe: Recipe) -> Any:
    """Train the model of `start`, a folder of a BERT-like encoder, and give it back; on a GPU where there is one.

    A checkpoint is kept in `folder` every so many steps and at the end, and training goes on from it: the order of
    batches follows from the seed alone, and on a CPU the whole training does. Needs torch.
    """
    import torch

    from eval.training.model import load_start, trainable

    torch.manual_seed(recipe.seed)
    model = load_start(start)[1].to("cuda" if torch.cuda.is_available() else "cpu")
    plan = [batch for epoch in range(recipe.epochs) for batch in batches(encoded, recipe, epoch)][: recipe.steps]
    optimizer = torch.optim.AdamW(trainable(model, recipe.frozen), lr=recipe.rate, weight_decay=0.01)
    done = _resume(folder, model, optimizer)
    model.train()
    total = 0.0
    for step in range(done, len(plan)):
        loss = loss_on(model, plan[step])
        update(optimizer, loss, recipe.rate * _share(step, len(plan), recipe.warm_up), model.parameters())
        total += loss.item()
        if (step + 1) % recipe.save_every == 0 or step + 1 == len(plan):
            _LOG.info("step %d of %d, loss %.3f", step + 1, len(plan), total / (step % recipe.save_every + 1))
            total = 0.0
            _save(folder, model, optimizer, step + 1)
    return model.cpu().eval()


def encode(
    tokenizer: Any, examples: Sequence[Example], most: int, taught: Sequence[Taught | None] | None = None
) -> list[Encoded]:
    """Tokenise pairs as they are read when they are checked: of long evidence what is nearest to the claim.

    Pairs of more than `most` tokens are left out: cut, they might lose what their label rests on. So are those that
    have neither a label nor a teacher's opinion.
    """
    shown = [gathered(one.evidence, one.claim, SHORT_BYTES) for one in examples]
    texts = tokenizer(shown, [one.claim for one in examples])
    targets = [TARGETS[one.label] if one.label else None for one in examples]
    said = taught or [None] * len(examples)
    encoded = zip(texts["input_ids"], texts["token_type_ids"], targets, said, strict=True)
    return [one for one in encoded if len(one[0]) <= most and (one[2] is not None or one[3])]


def batches(encoded: Sequence[Encoded], recipe: Recipe, epoch: int) -> Iterator[list[Encoded]]:
    """Batches of one epoch: shuffled, yet each of pairs of like length, so that little is padded."""
    draw = random.Random(f"{recipe.seed}-{epoch}")  # noqa: S311
    order = draw.sample(range(len(encoded)), len(encoded))
    wide = recipe.batch * 64
    found = []
    for begin in range(0, len(order), wide):
        near = sorted(order[begin : begin + wide], key=lambda at: len(encoded[at][0]))
        found += [near[at : at + recipe.batch] for at in range(0, len(near), recipe.batch)]
    draw.shuffle(found)
    for batch in found:
        yield [encoded[at] for at in batch]


def loss_on(model: Any, batch: Sequence[Encoded]) -> torch.Tensor:
    """The mean loss of a batch."""
    device = next(model.parameters()).device
    ids, kinds, targets, taught = zip(*batch, strict=True)
    mask = padded([[1] * len(one) for one in ids], device)
    logits = model(input_ids=padded(ids, device), attention_mask=mask, token_type_ids=padded(kinds, device))
    return loss_of(logits, targets, taught if any(taught) else None)


def _share(step: int, steps: int, warm_up: float) -> float:
    rising = max(1, round(steps * warm_up))
    return min((step + 1) / rising, (steps - step) / max(1, steps - rising))


def _save(folder: Path, model: Any, optimizer: Any, step: int) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    state["dropout"] = torch.get_rng_state()
    torch.save(state, folder / f"{CHECKPOINT}.new")
    os.replace(folder / f"{CHECKPOINT}.new", folder / CHECKPOINT)


def _resume(folder: Path, model: Any, optimizer: Any) -> int:
    """Load the checkpoint, if there is one; the number of steps that it has behind it."""
    import torch

    if not (folder / CHECKPOINT).exists():
        return 0
    state = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["dropout"])
    return int(state["step"])
