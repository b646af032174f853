"""Where documents of the store contradict each other, for a curator to settle.

Documents that another replaces are left out: they say what held once.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.cite import cite
from app.contradictions import Contradiction, contradictions
from app.present import counted
from app.services import Services
from app.types import Citation
from app.view import OpenView
from app.wire import Json, citation_json
from ingest.store import Store
from ingest.types import Hit

AT_ONCE = 1000
"""How many passages are read from the store at once."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction of two cited spans, and why, as `app.contradictions` gives it."""

    first: Citation
    second: Citation
    why: str
    p_contradicted: float | None


def conflicts(services: Services) -> list[Conflict]:
    """All contradictions between documents, sorted: those that the fact rung can name, then the surest.

    Raises ModelUnavailable when the verifier cannot be asked.
    """
    view, verifier = services.view(), services.contradicting(services.settings)
    hits, keys = _standing(view)
    matrix = view.store.vectors(keys, services.embedder.name)
    return [_conflict(services.store, one) for one in contradictions(hits, matrix, verifier)]


def _standing(view: OpenView) -> tuple[list[Hit], list[str]]:
    """The passages of the documents that stand, and the keys of their vectors."""
    outdated = view.superseded()
    rows = [row for name in sorted(view.indexes) for row in view.store.passages_of_collection(name, view.generation)]
    hits = _hits(view, [passage_id for passage_id, _, _ in rows])
    both = [(hit, key) for hit, (_, _, key) in zip(hits, rows, strict=True) if hit.passage.document_id not in outdated]
    return [hit for hit, _ in both], [key for _, key in both]


def _hits(view: OpenView, passage_ids: list[str]) -> list[Hit]:
    return [hit for at in range(0, len(passage_ids), AT_ONCE) for hit in view.hits(passage_ids[at : at + AT_ONCE])]


def _conflict(store: Store, one: Contradiction) -> Conflict:
    first, second = cite(store, [one.first, one.second])
    return Conflict(first, second, one.why, one.p_contradicted)


def conflict_json(one: Conflict) -> Json:
    """The wire form."""
    cited = [citation_json(one.first), citation_json(one.second)]
    return {"citations": cited, "why": one.why, "p_contradicted": one.p_contradicted}


def conflicts_text(wire: Json) -> str:
    """Conflicts in words, for a terminal."""
    parts = []
    for one in wire["conflicts"]:
        sides = (f"  {side['id']}: {' '.join(side['exact'].split())}" for side in one["citations"])
        parts.append("\n".join([one["why"], *sides]))
    return "\n\n".join([*parts, f"{counted(len(parts), 'contradiction')} between documents."])
