"""First rung: does every citation point at something that was shown and still says what is quoted?"""

from __future__ import annotations

from collections.abc import Callable

from app.types import Check, Citation, Claim
from ingest.types import Span

Resolve = Callable[[Span], str | None]
"""Gives the canonical text at a span's document, revision and offsets; None where there is no such place."""


def check(claim: Claim, offered: frozenset[str], resolve: Resolve) -> Check:
    """Check each citation of a claim: its id was offered to the model, its place exists and holds the quoted text.

    A claim without citations fails. `detail["broken"]` lists each citation that failed, with what is wrong with it.
    """
    if not claim.citations:
        return Check("pointer", False, {"broken": [{"id": None, "problem": "no_citation"}]})
    problems = [(citation, _problem(citation, offered, resolve)) for citation in claim.citations]
    broken = [{"id": citation.span.id, "problem": problem} for citation, problem in problems if problem]
    return Check("pointer", not broken, {"broken": broken} if broken else {})


def _problem(citation: Citation, offered: frozenset[str], resolve: Resolve) -> str | None:
    if citation.span.id not in offered:
        return "not_offered"
    text = resolve(citation.span)
    if text is None:
        return "not_found"
    return None if text == citation.span.text else "text_differs"
