"""The adapter that makes the local language model check claims: low-rank matrices beside its own (LoRA).

Trained by `verispan train-adapter`; `weights/README.md` is its model card.
"""

from __future__ import annotations

from pathlib import Path

from app.checks.trusted import WEIGHTS, read_card, trusted
from app.weights import QWEN, is_verified

ADAPTER, CARD = "adapter.gguf", "adapter.json"


def adapter_for(weights: Path, folder: Path = WEIGHTS) -> Path | None:
    """The adapter, where the weights are those that it was trained beside, as set-up has verified them; else None.

    Raises WeightsRefused when it is not what its card describes.
    """
    if not is_verified(weights, QWEN):
        return None
    card = read_card(folder / CARD)
    if card.get("base") != QWEN.sha256:
        return None
    trusted(folder / ADAPTER, card)
    return folder / ADAPTER
