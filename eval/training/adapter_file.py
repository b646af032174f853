"""An adapter as llama.cpp reads it: a GGUF file of the pairs of small matrices."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pairs = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""By the name of the adapted matrix in GGUF: A of shape (rank, in) and B of shape (out, rank)."""


def write_adapter(path: Path, pairs: Pairs, scale: float) -> None:
    """Write an adapter of half-precision matrices; B counts `scale` times."""
    from gguf import GGUFWriter

    rank = len(next(iter(pairs.values()))[0])
    writer = GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", scale * rank)
    for name, (down, up) in pairs.items():
        writer.add_tensor(f"{name}.lora_a", down.astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", up.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
