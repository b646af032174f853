"""PowerPoint decks, by `unstructured`; a slide's title is its heading."""

from __future__ import annotations

from pathlib import Path

from ingest.load.assemble import assemble
from ingest.load.elements import pieces_of
from ingest.load.quiet import partitioner
from ingest.types import Loaded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def load(path: Path) -> Loaded:
    """Load a .pptx file."""
    elements = partitioner("pptx")(filename=str(path), languages=[""])
    import pptx

    title = pptx.Presentation(str(path)).core_properties.title or ""
    return assemble(pieces_of(elements, guess_header=True), title=title, name=path.name, media_type=MEDIA_TYPE)
