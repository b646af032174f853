"""Text to vectors. The bundled all-MiniLM-L6-v2 runs as int8 ONNX, exported once; any other model through
sentence-transformers (Reimers and Gurevych 2019).

A text is read up to 512 tokens, all that the model has positions for, not 256 as its makers set: on SciFact's train
queries the fused nDCG@10 is 0.743 against 0.739. Means and maxima over windows were no better.

Texts go through ONNX one at a time. Dynamic quantisation scales activations over the whole batch, so in a batch a
text's vector would depend on its neighbours (cosine 0.993 to itself); alone it is always the same, and no slower.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import VerispanError

MODEL = "all-MiniLM-L6-v2"
MAX_TOKENS = 512
MIN_COSINE = 0.97
MANIFEST = "embedder.json"


REMEMBERED = 20_000
"""How many texts a process remembers the vectors of: 30 MB of vectors of MiniLM, and their texts."""


class EmbedderUnavailable(VerispanError):
    """The embedding model cannot be loaded, or its export is not faithful on this machine."""

    code = "embedder_unavailable"
    status = 503
    next_step = "Set VERISPAN_EMBEDDER to the folder of a sentence-transformers model, or run `make setup` again."


class Embedder(Protocol):
    """Turns texts into vectors. `name` says which model, variant and weights: vectors of two names do not compare."""

    name: str

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed each text: shape (n, dim), each row of length 1, so that a dot product is a cosine."""
        ...


class OnnxEmbedder:
    """An ONNX export (`export_onnx`) run by onnxruntime on two threads; reads the first 512 tokens of a text."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        self.name: str = f"{manifest['name']}/{MAX_TOKENS}"
        self._dimension: int = manifest["dimension"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed each text: shape (n, dim), rows of length 1. A text's vector does not depend on the others."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            tokens = np.array([encoding.ids], np.int64)
            inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
            vectors[row] = self._session.run(None, inputs)[0][0]
        return vectors


class SentenceTransformerEmbedder:
    """Any model of sentence-transformers, from a folder or by hub id, in full precision."""

    def __init__(self, path_or_id: str) -> None:
        be_quiet(offline=Path(path_or_id).is_dir())
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(path_or_id, device="cpu")
        except (OSError, ValueError) as error:
            raise EmbedderUnavailable(f"the embedder {path_or_id!r} cannot be loaded: {error}") from error
        digest = sha256()
        for _, tensor in sorted(self._model.state_dict().items()):
            digest.update(tensor.numpy().tobytes())
        self.name = f"{Path(path_or_id).name}/fp32/{digest.hexdigest()[:8]}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed each text: shape (n, dim), rows of length 1."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


class RememberingEmbedder:
    """Another embedder that embeds no text twice, as long as it is among the last `REMEMBERED`. Safe in many threads.

    The sentences of a document are embedded for each question about it: most of the time until sources are shown.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed each text: shape (n, dim), rows of length 1."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing or not texts:
            vectors = self._embedder.embed(missing)
            if not texts:
                return vectors
            # copies, for a row of the batch would keep all of it in memory
            found |= {text: vector.copy() for text, vector in zip(missing, vectors, strict=True)}
        self._remember({text: found[text] for text in texts})
        return np.stack([found[text] for text in texts])

    def _remember(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def load_embedder(setting: str = "") -> Embedder:
    """Load the embedder that a setting names: "" is the bundled model, exported to the cache on first use
    (some 15 s); anything else is a folder or hub id of a sentence-transformers model. Raises EmbedderUnavailable.
    """
    if setting:
        return SentenceTransformerEmbedder(setting)
    folder = default_folder()
    if not (folder / MANIFEST).exists():
        from ingest.export import export_onnx

        export_onnx(folder)
    return OnnxEmbedder(folder)


def default_folder() -> Path:
    """Where the exported default model lives: in the user's cache."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("verispan")) / "embedder" / f"{MODEL}-int8"


def be_quiet(offline: bool) -> None:
    """Switch the libraries' telemetry off, and the model hub too when the model is a folder."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


if __name__ == "__main__":  # `make setup` has the export made once, while there is no hurry
    load_embedder()
