"""PDF, by pdfium: exact pages and boxes. Words to lines to blocks, running headers and footers left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ingest.errors import LoadError
from ingest.load.assemble import assemble, prose
from ingest.load.pdf_blocks import Blocks
from ingest.load.pdf_furniture import without_furniture
from ingest.load.pdf_headings import read_outline
from ingest.load.pdf_lines import lines_of
from ingest.load.pdf_words import read_sheet
from ingest.types import Loaded

_NO_TITLE = re.compile(
    r"untitled|\(?anonymous\)?|microsoft \w+ - .*|.*\.(?:docx?|tex|dvi|indd|odt|pdf|fm|qxd|html?)", re.I
)


def load(path: Path) -> Loaded:
    """Load a PDF file. Raises LoadError "image_only" for one without any text, "encrypted" or "corrupt"."""
    document = open_pdf(path.read_bytes(), path.name)
    try:
        sheets = [read_sheet(document[index], index + 1) for index in range(len(document))]
        outline = read_outline(document)
        title = prose(document.get_metadata_value("Title"))
    finally:
        document.close()
    if not any(sheet.words for sheet in sheets):
        raise LoadError("image_only", f"{path.name} holds pictures of text only. Run OCR on it and ingest the result.")
    lines = [line for sheet in without_furniture(sheets) for line in lines_of(sheet)]
    stated = "" if _NO_TITLE.fullmatch(title) else title
    return assemble(Blocks(lines, outline).pieces(), title=stated, name=path.name, media_type="application/pdf")


def open_pdf(data: bytes, name: str) -> Any:
    """Open a PDF with pypdfium2. Raises LoadError("encrypted" or "corrupt")."""
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise LoadError("encrypted", f"{name} needs a password. Save it without one.") from error
        raise LoadError("corrupt", f"{name} is damaged ({error}). Fetch or save it again.") from error
    if len(document) == 0:
        raise LoadError("corrupt", f"{name} has no pages. Fetch or save it again.")
    return document
