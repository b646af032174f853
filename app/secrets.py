"""Keys and passwords in what others wrote: clients' errors quote addresses and headers, and are shown and kept."""

from __future__ import annotations

import os
import re

GONE = "…"

_LOGIN = re.compile(r"(?<=://)[^\s/@]+@")
_QUERY = re.compile(r"(?<=[\w/])\?[^\s'\"<>]*=[^\s'\"<>]*")
_KEY = re.compile(
    r"\b(?:sk|pk|gsk|xai|vsk|AIza|xox[a-z]|xapp)[-_]?[A-Za-z0-9_-]{8,}|(?<=hooks\.slack\.com/)\S+|(?i:bearer)\s+\S+"
)
_NAMES = re.compile(r"(?:KEY|KEYS|TOKEN|SECRET|PASSWORD)$")
_SHORTEST = 6


def without_secrets(text: str) -> str:
    """The text without logins and queries of addresses, what looks like a key, and the values of this process's
    environment variables that hold keys."""
    for value in _held():
        text = text.replace(value, GONE)
    return _KEY.sub(GONE, _QUERY.sub(f"?{GONE}", _LOGIN.sub(f"{GONE}@", text)))


def _held() -> list[str]:
    """The values, longest first; a variable may hold several, comma-separated."""
    found = [part.strip() for name, value in os.environ.items() if _NAMES.search(name) for part in value.split(",")]
    return sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True)
