"""Plain text: headings, lists, tables and code told apart by what people do in text files.

Not by `unstructured`: its `partition_text` breaks paragraphs at line ends and runs the rows of a table together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from ingest.load.assemble import Piece, assemble, lines, prose, rows
from ingest.load.elements import paragraph
from ingest.load.files import read_text
from ingest.types import Loaded

_BLANK = re.compile(r"\n[^\S\n]*\n+")
_UNDERLINE = re.compile(r"(={3,}|-{3,}|~{3,})\s*")
_UNIT = r"(?:[kKMGT]?(?:V|A|W|Hz|Ω|F|H|J|K|N|T|Pa|B|iB|b|bit|Bit)|[VA](?:AC|DC|pp|p|rms)|LSB|Å|C)\b"
_NUMBERED = re.compile(rf"(\d{{1,2}}(?:\.\d{{1,2}})*)\.?\s+(?!{_UNIT})([^\W\d_]).{{0,78}}[^.,;:]")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_GAP = re.compile(r"\s*\t\s*|\s{2,}")
_WIDE_GAP = re.compile(r"\S\s{3,}\S")


def load(path: Path) -> Loaded:
    """Load a UTF-8 text file."""
    chunks = _BLANK.split(lines(read_text(path)))
    pieces = (piece for chunk in chunks for piece in _pieces(chunk))
    return assemble(pieces, title="", name=path.name, media_type="text/plain")


def _pieces(chunk: str) -> Iterator[Piece]:
    """Read what stands between two blank lines."""
    found = chunk.split("\n")
    if len(found) > 1 and _UNDERLINE.fullmatch(found[1]) and not found[0].startswith((" ", "\t")):
        yield Piece(prose(found[0]), "heading", level="=-~".index(found[1][0]))
        found = found[2:]
    elif len(found) == 1 and (number := _NUMBERED.fullmatch(found[0])) and not number[2].islower():
        yield Piece(prose(found[0]), "heading", level=number[1].count("."))
        return
    if found:
        yield from _body(found)


def _body(found: list[str]) -> Iterator[Piece]:
    cells = [_GAP.split(line.strip()) for line in found]
    if all(line.startswith(("    ", "\t")) for line in found):
        yield Piece(lines(dedent("\n".join(found))), "code")
    elif _ITEM.match(found[0]):
        yield from (paragraph(item, is_item=True) for item in _items(found))
    elif len(found) > 1 and len({len(row) for row in cells}) == 1 and len(cells[0]) > 2:
        yield Piece(rows(cells), "table", has_header=not any(re.match(r"[-+−]?\d", cell) for cell in cells[0]))
    elif len(found) > 1 and any(_WIDE_GAP.search(line) for line in found):
        yield Piece("\n".join(found), "code")
    else:
        yield paragraph(" ".join(found))


def _items(found: list[str]) -> Iterator[str]:
    item: list[str] = []
    for line in found:
        if _ITEM.match(line) and item:
            yield " ".join(item)
            item = []
        item.append(line if item else _ITEM.sub("", line, count=1))
    yield " ".join(item)
