"""Rows of tables as evidence: each cell is read under the name, and in the unit, of its column."""

from __future__ import annotations

import re

from app.checks.units import UNIT

_UNIT_IN_HEADER = re.compile(rf"(?:[(\[]|,\s|\sin\s)(?P<unit>{UNIT})[)\]]?\s*$")
_NUMBER_CELL = re.compile(r"[-+<>=~±]*\s?[\d.,]*\d(?:\s?(?:-|to|±)\s?-?[\d.,]*\d)?")
_BAR = " | "


def unfold(evidence: str) -> str:
    """Write rows under a header, cells separated by " | ", as `column cell; column cell`; other text is kept as it is.

    A blank line stands between rows.
    A number in a column whose header ends in a unit, as `Skew (ps)` does, gets that unit.
    """
    found = rows(evidence)
    return "\n\n".join(_BAR.join(cell for _, cell in row) for row in found) if found else evidence


def rows(evidence: str) -> list[list[tuple[str, str]]]:
    """The rows under a header, each cell with the name of its column before it, as in ("Skew", "Skew 25 ps").

    Empty where the evidence is no table.
    """
    header, *lines = evidence.split("\n")
    columns = header.split(_BAR)
    if len(columns) < 2 or any(len(line.split(_BAR)) != len(columns) for line in lines):
        return []
    return [[_cell(column, cell) for column, cell in zip(columns, line.split(_BAR), strict=True)] for line in lines]


def _cell(column: str, cell: str) -> tuple[str, str]:
    unit = _UNIT_IN_HEADER.search(column)
    name = column[: unit.start()].strip() if unit else column.strip()
    if unit and _NUMBER_CELL.fullmatch(cell.strip()):
        return name, f"{name} {cell.strip()} {unit['unit']}"
    return name, f"{column.strip()} {cell.strip()}"
