"""Saying of an answer that what it cites has been superseded."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.types import Checked


def superseded_notes(checked: Sequence[Checked], superseded: Collection[str]) -> list[str]:
    """A sentence for each superseded document that a shown claim cites, sorted by title."""
    cited = {citation for one in checked if not one.verdict.reason for citation in one.claim.citations}
    titles = {one.title for one in cited if one.span.document_id in superseded}
    return [f"{title} has been superseded: what it says may no longer hold." for title in sorted(titles)]
