"""Columns of numbers that measure something and say in no unit.

What a header measures is told by its last word before "at", "of" and the like: a "speed grade" is no speed. A count, an
index, a version, a year or a ratio has no unit to miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.finding import Finding, place
from ingest.types import Block, Document

LEAST_ROWS = 2
"""A single number is no column."""

_NUMBER = re.compile(r"[<>≤≥~≈±+−–-]{0,2}\s*\d[\d,\s]*(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_NOTHING = re.compile(r"|[-–—.]|n/?a|none|not applicable", re.IGNORECASE)
_QUANTITY = (
    r"(?:time|delay|latency|duration|period|frequency|voltage|supply|current|power|energy|temperature|"
    r"length|width|height|depth|distance|spacing|pitch|area|mass|skew|slack|uncertainty|jitter|"
    r"transition|capacitance|resistance|inductance|pressure|speed|velocity|bandwidth|throughput|dose|price)"
)
_MEASURED = re.compile(rf"\b{_QUANTITY}\b", re.IGNORECASE)
_HEAD = re.compile(
    rf"{_QUANTITY},?(?:\s+(?:limit|target|budget|max(?:imum|\.)?|minimum|typ(?:ical|\.)?|mean|median|average))?",
    re.IGNORECASE,
)
"""What a header must end in, before any preposition."""

_PREPOSITION = re.compile(r"\s+(?:after|at|before|between|by|during|for|from|of|on|through|to|under|with|without)\s")
_UNITLESS = re.compile(
    r"\b(?:number|count|ratio|share|factor|class|rank|index|relative|normali[sz]ed|scaled?|version|code|level|no|id)\b|"
    r"\b(?:data|bus|word|bit|address|port|register|fifo|queue|buffer|pipeline|logic|tree|stack|call|nesting)\s+"
    r"(?:width|depth)\b|\bpowers? of\b",
    re.IGNORECASE,
)
_BESIDE_CURRENT = re.compile(r"previous|former|old|new|next|proposed|planned|target|before|after", re.IGNORECASE)
"""What stands beside a column "Current" that is of today's values, not of amperes."""

_YEARS = range(1900, 2101)
_MOST_DIGITS = 9
"""A longer number is neither a year nor the number of a row."""

_NAMES = (
    r"(?:[%‰°Ω€$£]|[fpnuµmkMGTdc]?(?:s|m|A|V|W|Hz|F|H|J|K|g|B|b|l|L|N|Pa|eV|bar|bit|bps)\b|"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|cycles?|bits?|bytes?|metres?|meters?|grams?|words?|"
    r"inch(?:es)?|volts?|watts?|hertz|dB|ppm|min|h|d|rpm|EUR|USD|GBP)\b)"
)
_UNIT = re.compile(rf"[%‰°Ω€$£/]|[([][^)\]]+[)\]]|\b(?:in|per)\s+\w|\b(?i:units?)\b|\b{_NAMES}")
_SAID_BEFORE = re.compile(rf"\b(?:in|are)\s+{_NAMES}|[(\[](?:in\s+)?{_NAMES}[)\]]")
"""What says the unit of a whole table in the words above it; a value with its unit there says nothing of the table."""


def findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """Each column whose header names a quantity and that has numbers alone, where no unit stands in or at the table."""
    for document in documents:
        before = ""
        for block in document.layout.blocks:
            text = document.text[block.start : block.end]
            if block.kind == "table" and block.has_header and not _SAID_BEFORE.search(before):
                yield from (_finding(document, block, name) for name in bare_columns(text))
            before = text


def bare_columns(table: str) -> list[str]:
    """The headers of a table's columns that lack a unit; `table` is its lines, with cells separated by ` | `."""
    header, *rows = ([cell.strip() for cell in line.split(" | ")] for line in table.splitlines() if line.strip())
    if len(rows) < LEAST_ROWS or any(_UNIT.search(name) and not _MEASURED.search(name) for name in header):
        return []
    columns = [[row[at] for row in rows if at < len(row)] for at in range(len(header))]
    today = any(_BESIDE_CURRENT.fullmatch(name) for name in header)
    named = ((name, cells) for name, cells in zip(header, columns, strict=True) if not (today and _is_current(name)))
    return [name for name, cells in named if _measures(name) and _are_values(cells)]


def _is_current(name: str) -> bool:
    return name.casefold() == "current"


def _measures(name: str) -> bool:
    """Whether a header names a quantity, and no unit."""
    head = _PREPOSITION.split(name, maxsplit=1)[0]
    ends = _MEASURED.search(head) and _HEAD.fullmatch(head, list(_MEASURED.finditer(head))[-1].start())
    return bool(ends) and not _UNITLESS.search(name) and not _UNIT.search(name)


def _are_values(cells: Sequence[str]) -> bool:
    """Whether cells are numbers that measure something: neither years, nor 1, 2, 3 as things are numbered."""
    said = [cell for cell in cells if not _NOTHING.fullmatch(cell)]
    if len(said) < LEAST_ROWS or not all(_NUMBER.fullmatch(cell) for cell in said):
        return False
    whole = [int(cell) for cell in said if cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS]
    if len(whole) < len(said):
        return True
    numbered = whole[0] in (0, 1) and whole == list(range(whole[0], whole[0] + len(whole)))
    return not numbered and not all(one in _YEARS for one in whole)


def _finding(document: Document, block: Block, name: str) -> Finding:
    return Finding(document.id, f"has a column of numbers without a unit: {name}", "no-unit", "warning", place(block))
