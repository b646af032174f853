"""Weights are used only if they are those that their card describes."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.errors import VerispanError

WEIGHTS = Path(__file__).parent / "weights"
"""The trained weights with their cards, and what was fitted to them."""


class WeightsRefused(VerispanError):
    """The weights are not those that their card describes, or are not there."""

    code = "weights_refused"
    status = 503
    next_step = "Restore app/checks/weights from the repository, or make the files again as its README.md tells."


def read_card(path: Path) -> dict[str, Any]:
    """Read a card: an object whose `sha256` names a digest for each file beside it. Raises WeightsRefused."""
    try:
        card: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsRefused(f"the card {path} cannot be read: {error}") from error
    if not isinstance(card, dict) or not isinstance(card.get("sha256"), dict):
        raise WeightsRefused(f"the card {path} cannot be read: it is no object with digests under sha256")
    return card


def trusted(path: Path, card: dict[str, Any]) -> bytes:
    """The bytes of a file, if they are those that its card names. Raises WeightsRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsRefused(f"the weights {path} cannot be read: {error}") from error
    if sha256(content).hexdigest() != card["sha256"].get(path.name):
        raise WeightsRefused(f"{path} is not what its card describes: its SHA-256 differs")
    return content
