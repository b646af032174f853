"""The one way to write a JSON value as bytes, so that whoever hashes or signs it gets the same: RFC 8785.

Names are sorted by their UTF-16 code units, numbers are written as ECMAScript writes them, nothing stands between.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON takes as it is written (RFC 7493)."""

_MOST_PLAIN = 21
_LEAST_PLAIN = -6


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for what has none: NaN, infinities, whole numbers beyond
    `LARGEST`, and half of a surrogate pair."""
    return _written(value).encode()


def digest(value: Any) -> str:
    """The SHA-256 of a JSON value's canonical bytes, in lower-case hex. Raises ValueError."""
    return sha256(canonical(value)).hexdigest()


def digest_of_text(text: str) -> str:
    """The SHA-256 of a text's UTF-8 form, in lower-case hex."""
    return sha256(text.encode()).hexdigest()


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return json.dumps(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is beyond {LARGEST}")
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} is no JSON")
    return ("-" if value < 0 else "") + _positive(abs(value)) if value else "0"


def _positive(value: float) -> str:
    """ECMAScript's Number::toString of a positive number: the shortest digits that read back as the same one."""
    _, parts, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits, point = "".join(map(str, parts)), len(parts) + int(exponent)
    if len(digits) <= point <= _MOST_PLAIN:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _MOST_PLAIN:
        return f"{digits[:point]}.{digits[point:]}"
    if _LEAST_PLAIN < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
