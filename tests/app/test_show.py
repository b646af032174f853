"""What a terminal shows of a checked claim."""

from __future__ import annotations

from typing import Any

from app.show import answer_text, checked_text

PARTS = [
    {"text": "The voltage is 0.75 V.", "p_supported": 0.934, "p_contradicted": 0.0},
    {"text": "The margin is 9 ps.", "p_supported": 0.12, "p_contradicted": 0.2},
]
LINES = ["    0.93  The voltage is 0.75 V.", "    0.12  The margin is 9 ps."]


def claim(parts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    detail = {"parts": parts} if parts else {}
    checks = [{"name": "entailment", "passed": False, "detail": detail}]
    said = {"text": "Two things are so.", "label": "unsupported", "confidence": 0.12, "citations": []}
    return {**said, "checks": checks, **more}


def answer(**more: Any) -> dict[str, Any]:
    start = {"status": "answered", "reason": None, "notes": [], "claims": [], "withheld": []}
    end = {
        "searched": {"near_misses": []},
        "calibrated": True,
        "model": "local",
        "timing_ms": {"total": 1},
        "id": "ans_1",
    }
    return {**start, **end, **more}


def test_a_checked_claim_shows_its_parts_under_the_reason() -> None:
    shown = checked_text(claim(PARTS, reason="A part fell."))
    assert shown.splitlines() == ["unsupported 0.12: Two things are so.", "A part fell.", *LINES]


def test_a_claim_of_one_fact_shows_no_parts() -> None:
    assert checked_text(claim([])).splitlines() == ["unsupported 0.12: Two things are so."]


def test_an_answer_shows_the_parts_of_shown_and_withheld_claims() -> None:
    shown = answer_text(answer(claims=[claim(PARTS)], withheld=[claim(PARTS[:1], reason="It fell.")])).splitlines()
    at = shown.index("Two things are so. ")
    assert shown[at + 1 : at + 4] == ["  unsupported 0.12", *LINES]
    assert shown[shown.index("  It fell.") + 1] == LINES[0]


def test_a_quoted_row_stands_under_the_names_of_its_columns() -> None:
    place = {"id": "doc~1", "document": {"title": "Policy"}, "section": []}
    row = place | {"header": "Item | Old | New", "exact": "Waiver lifetime | 180 | 90"}
    quoted = claim([], text=row["exact"], citations=[row])
    drafted = claim([], text="It is 90 days.", citations=[row])
    shown = answer_text(answer(claims=[quoted, drafted])).splitlines()
    at = shown.index("Waiver lifetime | 180 | 90 [1]")
    assert shown[at - 1] == "Item | Old | New"
    assert shown[shown.index("It is 90 days. [1]") - 1] == ""
