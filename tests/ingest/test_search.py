import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.search import Rows, top_k
from ingest.types import Scored

few_scores = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 0.5000001, 2.0]), max_size=30)


@given(few_scores, st.integers(-1, 35), st.randoms())
def test_the_best_are_those_of_a_full_sort(scores, k, random):
    ids = [f"d~{number}" for number in range(len(scores))]
    random.shuffle(ids)
    expected = sorted(zip(ids, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]

    found = top_k(np.array(ids, object), np.array(scores), k)

    assert [(hit.passage_id, hit.score) for hit in found] == expected


def test_the_id_decides_which_of_equals_at_the_border_gets_in():
    ids = np.array(["z", "c", "b", "a"], object)
    assert top_k(ids, np.array([9.0, 1.0, 1.0, 1.0]), 2) == [Scored("z", 9.0), Scored("a", 1.0)]


def test_rows_of_ids_are_in_order_and_unknown_ids_are_passed_over():
    assert Rows(["x", "y", "z"]).of(frozenset({"z", "nowhere", "y"})).tolist() == [1, 2]
    assert Rows([]).of(frozenset({"z"})).tolist() == []
