import json
import shutil
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import indexes
from ingest.indexes import Indexes, IndexMissing, build_indexes, carry_indexes, folder_name, has_indexes, open_indexes
from ingest.types import Scored
from ingest.vectors import BrokenIndex, check

IDS = ["intro~1", "hold~2", "reset~3"]
TEXTS = ["A page about nothing.", "A hold violation is caused by early data.", "A reset has two flops."]


@dataclass
class Another:
    """The same vectors under another name."""

    inner: object
    name: str = "another"

    def embed(self, texts):
        return self.inner.embed(texts)


@pytest.fixture
def build(tmp_path, embedder):
    def build(generation, texts=TEXTS, collection="default", ids=IDS, vectors=None):
        vectors = embedder.embed(texts) if vectors is None else vectors
        return build_indexes(tmp_path, collection, generation, ids[: len(texts)], texts, vectors, embedder.name)

    return build


def generations(root, collection="default"):
    return sorted(int(path.name.split("-")[0]) for path in (root / folder_name(collection)).iterdir())


@pytest.mark.slow
def test_what_was_built_is_searched(build, tmp_path, embedder):
    folder = build(7)

    found = open_indexes(tmp_path, "default", 7, embedder)

    assert (folder.parent, folder.name[:2]) == (tmp_path / folder_name("default"), "7-")
    assert json.loads((folder / "index.json").read_text()) | {"digest": ""} == {
        "format": 3, "generation": 7, "embedder": embedder.name, "count": 3, "digest": "",
    }  # fmt: skip
    assert [hit.passage_id for hit in found.lexical.search("hold violations", 5)] == ["hold~2"]
    assert found.dense.search("early data violation", 5)[0].passage_id == "hold~2"


def test_an_empty_collection_finds_nothing(build, tmp_path, embedder):
    build(1, [])
    found = open_indexes(tmp_path, "default", 1, embedder)
    assert found.candidates("hold", 10) == ([], [])


@pytest.mark.parametrize("missing", ["collection", "generation", "embedder", "marker", "torn marker", "format"])
def test_what_is_not_whole_or_not_ours_is_missing(build, tmp_path, embedder, missing):
    marker = build(4, []) / "index.json"
    assert has_indexes(tmp_path, "default", 4, embedder.name)
    if missing == "marker":
        marker.unlink()
    elif missing == "torn marker":
        marker.write_text(marker.read_text()[:-9])
    elif missing == "format":
        marker.write_text(json.dumps(json.loads(marker.read_text()) | {"format": 0}))
    asked = (
        "other" if missing == "collection" else "default",
        5 if missing == "generation" else 4,
        Another(embedder) if missing == "embedder" else embedder,
    )

    with pytest.raises(IndexMissing):
        open_indexes(tmp_path, *asked)
    assert not has_indexes(tmp_path, asked[0], asked[1], asked[2].name)


def test_the_generation_before_stays_and_older_ones_go(build, tmp_path):
    for generation in (1, 3, 4, 8):
        build(generation, [])
    build(2, [], collection="other")

    assert generations(tmp_path) == [4, 8]
    assert generations(tmp_path, "other") == [2]


@pytest.mark.slow
def test_a_build_that_fails_leaves_what_there_was(build, tmp_path, embedder):
    build(1, [])

    with pytest.raises(BrokenIndex):
        build(2, vectors=np.full((2, 8), np.nan, np.float32))

    assert generations(tmp_path) == [1]
    assert has_indexes(tmp_path, "default", 1, embedder.name)


def test_building_again_replaces(build, tmp_path, embedder):
    marker = build(1, []) / "index.json"
    marker.write_text("{}")
    build(1, [])
    assert has_indexes(tmp_path, "default", 1, embedder.name)


@given(st.text(max_size=80), st.text(max_size=80))
def test_folder_names_are_safe_and_tell_collections_apart(one, other):
    assert (folder_name(one) == folder_name(other)) == (one == other)
    assert folder_name(one).isascii()
    assert set(folder_name(one)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 3 <= len(folder_name(one)) < 60


class Table:
    """Scores every passage as its table says."""

    def __init__(self, **scores):
        self.scores = scores

    def search(self, query, k, within=None):
        allowed = [Scored(*pair) for pair in self.scores.items() if within is None or pair[0] in within]
        return sorted(allowed, key=lambda hit: (-hit.score, hit.passage_id))[:k]


def test_candidates_of_one_searcher_are_scored_by_the_other_too():
    both = Indexes(Table(a=9.0, b=5.0, c=1.0), Table(a=0.1, b=0.2, c=0.9, d=0.5))

    assert both.candidates("q", 1) == ([Scored("a", 9.0), Scored("c", 1.0)], [Scored("c", 0.9), Scored("a", 0.1)])
    assert both.candidates("q", 9, frozenset("bd")) == ([Scored("b", 5.0)], [Scored("d", 0.5), Scored("b", 0.2)])


def test_what_a_killed_builder_left_is_cleared_away(build, tmp_path):
    left = tmp_path / folder_name("default") / ".building-left"
    left.mkdir(parents=True)

    build(1, [])

    assert not left.exists()


def carry(root, generation, embedder, ids=IDS, texts=TEXTS):
    return carry_indexes(root, "default", generation, ids, texts, embedder.name)


@pytest.mark.slow
def test_an_index_of_the_same_passages_is_carried_on_and_the_older_one_stays(build, tmp_path, embedder, monkeypatch):
    build(2)
    before = open_indexes(tmp_path, "default", 2, embedder)
    expected = before.candidates("early data violation", 5)
    monkeypatch.setattr(indexes, "build_vectors", None)

    assert carry(tmp_path, 5, embedder)

    assert generations(tmp_path) == [2, 5]
    assert open_indexes(tmp_path, "default", 5, embedder).candidates("early data violation", 5) == expected
    assert before.candidates("early data violation", 5) == expected
    check(tmp_path / folder_name("default") / next(name for name in names(tmp_path) if name[0] == "5") / "dense")


def names(root):
    return [path.name for path in (root / folder_name("default")).iterdir()]


def test_an_index_of_other_passages_is_not_carried_on(build, tmp_path, embedder):
    build(2, [])
    assert not carry(tmp_path, 5, embedder)
    assert not carry(tmp_path, 5, Another(embedder), [], [])
    assert generations(tmp_path) == [2]


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["marker", "database", "part"])
def test_what_is_not_whole_is_not_carried_on(build, tmp_path, embedder, damage):
    folder = build(2)
    if damage == "marker":
        (folder / "index.json").unlink()
    elif damage == "database":
        (folder / "dense" / "chroma" / "chroma.sqlite3").write_bytes(b"junk " * 999)
    else:
        shutil.rmtree(folder / "lexical")

    assert not carry(tmp_path, 5, embedder)
    assert names(tmp_path) == [folder.name]


def test_two_embedders_keep_an_index_each(build, tmp_path, embedder):
    build(4, [])
    build_indexes(tmp_path, "default", 4, [], [], np.zeros((0, 8), np.float32), "another")

    assert has_indexes(tmp_path, "default", 4, embedder.name)
    assert has_indexes(tmp_path, "default", 4, "another")
