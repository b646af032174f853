"""Word documents, by `unstructured`; headings from paragraph styles, title from the document's properties.

`partition_docx` does not say which paragraphs are code, where lines break in them, which digits are raised, or that the
style Title stands above Heading 1. Characters of Unicode's private use area carry that through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.load.assemble import Piece, assemble, lines
from ingest.load.elements import pieces_of
from ingest.load.quiet import partitioner
from ingest.types import Loaded

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_CODE, _TITLE = "\ue000", "\ue002"
_KEPT = {"\n": "\ue010", " ": "\ue011", "\t": "\ue012"}
_HIDE, _SHOW = str.maketrans(_KEPT), str.maketrans({mark: space for space, mark in _KEPT.items()})
_CODE_STYLE = re.compile(r"code|preformatted|listing|verbatim", re.I)
_CODE_FONT = re.compile(r"courier|consolas|mono|menlo|typewriter", re.I)
_EXPONENT = re.compile(r"[+\-−–]?\d+")


def load(path: Path) -> Loaded:
    """Load a .docx file."""
    partition = partitioner("docx")
    import docx

    document = docx.Document(str(path))
    _mark(document)
    marked = BytesIO()
    document.save(marked)
    pieces = _unmark(pieces_of(partition(file=marked, languages=[""]), guess_header=True))
    title = document.core_properties.title or ""
    return assemble(pieces, title=title, name=path.name, media_type=MEDIA_TYPE)


def _mark(document: Any) -> None:
    for page_break in document.element.xpath("//w:lastRenderedPageBreak"):
        page_break.getparent().remove(page_break)  # it would split a paragraph where Word last broke the page
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.superscript and _EXPONENT.fullmatch(run.text):
                run.text = f"^{run.text}"
        if paragraph.text.strip() and _is_code(paragraph):
            paragraph.text = _CODE + paragraph.text.translate(_HIDE)
        elif paragraph.text.strip() and paragraph.style.name == "Title":
            paragraph.text = _TITLE + paragraph.text


def _is_code(paragraph: Any) -> bool:
    if _CODE_STYLE.search(paragraph.style.name):
        return True
    fonts = [run.font.name or run.style.font.name or paragraph.style.font.name for run in paragraph.runs if run.text]
    return bool(fonts) and all(font and _CODE_FONT.search(font) for font in fonts)


def _unmark(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Take the marks off; neighbouring paragraphs of code are the lines of one listing."""
    for is_code, group in groupby(pieces, key=lambda piece: piece.text.startswith(_CODE)):
        if is_code:
            yield Piece(lines("\n".join(piece.text.removeprefix(_CODE).translate(_SHOW) for piece in group)), "code")
            continue
        for piece in group:
            is_title = piece.text.startswith(_TITLE)
            yield replace(piece, text=piece.text.removeprefix(_TITLE), level=piece.level - 1) if is_title else piece
