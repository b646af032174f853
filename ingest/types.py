"""The values that ingestion makes and everything else reads: pure data, frozen, no behaviour that touches a disk.

All offsets are half-open ranges `[start, end)` of Unicode code points into a document's canonical text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list_item", "table", "code", "caption"]
SpanKind = Literal["sentence", "table_row", "code"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page. Page counts from 1; coordinates are fractions of the page in [0, 1], origin top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Block:
    """A range of the canonical text that is one thing on the page: a paragraph, a list item, a table.

    `section` is the heading path above the block, outermost first; a heading's own text is part of its own path.
    A table's rows are its lines, cells separated by " | "; when `has_header` its first line names the columns.
    """

    start: int
    end: int
    kind: BlockKind
    section: tuple[str, ...] = ()
    has_header: bool = False


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where one run of characters of the canonical text stands on a page, as measured from the file."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a canonical text beyond its characters.

    `blocks` are sorted and do not overlap. `words` are sorted, and empty for formats that have no pages: a page
    number is measured or absent, never estimated.
    """

    blocks: tuple[Block, ...] = ()
    words: tuple[WordBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader makes of a file: the canonical text (Unicode NFC), its layout, the title the file itself states."""

    text: str
    layout: Layout
    title: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Document:
    """One revision of one curated document. `id` is the curator's slug and survives moving or renaming the file."""

    id: str
    collection: str
    title: str
    uri: str
    media_type: str
    text: str
    layout: Layout
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """The first 16 hex digits of the SHA-256 of the canonical text."""
        return revision_of(self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """A citable, sentence-sized range. `header` is the range of the column names when the span is a row of a table.

    `boxes` are the lines of the span on its pages, one box a line; empty for formats that have no pages.
    """

    id: str
    document_id: str
    revision: str
    start: int
    end: int
    text: str
    section: tuple[str, ...] = ()
    kind: SpanKind = "sentence"
    header: tuple[int, int] | None = None
    page: int | None = None
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: neighbouring spans under one heading. `text` is the canonical text's `[start, end)`."""

    id: str
    document_id: str
    revision: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    span_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage id with a score of one searcher. Lists of these are sorted by (-score, passage_id)."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage with its spans, its document's title, and the score of each searcher that found it."""

    passage: Passage
    spans: tuple[Span, ...]
    title: str
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)


def heading_path(title: str, section: tuple[str, ...]) -> tuple[str, ...]:
    """The document's title and the headings below it; a first heading that only repeats the title is said once."""
    return section if section[:1] == (title,) else (title, *section)


def revision_of(text: str) -> str:
    """Name the revision of a canonical text: the first 16 hex digits of the SHA-256 of its UTF-8 form."""
    return sha256(text.encode("utf-8")).hexdigest()[:16]
