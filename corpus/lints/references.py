"""References from one place of a document to another of it that is not there: sections, tables, figures by number.

A reference that may be to another document is let be, and so is each kind of which the document itself numbers none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from corpus.finding import Finding, place
from ingest.types import Block, Document

_NUMBERED = re.compile(r"(?:(?:Chapter|Section|Part)\s+)?(\d+(?:\.\d+)*)(?:[.:)]?\s|$)", re.IGNORECASE)
_CAPTION = re.compile(r"(?:^|\| )(Table|Figure|Fig\.)\s+(\d+(?:[.-]\d+)*)", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(
    r"\b(?P<kind>sections?|chapters?|tables?|figures?|fig\.)\s+(?P<number>\d+(?:[.-]\d+)*)(?![\w%]|[.-]\d)",
    re.IGNORECASE,
)
_ELSEWHERE_AFTER = re.compile(r"\s*(?:,\s*)?(?:\((?:see\s)?)?(?:of|in|from)\b")
_ELSEWHERE_BEFORE = re.compile(
    r"(?:\b[A-Z]{2,}[\w.-]*(?:\s[\w.-]*\d[\w.-]*)?|\b(?i:standard|manual|guide|handbook|policy|specification|report|"
    r"document|datasheet|paper|book|its|their|clause|edition|v?\d+(?:\.\d+)+)),?\s*(?:in\s|see\s)?$"
)
_KINDS = {"s": "section", "c": "section", "t": "table", "f": "figure"}
_LOOK_BACK = 40

HEADING_WORDS = 10
"""A longer line is no heading that a loader took for a paragraph."""


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """Each reference by number that leads nowhere, once for each number."""
    for document in documents:
        there = _numbers(document)
        seen: set[tuple[str, str]] = set()
        for match in _REFERENCE.finditer(document.text):
            kind = _KINDS[match["kind"][0].lower()]
            key = kind, match["number"]
            if not there[kind] or key[1] in there[kind] or key in seen or _is_elsewhere(document.text, match):
                continue
            seen.add(key)
            yield _finding(document, match)


def _numbers(document: Document) -> dict[str, set[str]]:
    """What a document numbers: its headings and its captions, be they marked as such or not."""
    found: dict[str, set[str]] = {"section": set(), "table": set(), "figure": set()}
    for block in document.layout.blocks:
        text = document.text[block.start : block.end]
        if _may_head(block, text) and (numbered := _NUMBERED.match(text)):
            found["section"].add(numbered[1])
            continue
        for kind, number in _CAPTION.findall(text):
            found[_KINDS[kind[0].lower()]].add(number)
    return found


def _may_head(block: Block, text: str) -> bool:
    """Whether a block is a heading, or a line such as `3. Copying in quantity` that looks like one."""
    is_line = block.kind in ("paragraph", "list_item") and len(text.split()) <= HEADING_WORDS
    return block.kind == "heading" or (is_line and not text.endswith("."))


def _is_elsewhere(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    return bool(_ELSEWHERE_AFTER.match(text, match.end()) or _ELSEWHERE_BEFORE.search(before))


def _finding(document: Document, match: re.Match[str]) -> Finding:
    blocks = document.layout.blocks
    at = bisect_right([block.start for block in blocks], match.start()) - 1
    where = place(blocks[at]) if at >= 0 else ""
    return Finding(document.id, f"refers to {match[0]}, which it has not", "dead-reference", "warning", where)
