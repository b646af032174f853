"""The local language model in torch: a frozen Qwen2 from a GGUF file, each of its matrices with a low-rank adapter.

LoRA (Hu et al., arXiv 2106.09685) over weights that stay quantised where they are served (QLoRA, Dettmers et al., arXiv
2305.14314): the adapter learns beside the very numbers that llama.cpp computes with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

MATRICES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""The matrices of a layer, by their names in GGUF and in transformers."""

NORMS = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}


class Adapted(torch.nn.Module):
    """A frozen matrix W (out, in) with an adapter: x W' + (x A') B' * scale, of which A and B are learnt."""

    def __init__(self, linear: torch.nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scale = scale
        device = linear.weight.device
        self.down = torch.nn.Parameter(torch.empty(rank, linear.in_features, device=device, dtype=torch.float32))
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank, device=device, dtype=torch.float32))
        torch.nn.init.normal_(self.down, std=linear.in_features**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (..., in) to (..., out)."""
        beside = functional.linear(functional.linear(x, self.down.to(x.dtype)), self.up.to(x.dtype))
        changed: torch.Tensor = self.linear(x) + beside * self.scale
        return changed


class Decoder(torch.nn.Module):
    """A decoder that gives the logits of a few answers after the last token of each prompt."""

    def __init__(self, body: Any, answers: torch.Tensor) -> None:
        super().__init__()
        self.body = body
        self.answers: torch.Tensor
        self.register_buffer("answers", answers)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.answers.device

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Read prompts padded at their ends, (prompts, tokens), of so many tokens each; logits (prompts, answers).

        No mask is needed: what comes after a token is never seen from it.
        """
        read = self.body(input_ids=ids, use_cache=False).last_hidden_state
        last = read[torch.arange(len(ids), device=ids.device), lengths - 1]
        return functional.linear(last, self.answers).float()

    def adapters(self) -> Iterator[tuple[str, Adapted]]:
        """All adapted matrices by their names in GGUF, in order."""
        for at, layer in enumerate(self.body.layers):
            for name, path in MATRICES.items():
                yield f"blk.{at}.{name}.weight", layer.get_submodule(path)

    def matrices(self) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """What the adapters have learnt, as `eval.training.adapter_file` writes it."""
        return {name: (_plain(one.down), _plain(one.up)) for name, one in self.adapters()}

    def load(self, matrices: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]) -> None:
        """Give the adapters what others have learnt."""
        with torch.no_grad():
            for name, one in self.adapters():
                down, up = matrices[name]
                one.down.copy_(torch.from_numpy(down))
                one.up.copy_(torch.from_numpy(up))


def _plain(learnt: torch.Tensor) -> NDArray[np.float32]:
    plain: NDArray[np.float32] = learnt.detach().float().cpu().numpy()
    return plain


def load_decoder(weights: Path, answers: list[int], rank: int, scale: float, device: str = "cpu") -> Decoder:
    """Read a Qwen2 from a GGUF file and put adapters, which change nothing yet, beside all its matrices.

    `answers` are the tokens whose logits are wanted. Weights are in bfloat16 on a GPU, else in float32.
    """
    from gguf import GGUFReader

    reader = GGUFReader(weights)
    tensors = {one.name: one for one in reader.tensors}
    body = _empty_body(reader, device)
    _fill(body, tensors)
    rows = _dequantised(tensors["output.weight"], answers)
    for layer in body.layers:
        for path in MATRICES.values():
            owner, _, leaf = path.rpartition(".")
            parent = layer.get_submodule(owner)
            setattr(parent, leaf, Adapted(getattr(parent, leaf), rank, scale))
    return Decoder(body, rows.to(device, body.dtype))


def _empty_body(reader: Any, device: str) -> Any:
    """The model with random weights."""
    from transformers import Qwen2Config, Qwen2Model

    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if device == "cuda" else torch.float32)
    try:
        with torch.device(device):
            return Qwen2Model(Qwen2Config(**_shape(reader))).requires_grad_(False)
    finally:
        torch.set_default_dtype(usual)


def _fill(body: Any, tensors: Mapping[str, Any]) -> None:
    """Copy all weights in."""
    state, wanted = body.state_dict(), dict(_names(body.config.num_hidden_layers))
    with ThreadPoolExecutor() as pool, torch.no_grad():
        for name, values in zip(wanted, pool.map(lambda name: _dequantised(tensors[name]), wanted), strict=True):
            state[wanted[name]].copy_(values)


def _shape(reader: Any) -> dict[str, Any]:
    """What transformers calls the model's dimensions."""

    def said(name: str) -> Any:
        return reader.fields[f"qwen2.{name}"].contents()

    heads = said("attention.head_count")
    return {
        "vocab_size": int(next(one.shape[1] for one in reader.tensors if one.name == "token_embd.weight")),
        "hidden_size": said("embedding_length"),
        "intermediate_size": said("feed_forward_length"),
        "num_hidden_layers": said("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": said("attention.head_count_kv"),
        "rms_norm_eps": said("attention.layer_norm_rms_epsilon"),
        "rope_theta": said("rope.freq_base"),
        "rope_parameters": {"rope_type": "default", "rope_theta": said("rope.freq_base")},
        "max_position_embeddings": said("context_length"),
    }


def _names(layers: int) -> Iterator[tuple[str, str]]:
    """All tensors of the body by their names in GGUF, each with its name in transformers."""
    yield "token_embd.weight", "embed_tokens.weight"
    yield "output_norm.weight", "norm.weight"
    for at in range(layers):
        for name, path in {**MATRICES, **NORMS}.items():
            yield f"blk.{at}.{name}.weight", f"layers.{at}.{path}.weight"
        for name in ("attn_q", "attn_k", "attn_v"):
            yield f"blk.{at}.{name}.bias", f"layers.{at}.{MATRICES[name]}.bias"


def _dequantised(tensor: Any, rows: Sequence[int] | None = None) -> torch.Tensor:
    """The values of a tensor, or of some of its rows, in the shape that torch gives it."""
    from gguf.quants import dequantize

    return torch.tensor(dequantize(tensor.data if rows is None else tensor.data[list(rows)], tensor.tensor_type))
