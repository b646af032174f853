"""What of a receipt is sealed, and whether its signature is one: Ed25519 (RFC 8032)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SEALS = ("sha256", "signature")
"""The fields of a receipt that are made of all the others."""


def without_seals(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash and the signature of a receipt are of."""
    return {name: value for name, value in receipt.items() if name not in SEALS}


def is_signed(message: bytes, signature: Mapping[str, Any]) -> bool:
    """Whether a signature is one of this message by the key that it names."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["public_key"]))
        key.verify(bytes.fromhex(signature["value"]), message)
    except (InvalidSignature, ValueError):
        return False
    return True
