"""From a question to hits: both searchers of every collection, fused, with superseded documents left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.fusion import fuse
from app.settings import Settings
from ingest.errors import UnknownId
from ingest.identity import document_of
from ingest.indexes import Indexes
from ingest.types import Hit, Scored

CANDIDATES = 100
"""How many passages each searcher puts up for fusion."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be searched. Empty fields filter nothing.

    A superseded document is found only when it is named here, or when `superseded` asks for all of them.
    """

    collections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    superseded: bool = False


class View(Protocol):
    """One generation of the store with its indexes, as `app.services` opens it."""

    @property
    def indexes(self) -> Mapping[str, Indexes]:
        """The searchers of each collection."""
        ...

    def allowed(self, collection: str, filters: Filters) -> frozenset[str] | None:
        """The ids of the passages that pass the filters; None when nothing is filtered."""
        ...

    def hits(self, passage_ids: list[str]) -> list[Hit]:
        """The passages of these ids, in this order, with their spans; scores are zero."""
        ...

    def superseded(self) -> frozenset[str]:
        """The ids of the documents that another document replaces."""
        ...


def retrieve(
    query: str, view: View, filters: Filters, settings: Settings, k: int, outdated: bool = False
) -> tuple[Hit, ...]:
    """Find the k best passages, sorted by (-score, passage id); those of superseded documents too if `outdated`.

    Raises UnknownId for a filter that names a collection or a document that is not there.
    """
    lexical, dense = _search(query, view, filters)
    fused = fuse(lexical, dense, settings.fusion, settings.fusion_weight, CANDIDATES)
    hidden = frozenset() if outdated or filters.superseded else view.superseded() - set(filters.documents)
    best = [one for one in fused if document_of(one[0]) not in hidden][:k]
    hits = view.hits([passage_id for passage_id, _, _ in best])
    return tuple(replace(hit, score=score, scores=scores) for hit, (_, score, scores) in zip(hits, best, strict=True))


def _search(query: str, view: View, filters: Filters) -> tuple[list[Scored], list[Scored]]:
    for name in filters.collections:
        if name not in view.indexes:
            raise UnknownId(f"the store holds no collection {name!r}")
    lexical: list[Scored] = []
    dense: list[Scored] = []
    for collection, indexes in view.indexes.items():
        if filters.collections and collection not in filters.collections:
            continue
        by_words, by_meaning = indexes.candidates(query, CANDIDATES, view.allowed(collection, filters))
        lexical += by_words
        dense += by_meaning
    return _in_order(lexical), _in_order(dense)


def _in_order(scored: list[Scored]) -> list[Scored]:
    return sorted(scored, key=lambda one: (-one.score, one.passage_id))
