"""Columns of numbers that measure something and say in no unit.

What a header measures is told by its words; a count, a version or a ratio has no unit to miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.finding import Finding, place
from ingest.types import Block, Document

LEAST_ROWS = 2
"""A single number is no column."""

_NUMBER = re.compile(r"[<>≤≥~≈±+−–-]{0,2}\s*\d[\d,.\s]*(?:e[+-]?\d+)?", re.IGNORECASE)
_NOTHING = re.compile(r"|[-–—.]|n/?a|none|not applicable", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b(?:time|delay|latency|duration|period|frequency|voltage|supply|current|power|energy|temperature|"
    r"length|width|height|depth|distance|spacing|pitch|area|volume|weight|mass|skew|slack|uncertainty|jitter|"
    r"transition|capacitance|resistance|inductance|pressure|speed|velocity|bandwidth|throughput|dose|price|cost)\b",
    re.IGNORECASE,
)
_UNITLESS = re.compile(
    r"\b(?:number|count|ratio|share|factor|class|rank|index|relative|version|code|level|no|id)\b", re.IGNORECASE
)
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
    return [name for name, cells in zip(header, columns, strict=True) if _lacks_unit(name, cells)]


def _lacks_unit(name: str, cells: Sequence[str]) -> bool:
    if not _MEASURED.search(name) or _UNITLESS.search(name) or _UNIT.search(name):
        return False
    said = [cell for cell in cells if not _NOTHING.fullmatch(cell)]
    return len(said) >= LEAST_ROWS and all(_NUMBER.fullmatch(cell) for cell in said)


def _finding(document: Document, block: Block, name: str) -> Finding:
    return Finding(document.id, f"has a column of numbers without a unit: {name}", "no-unit", "warning", place(block))
