"""Which citations of kept answers do not say today what they said when they were given, and what stands there now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.present import sources_of
from app.wire import Json
from ingest.errors import UnknownId
from ingest.resolve import DiffPart, Resolution, resolve
from ingest.store import Store
from ingest.types import Span

REMEMBERED = 10_000
"""How many findings are kept: within a generation of the store they do not change, and each takes a while."""


class Now(NamedTuple):
    """What has become of a citation, and the span that stands there now, if any does."""

    status: str
    span: Span | None


_Key = tuple[Path, int, str, str, int]
_known: dict[_Key, Resolution | None] = {}


def stale_citations(store: Store, answers: Iterable[Json]) -> dict[str, str]:
    """The citations whose text stands no longer in its document: citation id to `moved`, `changed` or `gone`.

    One look at the store tells which of them still stand; only the others are resolved one by one. `moved` is said of a
    text that stands in a longer sentence now; one that is only in another place is as good as before.
    """
    cited = {source["id"]: source for answer in answers for source in sources_of(answer)}
    standing = store.current_ids(cited)
    generation = store.generation()
    found = {name: resolved(store, one, generation) for name, one in cited.items() if name not in standing}
    return {name: one.status if one else "gone" for name, one in found.items()}


def resolved(store: Store, citation: Json, generation: int) -> Resolution | None:
    """What has become of a citation as of the newest generation; None where it is hidden from who asks, or never was.

    `generation` is that of the store, which the caller has read already.
    """
    document = citation["document"]
    try:
        store.document(document["id"])  # hidden from who asks: nothing is known of it
    except UnknownId:
        return None
    key = (store.folder, generation, citation["id"], document["revision"], citation["start"])
    if key not in _known:
        while len(_known) >= REMEMBERED:
            _known.pop(next(iter(_known)), None)
        _known[key] = _resolved(store, citation)
    return _known[key]


def _resolved(store: Store, citation: Json) -> Resolution | None:
    try:
        return resolve(store, citation["id"], citation["document"]["revision"], citation["start"])
    except UnknownId:  # never of this store
        return None


@dataclass(frozen=True, slots=True)
class Became:
    """A citation of an answer, in its wire form, that stands no longer as it was cited.

    `diff` goes from the cited words to those of the successor `now`, where there is one.
    """

    citation: Json
    status: str
    diff: tuple[DiffPart, ...] = ()
    now: str | None = None


def changes_of(store: Store, answer: Json) -> list[Became]:
    """What has become of those sources of an answer that do not stand as they were cited, in their order."""
    sources, generation = sources_of(answer), store.generation()
    standing = store.current_ids([one["id"] for one in sources])
    changed = [one for one in sources if one["id"] not in standing]
    return [_became(one, resolved(store, one, generation)) for one in changed]


def _became(citation: Json, found: Resolution | None) -> Became:
    if found is None:
        return Became(citation, "gone")
    return Became(citation, found.status, found.diff, found.now.id if found.now else None)
