from hypothesis import given
from hypothesis import strategies as st

from app.evidence import CANDIDATES, Ranked, rank_spans, within_budget
from app.relevance import Relevance


def test_the_span_that_answers_comes_first(make, embedder):
    other = make.span("Clock gating saves power in idle blocks.")
    right = make.span("The hold uncertainty is 15 ps.", start=99)

    ranked = rank_spans("What is the hold uncertainty?", [make.hit(other, right)], Relevance(embedder))

    assert ranked[0].span == right
    assert 0 <= ranked[1].relevance < ranked[0].relevance <= 1


def test_a_caption_is_no_evidence(make, embedder):
    spans = [
        make.span(text, start=n * 60) for n, text in enumerate(["Mix of spare cells", "Mix them.", "VDD 0.75 V"], 1)
    ]

    ranked = rank_spans("What is the mix of spare cells?", [make.hit(*spans)], Relevance(embedder))

    assert {one.span for one in ranked} == set(spans[1:])


def test_a_span_of_two_overlapping_hits_is_ranked_once(make, embedder):
    shared = make.span("The hold uncertainty is 15 ps.")
    hits = [make.hit(shared, name="p1"), make.hit(shared, name="p2")]

    assert [one.place for one in rank_spans("hold?", hits, Relevance(embedder))] == [(0, 0)]


def test_no_more_spans_are_embedded_than_agreed(make, embedder):
    spans = [make.span(f"Sentence number {n}.", start=40 * (n + 1)) for n in range(60)]

    assert len(rank_spans("number 59", [make.hit(*spans)], Relevance(embedder))) == CANDIDATES


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 9)), max_size=20), st.integers(1, 400))
def test_a_budget_is_kept_in_reading_order(sizes, tokens):
    from ingest.types import Span

    ranked = [
        Ranked(Span(f"d~{n}", "d", "r", 7, 7 + size, "x" * size), "T", 1 - n / 100, (hit, n))
        for n, (size, hit) in enumerate(sizes)
    ]

    chosen = within_budget(ranked, tokens)

    assert [one.place for one in chosen] == sorted(one.place for one in chosen)
    assert bool(chosen) == bool(ranked)
    if len(chosen) > 1:
        assert sum(len(one.span.text) / 3.0 for one in chosen) <= tokens + len(chosen)
