"""Passages with their spans by id: what every search ends with, so two queries whatever the number of ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from ingest.errors import UnknownId
from ingest.rows import SpanRow, read_passage, read_span
from ingest.schema import SPAN_COLUMNS, documents, passages, spans, visible
from ingest.types import Hit, Span

_generation = bindparam("generation", type_=spans.c.first_generation.type)
_wanted = passages.c.id.in_(bindparam("ids", expanding=True))

_PASSAGES = (
    select(passages, documents.c.title)
    .join(documents, documents.c.id == passages.c.document_id)
    .where(_wanted, visible(passages, _generation))
)

_SPANS = (
    select(passages.c.id, *SPAN_COLUMNS)
    .join(
        passages,
        (spans.c.document_id == passages.c.document_id)
        & (spans.c.revision == passages.c.revision)
        & spans.c.start.between(passages.c.start, passages.c.end - 1),
    )
    .where(_wanted, visible(passages, _generation), visible(spans, _generation))
    .order_by(spans.c.start)
)


def read_hits(connection: Connection, passage_ids: Sequence[str], generation: int) -> list[Hit]:
    """Read passages as of a generation, in the order of the ids, at most some thousands; their scores are 0.

    Raises UnknownId when one is not there.
    """
    values = {"ids": passage_ids, "generation": generation}
    found = {row.id: row for row in connection.execute(_PASSAGES, values).all()}
    missing = [name for name in passage_ids if name not in found]
    if missing:
        raise UnknownId(f"generation {generation} holds no passage {missing[0]!r}")
    parts: dict[str, list[Span]] = {name: [] for name in found}
    for name, *row in connection.execute(_SPANS, values).all():
        parts[name].append(read_span(SpanRow(*row), found[name].text, found[name].start))
    return [_hit(found[name], tuple(parts[name])) for name in passage_ids]


def _hit(row: Row[Any], parts: tuple[Span, ...]) -> Hit:
    return Hit(read_passage(row, [span.id for span in parts]), parts, row.title, 0.0)
