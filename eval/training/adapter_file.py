"""An adapter as llama.cpp reads it: a GGUF file of pairs of small matrices; and its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Matrices = Mapping[str, tuple[Matrix, Matrix]]
"""By the name of the adapted matrix in GGUF: A of shape (rank, in) and B of shape (out, rank)."""


def write_adapter(path: Path, matrices: Matrices, scale: float) -> None:
    """Write an adapter of half-precision matrices; B counts `scale` times."""
    from gguf import GGUFWriter

    rank = len(next(iter(matrices.values()))[0])
    writer = GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", scale * rank)
    for name, (down, up) in matrices.items():
        writer.add_tensor(f"{name}.lora_a", down.astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", up.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_adapter(path: Path) -> tuple[Matrices, float]:
    """Read what `write_adapter` wrote: the matrices, and how often B counts."""
    from gguf import GGUFReader

    reader = GGUFReader(path)
    found = {one.name: np.array(one.data, np.float32) for one in reader.tensors}
    names = dict.fromkeys(name.rpartition(".")[0] for name in found)
    matrices = {name: (found[f"{name}.lora_a"], found[f"{name}.lora_b"]) for name in names}
    rank = len(next(iter(matrices.values()))[0])
    return matrices, reader.fields["adapter.lora.alpha"].contents() / rank


def write_card(card: Path, adapter: Path, base: str, rank: int) -> None:
    """Write the card of an adapter: the SHA-256 of the weights that it was trained beside, and its own."""
    digest = sha256(adapter.read_bytes()).hexdigest()
    card.write_text(json.dumps({"base": base, "rank": rank, "sha256": {adapter.name: digest}}, indent=1) + "\n")
