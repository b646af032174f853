"""What a curated folder holds, counted, and when its documents are due for review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

from corpus.reading import read_documents
from ingest.discover import discover
from ingest.prepare import Loading
from ingest.review import REVIEW_EVERY, day_of
from ingest.split import passages_of, spans_of
from ingest.types import Document, Span

GROUPS: dict[str, Callable[[Document], str]] = {
    "by_collection": lambda one: one.collection,
    "by_format": lambda one: Path(one.uri).suffix.lower().lstrip("."),
    "by_owner": lambda one: one.metadata.get("owner", ""),
}
"""What documents are counted by; the name of a group is empty where the manifest says nothing."""


def stats(folder: Path, today: date, collection: str = "default", loader: Loading | None = None) -> dict[str, Any]:
    """Count a folder as an ingest would read it: plain JSON values. Raises ManifestError.

    `span_words` has the least, the greatest, and the quartiles of the lengths of spans, and their 90th percentile.
    """
    found = discover([folder], folder, collection)
    read = read_documents([one for one in found.candidates if one.file.is_file()], loader)
    spans = {one.id: spans_of(one) for one in read.documents}
    counted = {one.id: _count(one, spans[one.id]) for one in read.documents}
    lengths = sorted(len(span.text.split()) for of_one in spans.values() for span in of_one)
    grouped = {name: _grouped(read.documents, counted, group) for name, group in GROUPS.items()}
    return {
        **sum(counted.values(), Counter(dict.fromkeys(("documents", "words", "spans", "passages"), 0))),
        **grouped,
        "span_words": _spread(lengths),
        "reviews": _reviews(read.documents, today),
        "failures": [{"path": one.path, "reason": one.reason} for one in read.failures],
    }


def _count(document: Document, spans: tuple[Span, ...]) -> Counter[str]:
    passages = passages_of(document, spans)
    words = len(document.text.split())
    return Counter(documents=1, words=words, spans=len(spans), passages=len(passages))


def _grouped(
    documents: Sequence[Document], counted: dict[str, Counter[str]], group: Callable[[Document], str]
) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for one in documents:
        found[group(one)] = found.get(group(one), Counter()) + counted[one.id]
    return {name: dict(found[name]) for name in sorted(found)}


def _spread(lengths: Sequence[int]) -> dict[str, float]:
    """Of at least two sorted lengths; of fewer there is no spread."""
    if len(lengths) < 2:
        return {}
    tenths, quarters = (quantiles(lengths, n=n, method="inclusive") for n in (10, 4))
    names = ("least", "quarter", "median", "three_quarters", "nine_tenths", "greatest")
    return dict(zip(names, (lengths[0], *quarters, tenths[8], lengths[-1]), strict=True))


def _reviews(documents: Sequence[Document], today: date) -> list[dict[str, Any]]:
    """When each document is due for review, the next first; one that another replaces is not reviewed any more."""
    found = []
    for one in documents:
        due, reviewed = (day_of(one.metadata.get(name)) for name in ("review_due", "reviewed"))
        day = due or (reviewed + REVIEW_EVERY if reviewed else None)
        if not one.metadata.get("superseded_by"):
            past = day is not None and day < today
            found.append({"document": one.id, "due": day.isoformat() if day else None, "past": past})
    return sorted(found, key=lambda one: (one["due"] or "", one["document"]))
