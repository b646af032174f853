"""What both training loops do: pad the rows of a batch, and take one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def padded(rows: Sequence[Sequence[int]], device: Any) -> torch.Tensor:
    """Rows of numbers as a tensor of shape (rows, longest), with zeros after the end of the shorter ones."""
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=device)


def update(optimizer: torch.optim.Optimizer, loss: torch.Tensor, rate: float, learnt: Iterable[Any]) -> None:
    """One step down the gradient of a loss, at a learning rate, with the norm of the gradient held to 1."""
    import torch

    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(learnt, 1.0)
    optimizer.step()
