"""What an answer cites, as its wire form says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ingest.identity import parse_id


class Cited(NamedTuple):
    """A citation of an answer; `shown` where a claim that was not withheld rests on it, and it stood at the time."""

    citation_id: str
    document_id: str
    shown: bool


def cited_by(body: Mapping[str, Any]) -> tuple[Cited, ...]:
    """Each citation of an answer's claims once, in order: those of shown claims first.

    What an answer that was given as of an earlier generation cites, and stood no longer then, it does not lose later.
    """
    found, outdated = dict[str, Cited](), outdated_of(body)
    for name in ("claims", "withheld"):
        for claim in body.get(name, ()):
            for citation in claim.get("citations", ()):
                cited = str(citation["id"])
                shown = name == "claims" and cited not in outdated
                found.setdefault(cited, Cited(cited, parse_id(cited).document_id, shown))
    return tuple(found.values())


def outdated_of(body: Mapping[str, Any]) -> frozenset[str]:
    """The ids of an answer's citations of which the text stood no longer in the newest generation when it was given."""
    return frozenset((body.get("as_of") or {}).get("outdated", ()))


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
