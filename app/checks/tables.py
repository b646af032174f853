"""Rows of tables as evidence: each cell is read under the name, and in the unit, of its column."""

from __future__ import annotations

import re

from app.checks.units import UNIT
from app.checks.words import fold

_UNIT_IN_HEADER = re.compile(rf"(?:[(\[]|,\s|\sin\s)(?P<unit>{UNIT})[)\]]?\s*$")
_NUMBER_CELL = re.compile(
    r"(?P<number>(?:(?:above|over|below|under|up to|at least|at most|about|(?:more|less) than)\s)?"
    r"[-+<>=~±]*\s?[\d.,]*\d(?:\s?(?:-|to|±)\s?-?[\d.,]*\d)?)(?P<note>\s\(.*\))?",
    re.IGNORECASE,
)
_UNIT_COLUMN = ("unit", "units")
_BAR = " | "


def unfold(evidence: str) -> str:
    """Write rows under a header, cells separated by " | ", as `column cell; column cell`; other text is kept as it is.

    A blank line stands between rows.
    A number in a column whose header ends in a unit, as `Skew (ps)` does, gets that unit; one in a row that names its
    unit in a column of that name gets this.
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
    return [_row(columns, line.split(_BAR)) for line in lines]


def _row(columns: list[str], cells: list[str]) -> list[tuple[str, str]]:
    named = zip(columns, cells, strict=True)
    units = [cell.strip() for column, cell in named if column.strip().casefold() in _UNIT_COLUMN]
    unit = units[0] if len(units) == 1 and re.fullmatch(UNIT, fold(units[0])) else ""
    first, *others = zip(columns, cells, strict=True)
    return [_cell(*first, ""), *(_cell(column, cell, unit) for column, cell in others)]


def _cell(column: str, cell: str, of_row: str) -> tuple[str, str]:
    in_header = _UNIT_IN_HEADER.search(column)
    name = column[: in_header.start()].strip() if in_header else column.strip()
    unit = in_header["unit"] if in_header else of_row
    measured = _in_unit(cell.strip(), unit) if unit else cell.strip()
    return name, f"{name if measured != cell.strip() else column.strip()} {measured}"


def _in_unit(cell: str, unit: str) -> str:
    """The cell with the unit behind each number that it lists."""
    return ", ".join(_measured(item, unit) for item in cell.split(", "))


def _measured(item: str, unit: str) -> str:
    """A number with the unit behind it, before the note that may stand in brackets; anything else as it is."""
    found = _NUMBER_CELL.fullmatch(fold(item))
    if not found:
        return item
    note = item[item.index("(") - 1 :] if found["note"] else ""
    return f"{item.removesuffix(note)} {unit}{note}"
