from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import lexical
from ingest.analyse import terms
from ingest.lexical import BM25sSearcher, RankBM25Searcher, build_lexical, open_lexical

WORDS = ["hold", "setup", "clock", "0.75v", "slack", "reset"]
IDS = ["p~1", "p~2", "p~3"]
TEXTS = ["The setup check comes first.", "A hold check, and again a hold check.", "Nothing of the kind."]

corpora = st.lists(st.lists(st.sampled_from(WORDS), max_size=12), max_size=12)
queries = st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=6).map(" ".join)


@pytest.fixture(params=[RankBM25Searcher, BM25sSearcher.build], ids=["rank-bm25", "bm25s"])
def searcher(request):
    return request.param(IDS, [terms(text) for text in TEXTS])


@settings(deadline=None)
@given(corpora, queries, st.integers(1, 15), st.sampled_from([(1.2, 0.75), (0.9, 0.4), (2.0, 0.0)]))
def test_bm25s_scores_as_rank_bm25_does(corpus, query, k, parameters):
    ids = [f"p~{number}" for number in range(len(corpus))]

    slow = RankBM25Searcher(ids, corpus, *parameters).search(query, len(ids))
    fast = BM25sSearcher.build(ids, corpus, *parameters).search(query, len(ids))

    expected = {hit.passage_id: hit.score for hit in slow}
    assert {hit.passage_id: hit.score for hit in fast} == pytest.approx(expected, rel=1e-5)
    assert BM25sSearcher.build(ids, corpus, *parameters).search(query, k) == fast[:k]


def test_the_score_is_the_formula(searcher):
    # hold: in 1 passage of 3, twice in its 8 words; the passages have 5, 8 and 4, 17 / 3 on average.
    idf = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 8 / (17 / 3)))

    (hit,) = searcher.search("hold", 10)

    assert hit.passage_id == "p~2"
    assert hit.score == pytest.approx(expected, rel=1e-6)


def test_a_term_counts_once_however_often_it_is_asked_for(searcher):
    assert searcher.search("hold hold holds", 10) == searcher.search("hold", 10)


def test_a_term_of_most_passages_still_counts(searcher):
    found = searcher.search("the check", 10)
    assert {hit.passage_id for hit in found} == set(IDS)
    assert all(hit.score > 0 for hit in found)


@pytest.mark.parametrize("query", ["", "  ", "?!", "voltage"])
def test_what_shares_no_term_is_not_found(searcher, query):
    assert searcher.search(query, 10) == []


def test_only_what_is_allowed_is_found_and_scores_as_before(searcher):
    everything = {hit.passage_id: hit for hit in searcher.search("check", 10)}

    assert searcher.search("check", 10, frozenset({"p~2", "p~3", "elsewhere"})) == [everything["p~2"]]
    assert searcher.search("check", 10, frozenset()) == []


@pytest.mark.parametrize("make", [RankBM25Searcher, BM25sSearcher.build])
@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_an_empty_corpus_finds_nothing(make, corpus):
    assert make([f"p~{number}" for number in range(len(corpus))], corpus).search("hold", 5) == []


def test_equal_passages_come_in_the_order_of_their_ids():
    ids = ["q~9", "q~1", "q~5", "q~3"]
    for make in (RankBM25Searcher, BM25sSearcher.build):
        found = make(ids, [["hold", "slack"]] * 4).search("slack", 3)
        assert [hit.passage_id for hit in found] == ["q~1", "q~3", "q~5"]


@pytest.mark.parametrize(("small", "kind"), [(0, BM25sSearcher), (10, RankBM25Searcher)])
@pytest.mark.parametrize("texts", [[], TEXTS])
def test_an_index_is_the_same_after_it_was_written(tmp_path, monkeypatch, small, kind, texts):
    monkeypatch.setattr(lexical, "SMALL", small)
    ids = IDS[: len(texts)]

    build_lexical(tmp_path / "lexical", ids, texts)
    opened = open_lexical(tmp_path / "lexical")

    assert isinstance(opened, kind if texts else RankBM25Searcher)
    expected = BM25sSearcher.build(ids, [terms(text) for text in texts]).search("a hold check", 5)
    found = opened.search("a hold check", 5)
    assert [hit.passage_id for hit in found] == [hit.passage_id for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=1e-6)


def test_bm25s_can_be_written_empty(tmp_path):
    BM25sSearcher.build([], []).save(tmp_path / "lexical")
    assert BM25sSearcher.load(tmp_path / "lexical").search("hold", 3) == []
