"""Word documents, by `unstructured`; headings from paragraph styles, title from the document's properties."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from ingest.load.assemble import assemble
from ingest.load.elements import pieces_of
from ingest.load.quiet import partitioner
from ingest.types import Loaded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def load(path: Path) -> Loaded:
    """Load a .docx file."""
    partition = partitioner("docx")
    import docx

    document = docx.Document(str(path))
    for mark in document.element.xpath("//w:lastRenderedPageBreak"):
        mark.getparent().remove(mark)  # partition_docx would split a paragraph where Word last broke the page
    unbroken = BytesIO()
    document.save(unbroken)
    elements = partition(file=unbroken, languages=[""])
    title = document.core_properties.title or ""
    return assemble(pieces_of(elements, guess_header=True), title=title, name=path.name, media_type=MEDIA_TYPE)
