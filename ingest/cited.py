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
