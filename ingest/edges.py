"""Where words begin and end: what tells the text "Installation" from the beginning of the word "Installations"."""

from __future__ import annotations

import re
import unicodedata

REACH = 12
"""Bytes beside a text that say whether a word goes on there: an escaped character, or one of any other form."""

_ESCAPE_BEFORE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[bfnrt])$")
_ESCAPE_AFTER = re.compile(r"\\u([0-9a-fA-F]{4})")
_UNSPACED = (
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Burmese
    (0x1100, 0x11FF),  # Hangul, to which particles are joined
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # kana, bopomofo, Chinese characters, Yi
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
)
"""Ranges of code points of scripts whose words are not parted by spaces: there, each character may begin one."""

_PLANE = 0x10000  # JSON writes what lies above as two escapes: it counts as no letter, whichever way it is written


def is_within_word(data: bytes, start: int, end: int) -> bool:
    """Whether the text at a place in UTF-8, or in JSON, begins or ends amid a word.

    Where it cannot be told, it does not: a line break that JSON has escaped may be a backslash before a letter.
    """
    return begins_within(data, start, end) or ends_within(data, start, end)


def begins_within(data: bytes, start: int, end: int) -> bool:
    """Whether the text at a place begins amid a word."""
    return _is_joined(_last(_read(data, max(0, start - REACH), start)), _first(_read(data, start, end)))


def ends_within(data: bytes, start: int, end: int) -> bool:
    """Whether the text at a place ends amid a word."""
    return _is_joined(_last(_read(data, start, end)), _first(_read(data, end, end + REACH)))


def _read(data: bytes, start: int, end: int) -> str:
    return data[start:end].decode("utf-8", "replace")


def _last(text: str) -> str:
    """The last character of a text; of an escape that is none of a letter, a space."""
    found = _ESCAPE_BEFORE.search(text)
    return text[-1:] if found is None else chr(int(found[1], 16)) if found[1] else " "


def _first(text: str) -> str:
    found = _ESCAPE_AFTER.match(text)
    return text[:1] if found is None else chr(int(found[1], 16))


def _is_joined(before: str, after: str) -> bool:
    return _is_of_word(before) and _is_of_word(after)


def _is_of_word(character: str) -> bool:
    if not character or ord(character) >= _PLANE or any(low <= ord(character) <= high for low, high in _UNSPACED):
        return False
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
