"""PDF, by pdfium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.errors import LoadError
from ingest.load.assemble import Piece, assemble, prose
from ingest.types import Loaded


def load(path: Path) -> Loaded:
    """Load a PDF file."""
    document = open_pdf(path.read_bytes(), path.name)
    try:
        pieces = [Piece(prose(page.get_textpage().get_text_range())) for page in document]
    finally:
        document.close()
    return assemble(pieces, title="", name=path.name, media_type="application/pdf")


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
