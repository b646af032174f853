"""Excel workbooks, by `unstructured`; a sheet's name is the heading of its tables."""

from __future__ import annotations

from pathlib import Path

from ingest.load.assemble import assemble
from ingest.load.elements import pieces_of
from ingest.load.quiet import partitioner
from ingest.types import Loaded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def load(path: Path) -> Loaded:
    """Load an .xlsx file."""
    elements = partitioner("xlsx")(filename=str(path), languages=[""])
    return assemble(pieces_of(elements, guess_header=True), title="", name=path.name, media_type=MEDIA_TYPE)
