"""What this process has at hand: the store and its indexes, the models, the embedder and the verifier."""

from __future__ import annotations

from typing import Any

from app.services import Services
from ingest.indexes import has_indexes


def status(services: Services) -> dict[str, Any]:
    """Everything that `verispan status` and /readyz say, as plain JSON values. Builds nothing and loads no model."""
    store = services.store
    return {
        "store": str(store.folder),
        "generation": store.generation(),
        "counts": store.counts(),
        "collections": list(store.collections()),
        "indexes": index_states(services),
        "models": models(services),
        "default_model": services.settings.model,
        "embedder": services.embedder.name,
        "verifier": services.verifier_name(services.settings),
        "guarantees": [str(one) for one in services.thresholds(services.settings).proven.values()],
    }


def models(services: Services) -> dict[str, bool]:
    """The models that a request may name, each with whether it is there; a provider's is taken to be."""
    return {name: name != "local" or services.local_server is not None for name in services.settings.offered_models}


def index_states(services: Services) -> dict[str, str]:
    """Each collection with `ready` or `missing`, for the newest generation."""
    store = services.store
    root, generation = store.folder / "indexes", store.generation()
    return {
        name: "ready" if has_indexes(root, name, generation, services.embedder.name) else "missing"
        for name in store.collections()
    }
