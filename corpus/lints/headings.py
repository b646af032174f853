"""Headings with nothing under them, neither text nor a deeper heading; those of a title page are let be, and those of
files with pages, where headings and their levels are only told by their looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.finding import Finding, place
from ingest.types import Block, Document


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """Each heading that the next one of its level or a higher one follows at once, or that ends its document."""
    for document in (one for one in documents if not one.layout.words):
        for one, after in pairwise(_body(document)):
            if one and one.kind == "heading" and _is_level_with(one, after):
                yield Finding(document.id, "has a heading without text", "empty-heading", "warning", place(one))


def _body(document: Document) -> Iterator[Block | None]:
    """The blocks from the first text on, with its heading, and None at the end; a title page is headings alone."""
    blocks = document.layout.blocks
    first = next((at for at, block in enumerate(blocks) if block.kind != "heading"), len(blocks))
    yield from blocks[max(0, first - 1) :]
    yield None


def _is_level_with(heading: Block, after: Block | None) -> bool:
    return after is None or (after.kind == "heading" and len(after.section) <= len(heading.section))
