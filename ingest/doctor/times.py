"""Times as a store keeps them."""

from __future__ import annotations

from datetime import datetime


def is_time(said: str) -> bool:
    """Whether something is a time of ISO 8601 that says its zone."""
    try:
        return datetime.fromisoformat(said).tzinfo is not None
    except ValueError:
        return False
