"""`GET /healthz`: the process answers. `GET /readyz`: it can answer questions."""

from __future__ import annotations

from app.api.blueprint import blueprint, services
from app.api.schemas import ErrorWire, HealthWire, ReadyWire, reference
from app.status import models
from app.wire import Json

health = blueprint("health", prefix="")


@health.get("/healthz", responses={200: HealthWire})
def healthz() -> Json:
    """Whether the process answers at all."""
    return {"status": "ok"}


NOT_READY = {
    "description": "There are no indexes yet, or the store cannot be read.",
    "content": {"application/json": {"schema": {"anyOf": [reference(ReadyWire), reference(ErrorWire)]}}},
}


@health.get("/readyz", responses={200: ReadyWire, 503: NOT_READY})
def readyz() -> tuple[Json, int]:
    """Whether the store is open and its indexes are ready, and which models are there."""
    view = services().view()
    newest = services().store.generation()
    ready = view.generation > 0
    return {
        "ready": ready,
        "generation": view.generation,
        "newest_generation": newest,
        "collections": sorted(view.indexes),
        "models": models(services()),
    }, 200 if ready else 503
