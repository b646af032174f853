from __future__ import annotations

from app.checks import pointer
from app.types import Citation, Claim
from ingest.types import Span

TEXT = "Foreword. The hold margin is 15 ps. Afterword."


def cited(span_id: str, start: int, end: int) -> Citation:
    span = Span(id=span_id, document_id="sta", revision="r1", start=start, end=end, text=TEXT[start:end])
    return Citation(span=span, title="STA", uri="sta.md", prefix="", suffix="")


def resolve(span: Span) -> str | None:
    return TEXT[span.start : span.end] if (span.document_id, span.revision) == ("sta", "r1") else None


GOOD = cited("sta~1", 10, 35)


def test_a_citation_that_was_offered_and_stands_passes() -> None:
    check = pointer.check(Claim("The margin is 15 ps.", (GOOD,)), frozenset({"sta~1"}), resolve)
    assert (check.name, check.passed, check.detail) == ("pointer", True, {})


def test_every_broken_citation_is_named_with_its_problem() -> None:
    moved = Citation(
        span=Span(id="sta~2", document_id="sta", revision="r1", start=11, end=36, text=GOOD.span.text),
        title="STA", uri="sta.md", prefix="", suffix="",
    )  # fmt: skip
    gone = Citation(
        span=Span(id="sta~3", document_id="sta", revision="r0", start=10, end=35, text=GOOD.span.text),
        title="STA", uri="sta.md", prefix="", suffix="",
    )  # fmt: skip
    claim = Claim("x", (GOOD, moved, gone, cited("sta~4", 10, 35)))
    check = pointer.check(claim, frozenset({"sta~1", "sta~2", "sta~3"}), resolve)
    assert check.passed is False
    assert check.detail["broken"] == [
        {"id": "sta~2", "problem": "text_differs"},
        {"id": "sta~3", "problem": "not_found"},
        {"id": "sta~4", "problem": "not_offered"},
    ]


def test_a_claim_without_citation_fails() -> None:
    check = pointer.check(Claim("x", ()), frozenset({"sta~1"}), resolve)
    assert check.passed is False
    assert check.detail["broken"] == [{"id": None, "problem": "no_citation"}]
