"""From pieces, in reading order, to a canonical text with its layout: the one place where offsets are made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.errors import LoadError
from ingest.types import Block, BlockKind, Box, Layout, Loaded, WordBox

SEPARATOR = "\n\n"
_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\u00ad\u200b\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One block before it has a place. `level` orders headings (smaller is outer) and means nothing elsewhere.

    `words` are ranges of `text` with their boxes; a piece that has them has clean text already (`prose`, `lines`).
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    has_header: bool = False
    words: tuple[tuple[int, int, Box], ...] = ()


def prose(text: str) -> str:
    """Normalise running text: NFC, no control or invisible characters, every run of whitespace one space."""
    return " ".join(unicodedata.normalize("NFC", _UNWANTED.sub("", text)).split())


def lines(text: str) -> str:
    """Normalise text whose lines and indentation matter: NFC, `\\n` line ends, no blank lines around it."""
    unified = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    kept = [line.rstrip() for line in unicodedata.normalize("NFC", unified).split("\n")]
    return "\n".join(kept).strip("\n")


def rows(cells: Iterable[Iterable[str]]) -> str:
    """Write a table: one row a line, cells joined by " | ", rows without any text left out."""
    cleaned = ([prose(cell) for cell in row] for row in cells)
    return "\n".join(" | ".join(row).strip() for row in cleaned if any(row))


def assemble(pieces: Iterable[Piece], *, title: str, name: str, media_type: str) -> Loaded:
    """Join pieces by blank lines into the canonical text.

    `title` is what the file states of itself; without it the first heading serves, then the file's name. Raises
    LoadError("empty") when nothing is left, and LoadError("no_text") for headings alone, which cannot be cited.
    """
    kept = [piece for piece in pieces if piece.text.strip()]
    if not kept:
        raise LoadError("empty", f"{name} has no text in it. Remove it or put a file with text in its place.")
    if all(piece.kind == "heading" for piece in kept):
        raise LoadError(
            "no_text", f"{name} has headings only. Remove it or put text under them: a heading cannot be cited."
        )
    text = SEPARATOR.join(piece.text for piece in kept)
    headings = (piece.text for piece in kept if piece.kind == "heading")
    found = prose(title) or next(headings, "") or name.rsplit(".", 1)[0]
    return Loaded(text=text, layout=_layout(kept), title=found, media_type=media_type)


def _layout(pieces: list[Piece]) -> Layout:
    blocks: list[Block] = []
    words: list[WordBox] = []
    path: list[tuple[int, str]] = []
    at = 0
    for piece in pieces:
        if piece.kind == "heading":
            path = [*(outer for outer in path if outer[0] < piece.level), (piece.level, piece.text)]
        section = tuple(heading for _, heading in path)
        blocks.append(Block(at, at + len(piece.text), piece.kind, section, piece.has_header))
        words.extend(WordBox(at + start, at + end, box) for start, end, box in piece.words)
        at += len(piece.text) + len(SEPARATOR)
    return Layout(blocks=tuple(blocks), words=tuple(words))
