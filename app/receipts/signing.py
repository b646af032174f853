"""Signatures of receipts: Ed25519 (RFC 8032), with a private key in a PEM file (PKCS #8)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import BadInput

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"


class BadSigningKey(BadInput):
    """The file of the signing key is not there, cannot be read, or holds another kind of key."""

    code = "bad_signing_key"
    status = 500
    next_step = "`verispan signing-key FILE` makes a key; VERISPAN_SIGNING_KEY names its file, or nothing for none."


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs; `public_key` is 32 bytes in lower-case hex."""

    public_key: str
    _key: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> dict[str, Any]:
        """The signature of a message as a receipt carries it."""
        return {"algorithm": ALGORITHM, "public_key": self.public_key, "value": self._key.sign(message).hex()}


def read_signer(path: Path) -> Signer:
    """Read the private key of whoever signs. Raises BadSigningKey."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise BadSigningKey(f"the signing key {path} cannot be read: {error.strerror}") from error
    except TypeError as error:
        raise BadSigningKey(f"the signing key {path} is locked with a password; it must have none") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSigningKey(f"{path} holds no private key in PEM form (PKCS #8)") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSigningKey(f"{path} holds a key of another kind than {ALGORITHM}")
    return Signer(_hex(key.public_key()), key)


def make_key(path: Path) -> str:
    """Write a new private key to a file that its owner alone may read, and give its public key in hex.

    Raises BadSigningKey where there is a file already: a key that signed something is not lightly replaced.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadSigningKey(f"{path} is there already, and is left as it is") from error
    with open(file, "wb") as written:
        written.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return _hex(key.public_key())


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()
