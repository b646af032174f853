"""What page and terminal say of an answer, from its wire form."""

from __future__ import annotations

from typing import Any

import pytest

from app.present import (
    badge,
    headings_above,
    headline,
    near_heading,
    near_misses_of,
    parts_of,
    sources_of,
    understood_as,
)


def claim(*ids: str) -> dict[str, Any]:
    return {"citations": [{"id": name} for name in ids], "checks": []}


def answer(claims: list[Any], withheld: list[Any], reason: str | None = None, misses: tuple[str, ...] = ()) -> Any:
    return {
        "status": "abstained" if reason else "answered",
        "reason": reason,
        "claims": claims,
        "withheld": withheld,
        "usage": [],
        "searched": {"passages": [{}, {}, {}], "near_misses": [{"id": name} for name in misses]},
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer([claim()], []), "Answered with 1 claim"),
        (answer([claim(), claim()], [claim()]), "Answered with 2 claims, 1 withheld"),
        (answer([], [], "no_evidence"), "No answer: nothing relevant enough was found in the documents"),
        (answer([], [claim()], "low_confidence"), "No answer: no claim held when it was checked"),
        (answer([], [claim()], "budget"), "No answer: the budget was spent before a claim held"),
    ],
)
def test_the_headline_says_whether_there_is_an_answer_and_why_not(given: Any, said: str) -> None:
    assert headline(given) == said


NOT_ASKED = {"usage": [{"agent": "verify"}]}
ASKED = {"usage": [{"agent": "verify"}, {"agent": "draft"}]}
OTHER_CONDITION = claim() | {"checks": [{"name": "condition", "passed": False}]}
SAME_CONDITION = claim() | {"checks": [{"name": "condition", "passed": True}, {"name": "relevance", "passed": False}]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer([], [], "no_evidence") | ASKED, "the model drafted no claim from what was found"),
        (answer([], [], "no_evidence") | NOT_ASKED, "nothing relevant enough was found in the documents"),
        (answer([], [SAME_CONDITION], "no_evidence") | ASKED, "nothing relevant enough was found in the documents"),
        (answer([], [claim(), OTHER_CONDITION], "no_evidence"), "what was found is about another condition"),
        (answer([], [OTHER_CONDITION], "low_confidence") | ASKED, "no claim held when it was checked"),
    ],
)
def test_silence_tells_whether_nothing_was_found_or_nothing_came_of_it(given: Any, said: str) -> None:
    assert headline(given) == f"No answer: {said}"


def test_the_badge_of_a_contradicted_claim_leaves_the_number_to_its_reason() -> None:
    checks = [{"name": "entailment", "detail": {"p_supported": 0.26, "p_contradicted": 0.61}}]
    assert badge({"label": "contradicted", "confidence": 0.26, "checks": checks}) == "contradicted"


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([{"name": "quote", "detail": {}}, {"name": "entailment", "detail": {"p_supported": 0.9}}], "supported 0.87"),
        (
            [{"name": "quote", "detail": {}}, {"name": "relevance", "detail": {"score": 0.5612}}],
            "quoted · relevance 0.56",
        ),
    ],
)
def test_a_badge_says_of_a_quotation_how_relevant_it_is(checks: list[Any], said: str) -> None:
    assert badge({"label": "supported", "confidence": 0.8712, "checks": checks}) == said


def test_a_drafted_claim_is_no_quotation_though_its_relevance_was_asked_for() -> None:
    checks = [{"name": "entailment", "detail": {}}, {"name": "relevance", "detail": {"score": 0.9}}]
    assert badge({"label": "supported", "confidence": 0.7, "checks": checks}) == "supported 0.70"


def test_parts_tell_their_support_and_which_of_them_fell() -> None:
    parts = [
        {"text": "A.", "p_supported": 0.5, "p_contradicted": 0.1},
        {"text": "B.", "p_supported": 0.494, "p_contradicted": 0.0},
    ]
    checks = [{"name": "facts", "detail": {"missing": []}}, {"name": "entailment", "detail": {"parts": parts}}]
    assert parts_of({"checks": checks}) == [
        {"text": "A.", "support": "0.50", "fell": False},
        {"text": "B.", "support": "0.49", "fell": True},
    ]
    assert parts_of({"checks": checks[:1]}) == []


def test_sources_are_numbered_as_they_are_cited_each_once() -> None:
    given = answer([claim("b", "a"), claim("a", "d")], [claim("c", "b")])
    assert [source["id"] for source in sources_of(given)] == ["b", "a", "d", "c"]


def test_a_near_miss_that_a_withheld_claim_cites_is_not_listed_twice() -> None:
    given = answer([claim("a")], [claim("b")], misses=("b", "c"))
    assert near_misses_of(given) == [{"id": "c"}]


def test_silence_says_how_much_was_searched() -> None:
    assert near_heading(answer([], [], "no_evidence")) == "The 3 best passages were searched; these came nearest"
    assert near_heading(answer([claim()], [])) == "Looked at, and not used"


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_title_is_not_said_twice(kind: Any) -> None:
    assert list(headings_above(kind(["Guide", "Hold"]), "Guide")) == ["Hold"]
    assert list(headings_above(kind(["Hold", "Guide"]), "Guide")) == ["Hold", "Guide"]
    assert list(headings_above(kind([]), "Guide")) == []


def test_what_a_question_was_understood_as_is_said_only_where_it_differs() -> None:
    assert understood_as({"question": "And hold?", "searched": {"query": "What is hold?"}}) == "What is hold?"
    assert understood_as({"question": "What is hold?", "searched": {"query": "What is hold?"}}) == ""
