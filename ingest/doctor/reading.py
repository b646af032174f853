"""JSON as a store keeps it, which may be damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What reading JSON raises that is damaged, or does not hold what it must."""


def read_object(text: str | None) -> Mapping[str, Any] | None:
    """A JSON object; None where the text is none."""
    try:
        held = json.loads(text or "")
    except ValueError:
        return None
    return held if isinstance(held, dict) else None
