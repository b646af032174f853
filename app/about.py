"""What a reader of a citation must know of its document: whose it is, whether it still holds, how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.errors import UnknownId
from ingest.resolve import Resolution
from ingest.review import lapses
from ingest.rows import StoredDocument
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Successor:
    """The document that replaces another: its id, and its title where the store holds it."""

    id: str
    title: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a cited document. Empty texts are not known.

    `stored` is when the cited revision came into the store, `latest` whether the store is sure of no more than that it
    was there by then. `purged` says by whom, when and why the document was purged. `lapsed` are sentences about dates
    that have passed.
    """

    owner: str
    licence: str
    reviewed: str
    retired: str
    purged: str
    successor: Successor | None
    lapsed: tuple[str, ...]
    stored: str
    latest: bool
    is_newest: bool


def about(store: Store, found: Resolution, today: date) -> About:
    """Gather what is known of the document of a citation, and of the revision that was cited."""
    document, metadata = found.document, found.document.metadata
    successor = metadata.get("superseded_by")
    revision = found.cited.revision if found.cited else ""
    stored, latest = _stored(store, document, revision) if revision else ("", False)
    return About(
        owner=metadata.get("owner", ""),
        licence=metadata.get("licence", ""),
        reviewed=metadata.get("reviewed", ""),
        retired=document.updated_at[:10] if document.status == "retired" and not found.purge else "",
        purged=f"by {found.purge.by} on {found.purge.at[:10]}: {found.purge.why}" if found.purge else "",
        successor=_successor(store, successor) if successor else None,
        lapsed=() if successor else _lapsed(document, today),
        stored=stored,
        latest=latest,
        is_newest=revision == document.current_revision,
    )


def _successor(store: Store, document_id: str) -> Successor:
    try:
        return Successor(document_id, store.document(document_id).title)
    except UnknownId:
        return Successor(document_id, None)


def _lapsed(document: StoredDocument, today: date) -> tuple[str, ...]:
    """Sentences; a document that was replaced needs none, since its successor is what is looked after."""
    said = {
        "valid_until": "It was valid until {}.",
        "review_due": "Its review was due on {}.",
        "reviewed": "It was last reviewed on {}, more than a year ago.",
    }
    return tuple(said[one.field].format(one.day) for one in lapses(document.metadata, today))


def _stored(store: Store, document: StoredDocument, revision: str) -> tuple[str, bool]:
    """The day on which a revision came into the store, and whether it may have been earlier.

    The store notes when a document was added, and when it was last changed, in its text or by its curator.
    """
    if revision in store.revisions(document.id)[:1]:
        return document.added_at[:10], False
    if revision == document.current_revision and document.status == "current":
        return document.updated_at[:10], True
    return "", False
