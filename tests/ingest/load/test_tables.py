"""Grids of HTML tables, against tables laid out by hand."""

from lxml import html

from ingest.load.tables import Cell, flat_text, grid, is_header, looks_like_header


def laid(source: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid(html.fragment_fromstring(f"<table>{source}</table>"))]


def test_merged_rows_are_repeated_and_merged_columns_padded() -> None:
    source = """<tr><th colspan=2>Supply</th><th>T</th></tr>
    <tr><td rowspan=2>core</td><td>0.675</td><td>−40</td></tr><tr><td>0.825</td><td>125</td></tr>
    <tr><td>io</td><td>1.8</td><td>25</td></tr>"""
    assert laid(source) == [
        ["Supply", "", "T"],
        ["core", "0.675", "−40"],
        ["core", "0.825", "125"],
        ["io", "1.8", "25"],
    ]


def test_a_rowspan_at_the_end_of_a_row_and_nonsense_spans() -> None:
    assert laid("<tr><td>a<td rowspan=2>b<tr><td colspan=x>c") == [["a", "b"], ["c", "b"]]
    assert laid("<tr><td rowspan=0>a<td>b<tr><td>c") == [["a", "b"], ["c"]]


def test_a_table_within_a_cell_keeps_its_rows_to_itself() -> None:
    assert laid("<tr><td>x<table><tr><td>in</td></tr></table></td><td>y</td></tr>") == [["x in", "y"]]


def test_inline_markup_sets_no_spaces_and_breaks_do() -> None:
    cell = html.fragment_fromstring("<td>CO<sub>2</sub>, <code>set_</code><b>x</b><br>next<p>para</p><p>two</p></td>")
    assert flat_text(cell).split() == ["CO2,", "set_x", "next", "para", "two"]


def test_headers() -> None:
    marked, plain = Cell("A", True), Cell("A", False)
    assert is_header([marked, Cell("", False)])
    assert not is_header([marked, plain])
    assert not is_header([])
    assert looks_like_header([plain, Cell("Supply (V)", False)])
    assert not looks_like_header([plain, plain])
    assert not looks_like_header([plain, Cell("0.675", False)])
    assert not looks_like_header([plain])
