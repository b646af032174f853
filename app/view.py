"""One generation of the store, opened with its indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.retrieve import Filters
from app.types import AsOf
from ingest.indexes import Indexes
from ingest.store import Store
from ingest.types import Hit


@dataclass(frozen=True, slots=True)
class OpenView:
    """One generation of the store with the indexes of its collections; what a request reads from first to last.

    `replaced` are the documents that others replaced then; None where today's are meant. `as_of` where one was asked.
    """

    store: Store
    generation: int
    indexes: Mapping[str, Indexes]
    replaced: frozenset[str] | None = None
    as_of: AsOf | None = None

    def allowed(self, collection: str, filters: Filters) -> frozenset[str] | None:
        """The ids of the passages that pass the filters; None when nothing is filtered.

        Raises UnknownId for a document that the store does not hold.
        """
        if not filters.documents and not filters.metadata:
            return None
        for document_id in filters.documents:
            self.store.document(document_id)
        return self.store.passage_ids_where(collection, filters.documents, filters.metadata, self.generation)

    def hits(self, passage_ids: list[str]) -> list[Hit]:
        """The passages of these ids, in this order, with their spans."""
        return self.store.hits(passage_ids, self.generation)

    def superseded(self) -> frozenset[str]:
        """The ids of the documents that another document replaces."""
        return self.store.superseded() if self.replaced is None else self.replaced
