"""Counts of what is listed: "three corners" for "the corners are SS, TT and FF"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks.findings import Case, Finding
from app.checks.quantities import Quantity
from app.checks.scan import Scan
from app.checks.words import words

_INTRODUCES = re.compile(r"\s*(?:(?P<whole>:|\bare\b:?|,? namely\b:?)|(?P<part>,? includ(?:e|es|ing)\b:?))\s*")
_LAST = re.compile(r"\s(?:and|or)\s")
_LIST_END = re.compile(r"[;.:)](?:\s|$)|$")
_ITEM = re.compile(r"\s*,\s*(?:and\s|or\s)?\s*|\s+(?:and|or)\s+")
_LONGEST_ITEM = 3
_MOST = 50


def findings(case: Case) -> Iterator[Finding]:
    """Yield each count of the claim that the evidence does not state but lists."""
    for target in case.absent:
        if target.unit or target.number != int(target.number) or not 2 <= target.number <= _MOST or not target.counted:
            continue
        for sentence in (case.stated, *case.told.sentences):
            if found := _finding(target, sentence, sentence is case.stated):
                yield found
                break


def _finding(target: Quantity, sentence: Scan, own: bool) -> Finding | None:
    """Compare a count with a list under the same name."""
    for word in sentence.words:
        opened = _INTRODUCES.match(sentence.text, word.end)
        if word.stem not in target.counted or opened is None:
            continue
        items = _items(sentence.text, opened.end())
        if len(items) < 2 or any(len(words(item)) > _LONGEST_ITEM for item in items):
            continue
        working = f"{', '.join(items)}: {len(items)}"
        if len(items) == target.number:
            return Finding(working, None, () if own else (target.text,))
        if opened["whole"]:
            return Finding(working, (target.text, str(len(items))), (target.text,))
    return None


def _items(text: str, start: int) -> list[str]:
    """The items of the list that begins at a place; none where semicolons part it, within which commas may stand."""
    end = _LIST_END.search(text, start)
    listed = text[start : end.start() if end else len(text)]
    if (end and end.group().startswith(";")) or not _LAST.search(listed):
        return []
    return [item for item in (piece.strip() for piece in _ITEM.split(listed)) if item]
