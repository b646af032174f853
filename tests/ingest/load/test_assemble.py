"""Canonical text and layout from pieces."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LoadError
from ingest.load.assemble import Piece, assemble, lines, prose, rows
from ingest.types import Box

KINDS = st.sampled_from(["heading", "paragraph", "list_item", "caption"])
PIECES = st.lists(
    st.builds(lambda text, kind, level: Piece(prose(text), kind, level), st.text(), KINDS, st.integers(0, 5))
)


@given(PIECES.filter(lambda pieces: any(piece.text and piece.kind != "heading" for piece in pieces)))
def test_blocks_cover_the_pieces_in_order_and_nothing_else(pieces: list[Piece]) -> None:
    loaded = assemble(pieces, title="", name="x.txt", media_type="text/plain")
    blocks = loaded.layout.blocks
    assert [loaded.text[block.start : block.end] for block in blocks] == [piece.text for piece in pieces if piece.text]
    assert all(before.end + 2 == after.start for before, after in pairwise(blocks))
    assert unicodedata.is_normalized("NFC", loaded.text)
    assert loaded.text.encode("utf-8")


def test_sections_follow_heading_levels() -> None:
    pieces = [
        Piece("preface"),
        Piece("A", "heading", 0),
        Piece("A.1", "heading", 1),
        Piece("deep", "heading", 4),
        Piece("A.2", "heading", 1),
        Piece("text"),
        Piece("B", "heading", 0),
    ]
    loaded = assemble(pieces, title="", name="x.md", media_type="text/markdown")
    assert [block.section for block in loaded.layout.blocks] == [
        (),
        ("A",),
        ("A", "A.1"),
        ("A", "A.1", "deep"),
        ("A", "A.2"),
        ("A", "A.2"),
        ("B",),
    ]


def test_words_are_moved_with_their_block() -> None:
    box = Box(3, 0.1, 0.2, 0.3, 0.4)
    pieces = [Piece("first"), Piece("two words", words=((0, 3, box), (4, 9, box)))]
    loaded = assemble(pieces, title="", name="x.pdf", media_type="application/pdf")
    assert [loaded.text[word.start : word.end] for word in loaded.layout.words] == ["two", "words"]


@pytest.mark.parametrize(
    ("title", "pieces", "expected"),
    [
        (" Stated\n title ", [Piece("Found", "heading"), Piece("text")], "Stated title"),
        ("", [Piece("text"), Piece("Found", "heading")], "Found"),
        ("", [Piece("text")], "my.notes"),
    ],
)
def test_title(title: str, pieces: list[Piece], expected: str) -> None:
    assert assemble(pieces, title=title, name="my.notes.txt", media_type="text/plain").title == expected


def test_no_text_is_an_error() -> None:
    with pytest.raises(LoadError) as caught:
        assemble([Piece(""), Piece(" ")], title="T", name="x.txt", media_type="text/plain")
    assert caught.value.reason == "empty"
    assert "x.txt" in caught.value.message


def test_headings_alone_are_an_error() -> None:
    with pytest.raises(LoadError, match=r"x\.txt") as caught:
        assemble([Piece("A", "heading"), Piece("B", "heading", 1)], title="T", name="x.txt", media_type="text/plain")
    assert caught.value.reason == "no_text"


@given(st.text())
def test_prose_is_stable_and_holds_single_spaces(text: str) -> None:
    once = prose(text)
    assert prose(once) == once
    assert once.split(" ") == once.split() or once == ""


def test_prose_drops_what_cannot_be_seen_and_composes_what_can() -> None:
    assert prose("a\u00adb\u200b\x00 \ufeffe\u0301\u00a0x\ud800") == "ab \u00e9 x"


@given(st.text())
def test_lines_is_stable(text: str) -> None:
    assert lines(lines(text)) == lines(text)


def test_lines_keeps_indentation_and_inner_gaps() -> None:
    assert lines("\r\n  if {$a}   {\r\tputs x  \r\n  }\n\n") == "  if {$a}   {\n\tputs x\n  }"


def test_rows() -> None:
    assert rows([["Corner", " V \n(V)"], ["", ""], ["ss", "0.675"]]) == "Corner | V (V)\nss | 0.675"
