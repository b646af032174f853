"""What an answer cites, as its wire form says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ingest.identity import parse_id


class Cited(NamedTuple):
    """A citation of an answer; `shown` where a claim that was not withheld rests on it."""

    citation_id: str
    document_id: str
    shown: bool


def cited_by(body: Mapping[str, Any]) -> tuple[Cited, ...]:
    """Each citation of an answer's claims once, in order: those of shown claims first."""
    found: dict[str, Cited] = {}
    for name in ("claims", "withheld"):
        for claim in body.get(name, ()):
            for citation in claim.get("citations", ()):
                one = Cited(citation["id"], parse_id(citation["id"]).document_id, name == "claims")
                found.setdefault(one.citation_id, one)
    return tuple(found.values())


def documents_named(answer: Any) -> frozenset[str]:
    """The ids of all documents that an answer in its wire form names, wherever in it they stand.

    Citations and near misses name theirs as `{"document": {"id": …}}`, passages as `{"document": id}`.
    """
    found: set[str] = set()
    waiting = [answer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            document = one.get("document")
            found.update([document["id"]] if isinstance(document, Mapping) else [document] if document else [])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return frozenset(found)
