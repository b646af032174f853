"""The store as it was at an earlier generation, or on a date, with indexes that are built of the truth when asked for.

On disk they lie beside the newest generation's, for two past generations of a collection at most: building one removes
those of later ones, and of earlier ones all but the newest. A process keeps the four open that it used last, whether or
not they are still on disk. Titles and metadata of documents are today's; a document counts as superseded when
its successor was there by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from app.types import AsOf, Checked
from app.view import OpenView
from ingest.embed import Embedder
from ingest.errors import BadInput
from ingest.history import generation_by
from ingest.past import committed_at, open_past_indexes, replaced_at
from ingest.pipeline import ensure_indexes
from ingest.purged import all_purged
from ingest.store import Store

KEPT_OPEN = 4
"""How many past generations a process keeps open."""

LONGEST = 40
"""Longer than any generation, date or time that is written out; Python reads no number of thousands of digits."""


class PastViews:
    """A whole store as of a generation, or as it was by a time; safe in many threads. `newest` opens it as it is."""

    def __init__(self, store: Store, embedder: Embedder, newest: Callable[[], OpenView]) -> None:
        self._store, self._embedder, self._newest = store, embedder, newest
        self._opened = lru_cache(maxsize=KEPT_OPEN)(self._open)

    def view(self, as_of: int | str) -> OpenView:
        """The store as of a generation, a date or a time. Raises BadInput where there was nothing."""
        store = self._store
        generation = _generation(store, as_of)
        # A purge takes texts out of the past too, and names of passages that are gone lead nowhere.
        found = self._newest_if(generation) or self._opened(generation, len(all_purged(store)))
        this = AsOf(generation, committed_at(store, generation))
        return replace(found, replaced=replaced_at(store, generation), as_of=this)

    def _newest_if(self, generation: int) -> OpenView | None:
        """The newest generation, once its indexes are there; None where another is wanted, or has come meanwhile."""
        if generation != self._store.generation():
            return None
        if self._newest().generation != generation:
            ensure_indexes(self._store, self._embedder)
        view = self._newest()
        return view if view.generation == generation else None

    def _open(self, generation: int, _purges: int) -> OpenView:
        return OpenView(self._store, generation, open_past_indexes(self._store, self._embedder, generation))


def with_outdated(as_of: AsOf | None, checked: Iterable[Checked], store: Store) -> AsOf | None:
    """Say which citations of an answer that is given as of a past generation stand no longer in the newest."""
    if as_of is None:
        return None
    cited = {citation.span.id for one in checked for citation in one.claim.citations}
    return replace(as_of, outdated=tuple(sorted(cited - store.current_ids(cited))))


def _generation(store: Store, as_of: int | str) -> int:
    newest, text = store.generation(), str(as_of)
    if len(text) > LONGEST:
        raise BadInput(f"what begins with {text[:LONGEST]!r} is no generation, and no date or time as 2026-03-01")
    number = int(text) if text.isascii() and text.isdigit() else generation_by(store, _until(text))
    if not 1 <= number <= newest:
        raise BadInput(f"the store held nothing as of {text!r}; its generations are 1 to {newest}")
    return number


def _until(text: str) -> datetime:
    """The last moment that is meant: of a day its end, in UTC as where a time names no zone."""
    try:
        if len(text) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(text), datetime.max.time(), UTC)
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no generation, and no date or time as 2026-03-01") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
