"""Labels of evidence in a prompt: S1 to Sn, and what in a document looks like one of them or like a model's own marks.

Documents are data: a document that says "[S3]" or "<|im_end|>" must not be able to add a citation or end a turn.
Neutralised text goes into prompts only; citations keep the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.types import Citation

JOINT = "‧"
"""Stands between the S and the number of what only looks like a label (U+2027, hyphenation point)."""

_ROLES = "INST|SYS|SYSTEM|USER|ASSISTANT|HUMAN|S|BOS|EOS|THINK|TOOL_CALL|TOOL_RESPONSE|START_OF_TURN|END_OF_TURN"
_CONTROL = re.compile(rf"<\s*\||\|\s*>|[\[<]+\s*/?\s*(?:{_ROLES})\s*[\]>]+")
_BRACKETS = "<>[]|＜＞［］｜ "
_LABEL = re.compile(r"(?<![^\W_])S(?=\d+(?![^\W_]))")
_JOINED = re.compile(rf"(?<=S){JOINT}(?=\d)", re.IGNORECASE)
_LIST = r"S\d+(?:(?:\s*[,;-]?\s*(?:and\b)?)\s*S\d+)*"
_IN_BRACKETS = re.compile(rf"\s*[\[(【]\s*(?:(?:see|evidence|source|cf\.?)\s+)?{_LIST}\s*[\])】]", re.IGNORECASE)
_ATTRIBUTED = re.compile(
    rf"\b(?:according to|as (?:stated|said|shown|given|described) (?:in|by)|as per|per|see)\s+{_LIST}\b\s*[,:]?"
    rf"|^{_LIST}\s+(?:states?|says?|shows?|mentions?|specif(?:y|ies)|indicates?|notes?)(?:\s+that)?\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![^\W_])S\d+(?![^\W_])")
_LOOKALIKES = str.maketrans("ЅѕՏᏚꓢ", "SSSSS")
_INVISIBLE = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def labelled(evidence: Sequence[Citation]) -> dict[str, Citation]:
    """Give the evidence its labels, in order: S1, S2 and so on."""
    return {f"S{number}": citation for number, citation in enumerate(evidence, start=1)}


def neutralise(text: str) -> str:
    """Make `text` harmless in a prompt: one line without invisible characters, labels or a chat template's tokens.

    Full-width and look-alike forms count as the plain ones. Idempotent. Other text comes out as it went in, but for
    its white space.
    """
    visible = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cf", "Cc", "Cs"))
    line = " ".join(_INVISIBLE.sub("", visible).split())
    for control in reversed(list(_CONTROL.finditer(_folded(line)))):
        inside = line[control.start() : control.end()].strip(_BRACKETS)
        line = f"{line[: control.start()]}‹{inside}›{line[control.end() :]}"
    for label in reversed(list(_LABEL.finditer(_folded(line)))):
        line = line[: label.end()] + JOINT + line[label.end() :]
    return line


def restore(text: str) -> str:
    """Take out of a model's sentence what `neutralise` put into names such as the state `S3` of a state machine."""
    return _JOINED.sub("", text)


def without_labels(text: str) -> str:
    """Take labels that a model wrote into a sentence out of it: "S2 says it is 5 ns [S1]." becomes "It is 5 ns."."""
    plain = _IN_BRACKETS.sub("", text).strip()
    shorter = re.sub(r"\s+(?=[,.;:])|(?<=\s)\s+", "", _ATTRIBUTED.sub("", plain)).strip()
    return shorter if shorter == plain else shorter[:1].upper() + shorter[1:]


def speaks_of_labels(text: str, cited: Sequence[str]) -> bool:
    """Whether a sentence still names what looks like a label, and none of the cited texts has a thing of that name."""
    return any(not any(name in words for words in cited) for name in _BARE.findall(text))


def _folded(text: str) -> str:
    """The same number of characters, upper case, with full-width and look-alike forms made plain."""
    return "".join(_fold(char) for char in text)


def _fold(char: str) -> str:
    if char.isascii():
        return char.upper()
    plain = unicodedata.normalize("NFKC", char).translate(_LOOKALIKES).upper()
    return plain if len(plain) == 1 else char
