"""How a claim that another document contradicts is told in the terminal and on the page."""

from __future__ import annotations

from typing import Any

import pytest

from app.present import against, disputes_of, is_disputed
from app.show import answer_text, checked_text


def disputed(standing: str) -> dict[str, Any]:
    """A quotation with one dispute of a document of this standing."""
    other = {
        "id": "errata~abcdefghij",
        "document": {"id": "errata", "title": "Errata", "revision": "0" * 16, "uri": "e.md"},
        "section": ["Errata", "Area"],
        "exact": "The maximum is 75 %.",
        "header": "",
        "url": "/c/errata~abcdefghij",
    }
    dispute = {
        "citation": other,
        "why": "It says 75 % where the claim says 70 %.",
        "p_contradicted": None,
        "standing": standing,
    }
    check = {"name": "dispute", "passed": standing == "superseded", "detail": {"disputes": [dispute]}}
    relevance = {"name": "relevance", "passed": True, "detail": {"score": 0.9, "needed": 0.5}}
    return {
        "text": "The maximum is 70 %.",
        "label": "supported",
        "confidence": 1.0,
        "citations": [],
        "checks": [relevance, check],
    }


def answered(claim: dict[str, Any]) -> dict[str, Any]:
    searched = {"query": "q", "passages": [], "near_misses": []}
    said = {"status": "answered", "reason": None, "notes": [], "claims": [claim], "withheld": [], "searched": searched}
    return {**said, "calibrated": False, "timing_ms": {"total": 12.0}, "model": "extractive", "id": "ans_1"}


@pytest.mark.parametrize("told", [lambda claim: checked_text(claim), lambda claim: answer_text(answered(claim))])
def test_what_says_otherwise_stands_under_the_claim(told: Any) -> None:
    text = told(disputed("current"))

    assert "quoted · relevance 0.90 · disputed" in text
    assert "Says otherwise: Errata > Area  errata~abcdefghij\n    The maximum is 75 %.\n    It says 75 % where" in text


@pytest.mark.parametrize(
    ("standing", "is_live", "told"),
    [
        ("current", True, "Says otherwise"),
        ("supersedes", True, "Says otherwise, and supersedes the source"),
        ("superseded", False, "Said otherwise, and has been superseded"),
    ],
)
def test_an_outdated_contradiction_makes_no_claim_disputed(standing: str, is_live: bool, told: str) -> None:
    claim = disputed(standing)

    assert is_disputed(claim) is is_live
    assert ("disputed" in checked_text(claim)) is is_live
    assert [against(one) for one in disputes_of(claim)] == [told]
    assert told in checked_text(claim)


def test_a_claim_that_was_never_searched_for_has_none() -> None:
    claim = {
        "checks": [
            {"name": "relevance", "passed": False, "detail": {}},
            {"name": "dispute", "passed": None, "detail": {}},
        ]
    }

    assert (disputes_of(claim), is_disputed(claim)) == ([], False)
