import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from chromadb.errors import InternalError

from ingest import vectors
from ingest.vectors import BrokenIndex, ChromaSearcher, build_vectors, check

TEXTS = [
    "First of all, a page about nothing in particular.",
    "A hold violation is caused by data that arrives too early.",
    "The reset synchroniser has two flops.",
    "A hold violation is caused by data that arrives too early.",
    "Insert delay cells to mend a hold violation.",
]
IDS = ["z~0", "d~9", "r~1", "d~2", "m~5"]


@pytest.fixture
def build(embedder, tmp_path):
    def build(texts=TEXTS, ids=IDS):
        folder = tmp_path / "dense"
        build_vectors(folder, ids, embedder.embed(texts))
        return folder

    return build


@pytest.mark.slow
def test_scores_are_exact_cosines_in_order_and_equals_go_by_id(build, embedder):
    searcher = ChromaSearcher(build(), embedder)
    query = "caused by early data"
    cosines = embedder.embed(TEXTS) @ embedder.embed([query])[0]

    found = searcher.search(query, 10)

    assert [hit.passage_id for hit in found[:2]] == ["d~2", "d~9"]
    assert found[0].score == found[1].score
    assert {hit.passage_id: hit.score for hit in found} == pytest.approx(dict(zip(IDS, cosines, strict=True)), abs=1e-6)
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage_id))
    assert searcher.search(query, 2) == found[:2]

    within = frozenset({"r~1", "d~9", "elsewhere"})
    assert searcher.search(query, 10, within) == [hit for hit in found if hit.passage_id in within]
    assert searcher.search(query, 1, frozenset()) == []
    assert searcher.search(" ", 3) == searcher.search(query, 0) == []


@pytest.mark.slow
def test_the_graph_finds_what_a_full_scan_finds(embedder, tmp_path):
    rows = np.random.default_rng(7).normal(size=(3000, 256)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"p~{number:04}" for number in range(len(rows))]
    build_vectors(tmp_path / "dense", ids, rows)

    searcher = ChromaSearcher(tmp_path / "dense", embedder)

    for query in ("hold", "reset synchroniser", "clock tree"):
        exact = {hit.passage_id for hit in searcher.search(query, 50, frozenset(ids))}
        assert len(exact & {hit.passage_id for hit in searcher.search(query, 50)}) >= 45


@pytest.mark.slow
def test_what_chroma_can_read_no_more_is_compared_whole(build, embedder):
    """Its files may be removed while they are open, and what it says then hangs on what it has in memory."""

    class Gone:
        asked = 0

        def query(self, **_):
            self.asked += 1
            raise InternalError("Failed to get segments")

    searcher = ChromaSearcher(build(), embedder)
    before = searcher.search("caused by early data", 2)
    searcher._collection = gone = Gone()
    assert searcher.search("caused by early data", 2) == before
    assert searcher.search("reset", 1)[0].passage_id == "r~1"
    assert gone.asked == 1


@pytest.mark.slow
def test_what_another_thread_gives_up_meanwhile_is_searched_to_the_end(build, embedder):
    class Lost(ChromaSearcher):
        """Its collection is given up by another thread as soon as it was looked at."""

        looked = 0

        @property
        def _collection(self):
            self.looked += 1
            return self.held if self.looked == 1 else None

        @_collection.setter
        def _collection(self, held):
            self.held = held

    searcher = Lost(build(), embedder)
    assert searcher.search("reset", 1)[0].passage_id == "r~1"


@pytest.mark.slow
def test_what_was_built_anew_in_the_same_place_is_not_taken_for_what_is_still_open(build, embedder):
    former = ChromaSearcher(folder := build(), embedder)
    assert former.search("reset", 1)[0].passage_id == "r~1"
    shutil.rmtree(folder)
    build(TEXTS[1:3], IDS[1:3])
    assert {hit.passage_id for hit in ChromaSearcher(folder, embedder).search("mend a violation", 5)} == {"d~9", "r~1"}
    assert former.search("mend a violation", 1)[0].passage_id == "m~5"


def test_no_passages_need_no_graph(build, embedder):
    folder = build([], [])
    assert sorted(path.name for path in folder.iterdir()) == ["ids.json", "vectors.npy"]
    assert ChromaSearcher(folder, embedder).search("hold", 3) == []


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["count", "rows"])
def test_an_index_that_gives_back_something_else_is_broken(build, damage):
    folder = build()
    kept = np.load(folder / "vectors.npy")
    np.save(folder / "vectors.npy", kept[:-1] if damage == "count" else np.roll(kept, 2, axis=0))

    with pytest.raises(BrokenIndex, match="Chroma"):
        check(folder)


class Forgetful:
    """A graph in which all is reached, but the vectors of some rows find their neighbour."""

    def __init__(self, size, lost):
        self.size, self.lost, self.vectors = size, lost, np.eye(size, dtype=np.float32)

    def count(self):
        return self.size

    def query(self, query_embeddings, n_results, include):
        row = int(query_embeddings[0].argmax())
        best = (row + 1) % self.size if row in self.lost else row
        others = [other for other in range(self.size) if other != best]
        return {"ids": [[str(found) for found in [best, *others][:n_results]]]}


def test_a_large_graph_may_lose_one_of_the_sample_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_MAY_BE_LOST", 0.5)  # as though there were far more vectors than the sample has
    sample = np.linspace(0, 199, vectors._SAMPLE, dtype=int).tolist()
    one, two = Forgetful(200, sample[7:8]), Forgetful(200, sample[7:9])

    vectors._check(one, one.vectors, tmp_path)
    with pytest.raises(BrokenIndex, match=f"vector {sample[7]} does not find itself"):
        vectors._check(two, two.vectors, tmp_path)


@pytest.mark.slow
def test_a_child_that_dies_is_a_broken_index_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "PROGRAM", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(BrokenIndex, match=str(-signal.SIGSEGV)):
        build_vectors(tmp_path / "dense", ["a~1"], np.ones((1, 1), np.float32))


@pytest.mark.slow
def test_the_builder_leaves_no_telemetry_and_opens_in_another_process(build):
    folder = build()
    program = (
        "import sys, pathlib; from ingest.vectors import check, _client; f = pathlib.Path(sys.argv[1]); check(f);"
        "import json; print(json.dumps(_client(f).get_settings().anonymized_telemetry))"
    )
    child = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert json.loads(child.stdout) is False
