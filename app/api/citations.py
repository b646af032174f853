"""`GET /v1/citations/<id>`: what has become of a citation."""

from __future__ import annotations

from datetime import date

from app.about import about
from app.api.blueprint import blueprint, services
from app.api.bodies import CitationPath, PlaceQuery
from app.api.document_schemas import ResolutionWire
from app.cite import cite
from app.wire import Json, citation_json
from ingest.resolve import resolve
from ingest.store import Store
from ingest.types import Span

citations = blueprint("citations")


@citations.get("/citations/<citation_id>", responses={200: ResolutionWire})
def get_citation(path: CitationPath, query: PlaceQuery) -> Json:
    """A citation as it was cited, and where its text, or what replaced it, stands now."""
    store = services().store
    found = resolve(store, path.citation_id, query.revision, query.start)
    known = about(store, found, date.today())
    moved_on = found.status in ("moved", "changed")
    return {
        "id": path.citation_id,
        "status": found.status,
        "citation": _citation(store, found.cited),
        "successor": _citation(store, found.now) if moved_on else None,
        "diff": [{"kind": part.kind, "text": part.text} for part in found.diff],
        "superseded_by": known.successor.id if known.successor else None,
        "lapsed": list(known.lapsed),
        "purged": {"at": found.purge.at, "by": found.purge.by, "why": found.purge.why} if found.purge else None,
    }


def _citation(store: Store, span: Span | None) -> Json | None:
    return citation_json(cite(store, [span])[0]) if span else None
