"""Which citations of kept answers do not say today what they said when they were given."""

from __future__ import annotations

from collections.abc import Iterable

from app.present import sources_of
from app.wire import Json
from ingest.errors import UnknownId
from ingest.resolve import resolve
from ingest.store import Store


def stale_citations(store: Store, answers: Iterable[Json]) -> dict[str, str]:
    """The citations whose text stands no longer in its document: citation id to `moved`, `changed` or `gone`.

    One look at the store tells which of them still stand; only the others are resolved one by one. `moved` is said of a
    text that stands in a longer sentence now; one that is only in another place is as good as before.
    """
    cited = {source["id"]: source for answer in answers for source in sources_of(answer)}
    standing = store.current_ids(cited)
    return {name: _status(store, one) for name, one in cited.items() if name not in standing}


def _status(store: Store, citation: Json) -> str:
    try:
        return resolve(store, citation["id"], citation["document"]["revision"], citation["start"]).status
    except UnknownId:  # never of this store, or hidden from who asks
        return "gone"
