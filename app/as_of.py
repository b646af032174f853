"""The store as it was at an earlier generation, or on a date, with indexes that are built of the truth when asked for.

They lie beside the newest generation's, for two past generations at most: building one removes the others. Titles and
metadata of documents are today's; a document counts as superseded when its successor was there by then.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.services import OpenView
from ingest.embed import Embedder
from ingest.errors import BadInput
from ingest.history import generation_by
from ingest.indexes import open_indexes
from ingest.past import PAST, collections_at, ensure_past_indexes, replaced_at
from ingest.store import Store


def past_view(store: Store, embedder: Embedder, as_of: int | str) -> OpenView | None:
    """A whole store as of a generation, or as it was by a time; None for the newest.

    Raises BadInput where there was nothing.
    """
    generation = _generation(store, as_of)
    if generation == store.generation():
        return None
    ensure_past_indexes(store, embedder, generation)
    names, root = collections_at(store, generation), store.folder / PAST
    opened = {name: open_indexes(root, name, generation, embedder) for name in names}
    return OpenView(store, generation, opened, replaced_at(store, generation))


def _generation(store: Store, as_of: int | str) -> int:
    newest, text = store.generation(), str(as_of)
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
