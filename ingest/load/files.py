"""Reading a file's bytes as text: UTF-8, or the charset that an HTML page declares."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.errors import LoadError

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]{0,200}encoding=[\"']([\w.:-]+)", re.I
)
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gbk"}
"""Charsets that a page may declare, and the larger ones as which WHATWG's Encoding standard has them read."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_text(path: Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark. Raises LoadError("not_utf8" or "wrong_suffix")."""
    return _decode(path, path.read_bytes(), "utf-8-sig", "Save it as UTF-8")


def read_html(path: Path) -> str:
    """Read a page in the charset of its byte order mark, its <meta> or its XML declaration, else as UTF-8.

    A charset is read as browsers do: `latin1` means windows-1252. Raises LoadError("not_utf8" or "wrong_suffix").
    """
    data = path.read_bytes()
    declared = _DECLARED.search(data[:4096])
    charset = next((name.decode("ascii") for name in (declared.groups() if declared else ()) if name), "utf-8-sig")
    charset = next((known for bom, known in _BOMS if data.startswith(bom)), charset)
    return _decode(path, data, _as_browsers_do(charset), "Save it as UTF-8, or declare its charset in <meta>")


def _as_browsers_do(charset: str) -> str:
    try:
        return _AS_BROWSERS_DO.get(codecs.lookup(charset).name, charset)
    except LookupError:
        return charset


def _decode(path: Path, data: bytes, charset: str, remedy: str) -> str:
    try:
        text = data.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise LoadError("not_utf8", f"{path.name} is not valid {charset} ({error}). {remedy}.") from error
    if "\x00" in text:
        raise LoadError("wrong_suffix", f"{path.name} holds binary data, not text. Give it the suffix of its format.")
    return text
