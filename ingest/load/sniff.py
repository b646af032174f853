"""Whether a file's content is what its suffix says, told from its first bytes and, for zip formats, its directory."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.errors import LoadError

MAX_UNPACKED = 1 << 30
"""How many bytes a zip-based file may hold when unpacked."""

_ZIP_MEMBERS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/presentation.xml",
    ".xlsx": "xl/workbook.xml",
    ".odt": "content.xml",
    ".epub": "META-INF/container.xml",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def check_content(path: Path, suffix: str) -> None:
    """Raise LoadError("wrong_suffix", "encrypted", "too_large" or "corrupt") for content that must not be parsed."""
    with path.open("rb") as file:
        head = file.read(4096)
    if suffix in _ZIP_MEMBERS:
        _check_zip(path, suffix, head)
    elif suffix == ".pdf":
        _require(b"%PDF-" in head[:1024], path, suffix)
    elif suffix == ".rtf":
        _require(head.startswith(b"{\\rtf"), path, suffix)
    else:
        is_text = not head.startswith((b"PK\x03\x04", b"%PDF-", b"{\\rtf")) and b"\x00" not in head
        _require(is_text or head.startswith(_UTF16_BOMS), path, suffix)


def _check_zip(path: Path, suffix: str, head: bytes) -> None:
    if head.startswith(_OLE) and _ENCRYPTED_PACKAGE in path.read_bytes():
        raise LoadError("encrypted", f"{path.name} is encrypted. Save it without a password.")
    _require(head.startswith(b"PK\x03\x04"), path, suffix)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise LoadError("corrupt", f"{path.name} is damaged ({error}). Fetch or save it again.") from error
    _require(any(member.filename == _ZIP_MEMBERS[suffix] for member in members), path, suffix)
    if any(member.flag_bits & 1 for member in members):
        raise LoadError("encrypted", f"{path.name} is encrypted. Save it without a password.")
    if (unpacked := sum(member.file_size for member in members)) > MAX_UNPACKED:
        raise LoadError("too_large", f"{path.name} unpacks to {unpacked:,} bytes, over {MAX_UNPACKED:,}. Split it.")


def _require(is_right: bool, path: Path, suffix: str) -> None:
    if not is_right:
        raise LoadError(
            "wrong_suffix", f"{path.name} does not hold what {suffix} says. Give it the suffix of its format."
        )
