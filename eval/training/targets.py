"""What a pair's label asks of a model's three scores: supported, contradicted, neutral."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

TARGETS = {"supported": 0, "contradicted": 1, "neutral": 2, "not_supported": 3}
"""The places of the labels; `not_supported` raises the probability of contradicted and neutral together (marginal
likelihood)."""

TEACHERS_SHARE = 0.5
"""How much a teacher's probabilities count beside the label, for a pair that has both."""

Taught = tuple[float, float, float]
"""A teacher's probabilities of supported, contradicted and neutral."""


def loss_of(
    logits: torch.Tensor, targets: Sequence[int | None], taught: Sequence[Taught | None] | None = None
) -> torch.Tensor:
    """The mean loss of pairs, given logits of shape (pairs, 3): the negative log-likelihood of the label, the
    cross-entropy with the teacher's probabilities (Hinton et al., arXiv 1503.02531), or both in shares.

    A pair may lack one of them.
    """
    import torch

    likely = torch.log_softmax(logits, dim=1)
    either = torch.logsumexp(likely[:, 1:], dim=1, keepdim=True)
    places = torch.tensor([0 if one is None else one for one in targets], device=logits.device)
    of_label = -torch.cat([likely, either], dim=1).gather(1, places[:, None]).squeeze(1)
    if taught is None:
        return of_label.mean()
    said = torch.tensor([one or (0.0, 0.0, 0.0) for one in taught], device=logits.device)
    of_teacher = -(said * likely).sum(1)
    pairs = zip(targets, taught, strict=True)
    shares = torch.tensor([_share(target, one) for target, one in pairs], device=logits.device)
    return ((1 - shares) * of_label + shares * of_teacher).mean()


def _share(target: int | None, taught: Taught | None) -> float:
    """How much the teacher counts."""
    if taught is None:
        return 0.0
    return 1.0 if target is None else TEACHERS_SHARE
