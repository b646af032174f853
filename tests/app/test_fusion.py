import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fusion import fuse
from ingest.types import Scored

LEXICAL = [Scored("a", 10.0), Scored("b", 4.0), Scored("c", 2.0)]
DENSE = [Scored("c", 0.9), Scored("d", 0.5), Scored("b", 0.4)]

lists = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 50), max_size=8).map(
    lambda scores: sorted((Scored(*pair) for pair in scores.items()), key=lambda hit: (-hit.score, hit.passage_id))
)


def test_convex_is_the_weighted_sum_of_scaled_scores():
    fused = fuse(LEXICAL, DENSE, "convex", 0.25, 10)

    assert [(passage_id, pytest.approx(score)) for passage_id, score, _ in fused] == [
        ("a", 0.75 * 1),
        ("c", 0.75 * 0 + 0.25 * 1),
        ("b", 0.75 * (4 - 2) / (10 - 2) + 0.25 * 0),
        ("d", 0.25 * (0.5 - 0.4) / (0.9 - 0.4)),
    ]


def test_rrf_is_the_sum_of_reciprocal_ranks():
    fused = fuse(LEXICAL, DENSE, "rrf", 0.25, 10)

    assert [(passage_id, pytest.approx(score)) for passage_id, score, _ in fused] == [
        ("c", 1 / 63 + 1 / 61),
        ("b", 1 / 62 + 1 / 63),
        ("a", 1 / 61),
        ("d", 1 / 62),
    ]


@pytest.mark.parametrize("method", ["convex", "rrf"])
def test_each_searchers_own_score_is_kept(method):
    scores = {passage_id: of for passage_id, _, of in fuse(LEXICAL, DENSE, method, 0.5, 10)}

    assert scores == {
        "a": {"bm25": 10.0},
        "b": {"bm25": 4.0, "dense": 0.4},
        "c": {"bm25": 2.0, "dense": 0.9},
        "d": {"dense": 0.5},
    }


def test_a_lone_candidate_counts_in_full():
    assert fuse([Scored("x", 3.0)], [], "convex", 0.4, 5) == [("x", 0.6, {"bm25": 3.0})]


def test_one_searcher_alone_keeps_its_order():
    assert [entry[0] for entry in fuse(LEXICAL, [], "convex", 0.5, 5)] == ["a", "b", "c"]
    assert [entry[0] for entry in fuse([], DENSE, "rrf", 0.5, 5)] == ["c", "d", "b"]


def test_nothing_fuses_to_nothing():
    assert fuse([], [], "convex", 0.5, 5) == fuse([], [], "rrf", 0.5, 5) == []


@given(lists, lists, st.sampled_from(["convex", "rrf"]), st.floats(0, 1), st.integers(1, 10))
def test_fused_scores_are_in_range_sorted_and_cut(lexical, dense, method, weight, k):
    fused = fuse(lexical, dense, method, weight, k)

    assert fused == sorted(fused, key=lambda entry: (-entry[1], entry[0]))
    assert fused == fuse(lexical, dense, method, weight, 100)[:k]
    assert len(fused) == min(k, len({hit.passage_id for hit in lexical + dense}))
    assert all(0 <= score <= 1 + 1e-9 for _, score, _ in fused)
