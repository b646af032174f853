"""Reading loses nothing: the runs of a page are the text, and the marked runs are the marked range."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from app.web.reading import Piece, Run, read
from ingest.types import Block

WORDS = st.text(alphabet="ab |\U0001f600é", min_size=1, max_size=12).filter(str.strip)
KINDS = st.sampled_from(["heading", "paragraph", "list_item", "table", "code", "caption"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Block]]:
    """A text of blocks two newlines apart; only tables and code have lines."""
    text, blocks = "", []
    for kind in draw(st.lists(KINDS, min_size=1, max_size=12)):
        lines = draw(st.lists(WORDS, min_size=1, max_size=4 if kind in ("table", "code") else 1))
        body = "\n".join(lines)
        blocks.append(Block(len(text), len(text) + len(body), kind, ("Top",)))
        text += body + "\n\n"
    return text, blocks


def runs(piece: Piece) -> Iterator[Run]:
    for line in piece.lines:
        yield from line
    for row in piece.rows:
        for cell in row:
            yield from cell


@given(documents(), st.data())
def test_the_marked_runs_are_the_marked_range(document: tuple[str, list[Block]], data: st.DataObject) -> None:
    text, blocks = document
    block = data.draw(st.sampled_from(blocks))
    start = data.draw(st.integers(block.start, block.end - 1))
    line_end = text.index("\n", start)
    end = data.draw(st.integers(start, line_end).filter(lambda end: end > start)) if line_end > start else start
    marked = [run for piece in read(text, blocks, 0, (start, end)).pieces for run in runs(piece) if run.marked]
    assert "".join(run.text for run in marked) == text[start:end]
    assert [run.first for run in marked] == [True] * (end > start) + [False] * (len(marked) - 1)


@given(documents(), st.data())
def test_a_range_over_several_blocks_is_marked_with_what_is_between_them(
    document: tuple[str, list[Block]], data: st.DataObject
) -> None:
    text, blocks = document
    start = data.draw(st.integers(0, blocks[-1].end - 1))
    end = data.draw(st.integers(start + 1, blocks[-1].end))
    shown = [run for piece in read(text, blocks, 0, (start, end)).pieces for run in runs(piece)]
    assert "".join(run.text for run in shown if run.marked) == text[start:end]
    assert [run.first for run in shown if run.marked].count(True) == 1


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_no_heading_is_more_than_one_level_below_the_one_before(depths: list[int]) -> None:
    blocks = [Block(20 * n, 20 * n + 9, "heading", ("Part",) * depth) for n, depth in enumerate(depths)]
    shown = [piece.level for piece in read("Some head\n" + " " * 20 * len(depths), blocks, 0).pieces]
    assert shown[0] == 1
    for before, after, level, following in zip(depths, depths[1:], shown, shown[1:], strict=False):
        assert following <= level + 1
        assert (following > level) == (after > before)


@given(documents())
def test_every_character_of_every_block_is_shown(document: tuple[str, list[Block]]) -> None:
    text, blocks = document
    shown = "".join(run.text for piece in read(text, blocks, 0).pieces for run in runs(piece))
    expected = "".join(text[b.start : b.end].replace("\n", "" if b.kind == "table" else "\n") for b in blocks)
    assert shown == expected


@given(documents(), st.integers(5, 60))
def test_turning_later_pages_shows_every_block(document: tuple[str, list[Block]], size: int) -> None:
    text, blocks = document
    at: int | None = 0
    seen: set[str] = set()
    while at is not None:
        reading = read(text, blocks, at, size=size)
        seen |= {run.text for piece in reading.pieces for run in runs(piece)}
        assert reading.later is None or reading.later > at
        at = reading.later
    for block in blocks:
        for line in text[block.start : block.end].split("\n"):
            assert block.kind == "table" or any(line in shown for shown in seen)


def test_a_table_is_cut_into_cells_with_their_separators() -> None:
    text = "Words before.\n\nCorner | Margin\nSS | 15\n| 9"
    [_, table] = read(text, [Block(0, 13, "paragraph"), Block(15, len(text), "table", has_header=True)], 0).pieces
    cells = [["".join(run.text for run in cell) for cell in row] for row in table.rows]
    assert cells == [["Corner | ", "Margin"], ["SS | ", "15"], ["| ", "9"]]
    assert [run.separator for run in table.rows[1][0]] == [False, True]
    assert table.has_header


def test_a_marked_row_marks_all_its_cells() -> None:
    text = "Words before.\n\nCorner | Margin\nSS | 15"
    start = text.index("SS")
    [table] = read(text, [Block(15, len(text), "table", has_header=True)], 0, (start, len(text))).pieces
    assert [run.text for run in runs(table) if run.marked] == ["SS", " | ", "15"]


def test_neighbouring_list_items_are_one_list() -> None:
    text = "one\n\ntwo\n\nthree"
    blocks = [Block(0, 3, "list_item"), Block(5, 8, "list_item"), Block(10, 15, "paragraph")]
    assert [(piece.kind, len(piece.lines)) for piece in read(text, blocks, 0).pieces] == [("list", 2), ("paragraph", 1)]


def test_a_long_document_is_shown_around_the_offset_with_ways_on() -> None:
    paragraphs = [f"Paragraph {number:05} has some words in it." for number in range(20_000)]
    text = "\n\n".join(paragraphs)
    step = len(paragraphs[0]) + 2
    blocks = [Block(step * n, step * n + step - 2, "paragraph") for n in range(20_000)]
    reading = read(text, blocks, step * 9_000)
    shown = [run.text for piece in reading.pieces for run in runs(piece)]
    assert shown[0] == paragraphs[9_000]
    assert sum(map(len, shown)) < 15_000
    assert reading.earlier is not None
    assert reading.earlier < step * 9_000
    assert reading.later is not None
    assert read(text, blocks, reading.later).pieces[0].lines[0][0].text == paragraphs[9_000 + len(shown)]


def test_a_huge_table_is_cut_at_its_rows() -> None:
    rows = [f"{number:06} | value" for number in range(50_000)]
    text = "Head\n\n" + "\n".join(rows)
    [table] = read(text, [Block(6, len(text), "table", has_header=True)], 6 + 15 * 30_000).pieces
    first = "".join(run.text for cell in table.rows[0] for run in cell)
    assert first in rows
    assert not table.has_header
    assert len(table.rows) < 1_500


def test_an_empty_document_and_an_offset_beyond_the_end() -> None:
    assert read("", [], 5).pieces == ()
    [piece] = read("Words.", [Block(0, 6, "paragraph")], 10_000).pieces
    assert piece.lines[0][0].text == "Words."
