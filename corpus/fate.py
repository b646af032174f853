"""What an ingest has made of a citation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ingest.errors import UnknownId
from ingest.resolve import resolve
from ingest.store import Store

STANDS = ("current", "moved")
"""The statuses of a text that stands, word for word."""


class Fate(NamedTuple):
    """The status of a citation (`ingest.resolve`), its text as it was cited, and what stands for it now, if any."""

    status: str
    text: str
    now: str


def fates(store: Store, citation_ids: Iterable[str]) -> dict[str, Fate]:
    """What has become of citations; of one that never was of this store, nothing is known but that it is `gone`."""
    return {name: _fate(store, name) for name in sorted(citation_ids)}


def _fate(store: Store, citation_id: str) -> Fate:
    try:
        found = resolve(store, citation_id)
    except UnknownId:
        return Fate("gone", "", "")
    return Fate(found.status, found.cited.text if found.cited else "", found.now.text if found.now else "")
