"""Word documents, by `unstructured`; headings from paragraph styles, title from the document's properties.

`partition_docx` does not say which paragraphs are code, where lines break in them, which digits are raised, or that the
style Title stands above Heading 1. Characters of Unicode's private use area carry that through it. Text within tracked
insertions, content controls and fields it does not see: what wraps such text is taken off first.
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
_DROPPED = """
    //w:tr[w:trPr/w:del] | //w:del | //w:moveFrom
    | //w:sdt[w:sdtPr//w:docPartGallery[@w:val="Table of Contents"]] | //w:sdtPr
    | //w:lastRenderedPageBreak
"""
"""What was deleted, what is no text, and the marks of where Word last broke the page: they would split a paragraph."""
_WRAPPERS = "//w:ins | //w:moveTo | //w:sdt | //w:sdtContent | //w:fldSimple | //w:smartTag | //w:customXml"
_EXPONENT = re.compile(r"[+\-−–]?\d+")


def load(path: Path) -> Loaded:
    """Load a .docx file."""
    partition = partitioner("docx")
    import docx

    document = docx.Document(str(path))
    _accept(document)
    _mark(document)
    marked = BytesIO()
    document.save(marked)
    pieces = _unmark(pieces_of(partition(file=marked, languages=[""]), guess_header=True))
    title = document.core_properties.title or ""
    return assemble(pieces, title=title, name=path.name, media_type=MEDIA_TYPE)


def _accept(document: Any) -> None:
    """Accept tracked changes, and take what wraps text off it."""
    body = document.element
    for element in body.xpath(_DROPPED):
        element.getparent().remove(element)
    for element in body.xpath(_WRAPPERS):
        for child in list(element):
            element.addprevious(child)
        element.getparent().remove(element)


def _mark(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    for element in document.element.iter(qn("w:p")):
        paragraph = Paragraph(element, document)
        for run in paragraph.runs:
            if run.font.superscript and _EXPONENT.fullmatch(run.text):
                run.text = f"^{run.text}"
        if paragraph.text.strip() and not element.xpath("ancestor::w:tbl"):
            _mark_style(paragraph)


def _mark_style(paragraph: Any) -> None:
    if _is_code(paragraph):
        paragraph.text = _CODE + paragraph.text.translate(_HIDE)
    elif paragraph.style.name == "Title":
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
