"""Values to rows of the store and back. Text forms are JSON; a layout is compressed as well."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from ingest.types import Block, Box, Layout, Passage, Span, SpanKind, WordBox


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the store knows of a document beside its text. `path` is where its file was at the last ingest."""

    id: str
    collection: str
    title: str
    uri: str
    path: str
    media_type: str
    metadata: Mapping[str, str]
    current_revision: str
    source_sha256: str
    fingerprint: str
    status: Literal["current", "retired"]
    added_at: str
    updated_at: str


class SpanRow(NamedTuple):
    """A span in the table `spans`, less its generations. Its text is not kept twice: it stands in the revision."""

    document_id: str
    revision: str
    start: int
    id: str
    end: int
    kind: SpanKind
    section: str
    header_start: int | None
    header_end: int | None
    boxes: str


class PassageRow(NamedTuple):
    """A passage in the table `passages`, less its generations and its text. Its spans are those in its range."""

    id: str
    collection: str
    document_id: str
    revision: str
    start: int
    end: int
    section: str
    vector_key: str


class Source(NamedTuple):
    """The bytes of a file as they were loaded."""

    data: bytes
    media_type: str


def now() -> str:
    """The time, as the store keeps it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def indexed_text(title: str, passage: Passage) -> str:
    """What the searchers read of a passage: its document's title, the headings above it, its text."""
    return "\n".join((title, " > ".join(passage.section), passage.text))


def vector_key(text: str) -> str:
    """The name under which the vector of an indexed text is kept: its SHA-256."""
    return sha256(text.encode("utf-8")).hexdigest()


def pack_layout(layout: Layout) -> bytes:
    """Write a layout as compressed JSON."""
    words = [(word.start, word.end, *box_numbers(word.box)) for word in layout.words]
    blocks = [(block.start, block.end, block.kind, block.section, block.has_header) for block in layout.blocks]
    return zlib.compress(json.dumps({"blocks": blocks, "words": words}, ensure_ascii=False).encode("utf-8"), 3)


def unpack_layout(packed: bytes) -> Layout:
    """Read what `pack_layout` wrote."""
    raw = json.loads(zlib.decompress(packed))
    return Layout(
        blocks=tuple(
            Block(start, end, kind, tuple(section), head) for start, end, kind, section, head in raw["blocks"]
        ),
        words=tuple(WordBox(start, end, Box(*box)) for start, end, *box in raw["words"]),
    )


def box_numbers(box: Box) -> tuple[int, float, float, float, float]:
    """A box as five numbers; `dataclasses.astuple` copies deeply, which shows on pages of a hundred thousand words."""
    return box.page, box.x0, box.y0, box.x1, box.y1


def span_row(span: Span) -> SpanRow:
    """A span as the store keeps it."""
    header_start, header_end = span.header or (None, None)
    boxes = json.dumps([box_numbers(box) for box in span.boxes]) if span.boxes else ""
    return SpanRow(
        span.document_id,
        span.revision,
        span.start,
        span.id,
        span.end,
        span.kind,
        _pack_section(span.section),
        header_start,
        header_end,
        boxes,
    )


def read_span(row: SpanRow, text: str, offset: int) -> Span:
    """A span from its row, with its text cut from `text`, which begins at `offset` of the canonical text."""
    name, document_id, revision, start, end = row.id, row.document_id, row.revision, row.start, row.end
    header = None if row.header_start is None or row.header_end is None else (row.header_start, row.header_end)
    boxes = tuple(Box(*box) for box in json.loads(row.boxes)) if row.boxes else ()
    section, page = _read_section(row.section), boxes[0].page if boxes else None
    said = text[start - offset : end - offset]
    return Span(name, document_id, revision, start, end, said, section, row.kind, header, page, boxes)


@lru_cache(maxsize=4096)
def _read_section(packed: str) -> tuple[str, ...]:
    return tuple(json.loads(packed))


def passage_row(passage: Passage, collection: str, key: str) -> PassageRow:
    """A passage as the store keeps it, with the key of its vector."""
    return PassageRow(
        passage.id,
        collection,
        passage.document_id,
        passage.revision,
        passage.start,
        passage.end,
        _pack_section(passage.section),
        key,
    )


@lru_cache(maxsize=1024)
def _pack_section(section: tuple[str, ...]) -> str:
    return json.dumps(section, ensure_ascii=False)


def read_passage(row: Any, span_ids: Sequence[str]) -> Passage:
    """A passage from its row and the ids of the spans in its range."""
    return Passage(
        row.id, row.document_id, row.revision, row.start, row.end, row.text, _read_section(row.section), tuple(span_ids)
    )
