"""The cross-encoder: a BERT-like encoder reads evidence and claim together, and a head compares what it read.

The head sees the mean vector of the evidence's tokens and that of the claim's, their difference and their product
(Conneau et al. 2017, arXiv 1705.02364). With a bi-encoder as its start it learns faster so than from the first token.
In means one wrong word is lost, so it also compares each token of the claim with what is most like it in the evidence,
and sees the mean and the maximum of that (a decomposable attention, Parikh et al. 2016, arXiv 1606.01933).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch

from app.checks.cross_encoder import LABELS

_SHARPNESS = 4.0
"""Of the softmax of likeness; unscaled it would spread over the whole evidence."""

_SCALE = 3.0
"""Brings difference and product to the size of the vectors themselves."""


class CrossEncoder(torch.nn.Module):
    """Logits of shape (pairs, 3), in the order of `LABELS`."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.compare = torch.nn.Sequential(torch.nn.Linear(4 * width, width), torch.nn.GELU())
        self.head = torch.nn.Sequential(
            torch.nn.Linear(6 * width, width),
            torch.nn.GELU(),
            torch.nn.Dropout(0.1),
            torch.nn.Linear(width, len(LABELS)),
        )

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Read token ids, what is no padding (1), and what is the claim (1), each of shape (pairs, tokens)."""
        read = self.encoder(input_ids, attention_mask, token_type_ids)[0]
        of_evidence, of_claim = attention_mask * (1 - token_type_ids), attention_mask * token_type_ids
        whole = _beside(_mean(read, of_claim), _mean(read, of_evidence))
        compared = self.compare(_beside(read, _aligned(read, of_evidence)))
        most = compared.masked_fill(of_claim.unsqueeze(-1) == 0, -1.0).amax(1)
        logits: torch.Tensor = self.head(torch.cat([whole, _mean(compared, of_claim), most], dim=1))
        return logits


def _aligned(read: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """For each token, what is most like it among the chosen: their mean, weighted by a softmax of likeness."""
    alike = read @ read.transpose(1, 2) / math.sqrt(read.shape[-1]) * _SHARPNESS
    weights = alike.masked_fill(chosen.unsqueeze(1) == 0, -1e4).softmax(-1)
    return weights @ read


def _beside(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return torch.cat([one, other, _SCALE * (one - other).abs(), _SCALE * one * other], dim=-1)


def _mean(read: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    weights = chosen.unsqueeze(-1).to(read.dtype)
    return (read * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def load_start(start: Path) -> tuple[Any, CrossEncoder]:
    """The tokenizer and the encoder of a folder, with a new head."""
    from transformers import AutoModel, AutoTokenizer

    encoder = AutoModel.from_pretrained(str(start), add_pooling_layer=False)
    return AutoTokenizer.from_pretrained(str(start)), CrossEncoder(encoder)


def trainable(model: CrossEncoder, frozen: int) -> list[torch.nn.Parameter]:
    """The parameters that are to change: not the words' embeddings, and not the first `frozen` layers."""
    for part in (model.encoder.embeddings, *model.encoder.encoder.layer[:frozen]):
        part.requires_grad_(False)
    return [one for one in model.parameters() if one.requires_grad]
