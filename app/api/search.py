"""`POST /v1/search`."""

from __future__ import annotations

from app.api.blueprint import blueprint, services
from app.api.bodies import SearchBody
from app.api.document_schemas import HitsWire
from app.retrieve import retrieve
from app.wire import Json, hit_json

search = blueprint("search")


@search.post("/search", responses={200: HitsWire})
def post_search(body: SearchBody) -> Json:
    """The k best passages for a query, best first."""
    here = services()
    hits = retrieve(body.query, here.view(), body.filters.filters(), here.settings, body.k)
    return {"hits": [hit_json(hit) for hit in hits]}
