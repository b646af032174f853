"""From a document to the spans that can be cited, and to the passages that are searched."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from ingest.boxes import boxes_of
from ingest.identity import assign_ids
from ingest.sentences import sentences
from ingest.types import Block, Document, Passage, Span, SpanKind

CODE_LINES = 12
LONGEST: dict[SpanKind, int] = {"sentence": 600, "table_row": 2400, "code": 2400}
"""Code points beyond which a span is cut, so that no single one fills a prompt."""

_CLAUSE = re.compile(r"[;,:]\s+")
_SPACE = re.compile(r"\s+")
_LINE = re.compile(r"[^\n]*\n?")


class _Line(NamedTuple):
    """A line of a block; `number` counts the block's lines, blank ones included."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A range that is to become a span."""

    start: int
    end: int
    kind: SpanKind
    section: tuple[str, ...]
    header: tuple[int, int] | None = None


def spans_of(document: Document) -> tuple[Span, ...]:
    """Cut a document into spans, in reading order, none overlapping another.

    Prose is cut into sentences, a table into its rows, code into chunks of at most 12 lines. Headings are no spans:
    they stand in the section paths of what is under them.
    """
    pieces = [
        cut
        for block in document.layout.blocks
        for piece in _pieces(document.text, block)
        for cut in _cut_long(document.text, piece)
    ]
    ids = assign_ids(document.id, [document.text[piece.start : piece.end] for piece in pieces])
    revision = document.revision
    return tuple(_span(document, revision, name, piece) for name, piece in zip(ids, pieces, strict=True))


def passages_of(document: Document, spans: tuple[Span, ...], size: int = 180) -> tuple[Passage, ...]:
    """Group neighbouring spans under one heading path into passages of at most `size` words.

    A section that is longer is shared out evenly over as few passages as hold it; a single span that is longer is a
    passage of its own. A passage that opens with a table's first row begins at the table's header.
    """
    groups = [
        group
        for _, section in groupby(spans, key=lambda span: span.section)
        for group in _even_groups(list(section), size)
    ]
    ids = assign_ids(document.id, [" ".join(span.id for span in group) for group in groups], separator="@")
    starts = _starts(groups)
    return tuple(
        Passage(
            id=name,
            document_id=document.id,
            revision=group[0].revision,
            start=start,
            end=group[-1].end,
            text=document.text[start : group[-1].end],
            section=group[0].section,
            span_ids=tuple(span.id for span in group),
        )
        for name, group, start in zip(ids, groups, starts, strict=True)
    )


def _span(document: Document, revision: str, name: str, piece: _Piece) -> Span:
    boxes = boxes_of(document.layout, piece.start, piece.end)
    return Span(
        id=name,
        document_id=document.id,
        revision=revision,
        start=piece.start,
        end=piece.end,
        text=document.text[piece.start : piece.end],
        section=piece.section,
        kind=piece.kind,
        header=piece.header,
        page=boxes[0].page if boxes else None,
        boxes=boxes,
    )


def _pieces(text: str, block: Block) -> Iterator[_Piece]:
    match block.kind:
        case "heading":
            return
        case "table":
            yield from _rows(text, block)
        case "code":
            yield from _chunks(text, block)
        case _:
            for start, end in sentences(text[block.start : block.end]):
                yield _Piece(block.start + start, block.start + end, "sentence", block.section)


def _lines(text: str, block: Block) -> list[_Line]:
    """Give the block's lines that are not blank: indentation kept, white space at the end not."""
    found = []
    for number, match in enumerate(_LINE.finditer(text, block.start, block.end)):
        length = len(match[0].rstrip())
        if length:
            found.append(_Line(match.start(), match.start() + length, number))
    return found


def _rows(text: str, block: Block) -> Iterator[_Piece]:
    lines = _lines(text, block)
    header = (lines[0].start, lines[0].end) if block.has_header and len(lines) > 1 else None
    for line in lines[1:] if header else lines:
        yield _Piece(line.start, line.end, "table_row", block.section, header)


def _chunks(text: str, block: Block) -> Iterator[_Piece]:
    lines = _lines(text, block)
    at = 0
    while at < len(lines):
        size = _chunk_size([line.number for line in lines[at : at + CODE_LINES + 1]])
        yield _Piece(lines[at].start, lines[at + size - 1].end, "code", block.section)
        at += size


def _chunk_size(numbers: list[int]) -> int:
    """Say how many of the coming lines, given by number, make a chunk: up to its last blank line, if it has one."""
    size = bisect_left(numbers, numbers[0] + CODE_LINES)
    if size == len(numbers):
        return size
    breaks = [place for place in range(1, size + 1) if numbers[place] - numbers[place - 1] > 1]
    return breaks[-1] if breaks else size


def _cut_long(text: str, piece: _Piece) -> Iterator[_Piece]:
    """Cut a piece that is too long at the last clause border within reach, else at a space, else anywhere."""
    longest = LONGEST[piece.kind]
    start = piece.start
    while piece.end - start > longest:
        border = _border(text, start, start + longest)
        end = start + len(text[start:border].rstrip())
        if start < end:
            yield replace(piece, start=start, end=end)
        start = border
    yield replace(piece, start=start)


def _border(text: str, start: int, limit: int) -> int:
    """Give a place beyond `start`, about `limit` at most, where a piece may be cut; no white space follows it."""
    third = start + (limit - start) // 3
    for pattern in (_CLAUSE, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, third, limit)]
        if ends and not text[ends[-1]].isspace():
            return ends[-1]
    after = _SPACE.match(text, limit)
    return after.end() if after else limit


def _even_groups(spans: list[Span], size: int) -> Iterator[list[Span]]:
    words = [len(span.text.split()) for span in spans]
    share = sum(words) / -(-sum(words) // size)
    group: list[Span] = []
    held = 0
    for span, count in zip(spans, words, strict=True):
        if group and (held + count > size or held + count / 2 > share):
            yield group
            group, held = [], 0
        group.append(span)
        held += count
    yield group


def _starts(groups: list[list[Span]]) -> list[int]:
    """Give the passages' starts: that of the first span, or of its table's header where no span stands between."""
    starts = []
    previous_end = 0
    for group in groups:
        header = group[0].header
        starts.append(header[0] if header and header[0] >= previous_end else group[0].start)
        previous_end = group[-1].end
    return starts
