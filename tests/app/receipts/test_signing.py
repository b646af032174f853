"""Keys that sign receipts: made, read, refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from app.errors import explain
from app.receipts.signing import BadSigningKey, Signer, make_key, read_signer
from app.services import open_services
from app.settings import Settings
from ingest.signed import is_signed


def test_a_key_is_for_its_owner_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    public = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    signer = read_signer(path)
    signature = signer.sign(b"said")
    assert (signature["algorithm"], signature["public_key"]) == ("Ed25519", public)
    assert is_signed(b"said", signature)
    assert not is_signed(b"sad", signature)
    assert not is_signed(b"said", signature | {"value": "00" * 64})
    assert not is_signed(b"said", signature | {"public_key": "ff" * 32})
    assert path.read_text().splitlines()[1] not in repr(signer)


def test_a_key_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("older")
    with pytest.raises(BadSigningKey, match="there already"):
        make_key(path)
    assert path.read_text() == "older"


@pytest.mark.parametrize("kind", ["missing", "folder", "nonsense", "locked", "other"])
def test_a_bad_key_is_named_when_the_services_are_opened(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    said = _bad(kind, path)
    settings = Settings(store=tmp_path, signing_key=str(path))
    with pytest.raises(BadSigningKey, match=said) as caught:
        open_services(settings)
    assert str(path) in explain(caught.value)
    assert "verispan signing-key FILE" in explain(caught.value)


def _bad(kind: str, path: Path) -> str:
    """Put a bad key at a path; what is said of it."""
    key = generate_private_key(SECP256R1())
    match kind:
        case "folder":
            path.mkdir()
            return "cannot be read"
        case "nonsense":
            path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
            return "holds no private key"
        case "locked":
            locked = BestAvailableEncryption(b"secret")
            path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
            return "locked with a password"
        case "other":
            path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            return "another kind than Ed25519"
    return "cannot be read: No such file"


def test_two_keys_are_two_signers(tmp_path: Path, signer: Signer) -> None:
    assert make_key(tmp_path / "other.pem") != signer.public_key
