from eval.late_interaction import TOP, LateInteraction

LONG = "This page is about boxes. It says a lot of other things. The margin of the slow corner is 15 ps. And so on."
PASSAGES = {"a": "A page on corners and margins in general and on pages.", "b": LONG, "c": "Boxes are red."}


def test_a_passage_with_a_sentence_that_answers_comes_first(embedder):
    late = LateInteraction(PASSAGES, embedder)
    fused = [("a", 0.50, {}), ("b", 0.48, {}), ("c", 0.1, {})]
    assert late.rerank("the margin of the slow corner", fused) == ["b", "a", "c"]


def test_equals_are_sorted_by_id_and_what_is_far_down_stays(embedder):
    passages = {f"p{n:02}": "Boxes are red." for n in range(TOP + 2)}
    fused = [(name, 0.5, {}) for name in sorted(passages, reverse=True)]
    ranked = LateInteraction(passages, embedder).rerank("red boxes", fused)
    assert ranked[:TOP] == sorted(name for name, _, _ in fused[:TOP])
    assert ranked[TOP:] == ["p01", "p00"]


def test_a_passage_without_a_sentence_is_no_error(embedder):
    assert LateInteraction({"a": "", "b": "Red."}, embedder).rerank("red", [("a", 0.5, {}), ("b", 0.4, {})]) == [
        "b",
        "a",
    ]
