"""Excel workbooks, by `unstructured`; a sheet's name is the heading of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.load.assemble import Piece, assemble, prose
from ingest.load.elements import pieces_of
from ingest.load.quiet import partitioner
from ingest.types import Loaded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def load(path: Path) -> Loaded:
    """Load an .xlsx file; title from its properties, else the name of its first sheet."""
    elements = partitioner("xlsx")(filename=str(path), languages=[""])
    import openpyxl  # type: ignore[import-untyped]

    workbook = openpyxl.load_workbook(path, read_only=True)
    title = workbook.properties.title or ""
    workbook.close()
    return assemble(_sheets(elements), title=title, name=path.name, media_type=MEDIA_TYPE)


def _sheets(elements: Iterable[Any]) -> Iterator[Piece]:
    for name, sheet in groupby(elements, key=lambda element: str(element.metadata.page_name)):
        yield Piece(prose(name), "heading")
        yield from pieces_of(sheet, guess_header=True)
