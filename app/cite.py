"""Spans as citations: with the words around them, and only where the quoted text really stands."""

from __future__ import annotations

from collections.abc import Sequence

from app.types import Citation
from ingest.errors import StoreError
from ingest.store import Store
from ingest.types import Span

AROUND = 32
"""How many code points of the text before and after a span a citation carries."""


def cite(store: Store, spans: Sequence[Span]) -> list[Citation]:
    """Make a citation of each span. Raises StoreError when a span's text is not what stands at its offsets."""
    documents = {span.document_id: store.document(span.document_id) for span in spans}
    citations = []
    for span in spans:
        text = store.canonical_text(span.document_id, span.revision)
        if text[span.start : span.end] != span.text:
            raise StoreError(f"{span.id}: the text at [{span.start}, {span.end}) is not the text of the span")
        document = documents[span.document_id]
        citations.append(
            Citation(
                span=span,
                title=document.title,
                uri=document.uri,
                prefix=text[max(0, span.start - AROUND) : span.start],
                suffix=text[span.end : span.end + AROUND],
                header=text[slice(*span.header)] if span.header else "",
            )
        )
    return citations
