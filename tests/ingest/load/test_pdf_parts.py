"""The decisions of the PDF loader, on words and lines placed by hand."""

from dataclasses import replace

import pytest

from ingest.load.pdf_contents import without_contents
from ingest.load.pdf_furniture import without_furniture
from ingest.load.pdf_headings import simplify
from ingest.load.pdf_lines import Line, lines_of
from ingest.load.pdf_tables import columns, table_end, table_rows
from ingest.load.pdf_text import Mender, flow
from ingest.load.pdf_words import Sheet, Word
from ingest.types import Box

BOX = Box(1, 0.1, 0.1, 0.2, 0.2)


def word(text: str, x0: float = 0, y0: float = 0, *, hyphen: bool = False) -> Word:
    return Word(text, BOX, x0, y0, x0 + 5 * len(text), y0 + 10, False, False, hyphen)


def line(y0: float, *cells: tuple[float, str], right: float = 400) -> Line:
    return Line(tuple((word(text, x0, y0),) for x0, text in cells), 1, 0, right)


@pytest.mark.parametrize(
    ("head", "tail", "link"),
    [
        ("synchro", "niser", ""),
        ("cover", "age", ""),
        ("clock", "gated", "-"),
        ("sign", "off", "-"),
        ("data-re", "tention", ""),
        ("slow", "to-rise", "-"),
        ("set_clock", "groups", "-"),
        ("LF7", "process", "-"),
        ("Newton", "Raphson", "-"),
        ("−40", "to", "-"),
        ("lfl", "ec", ""),
        ("re", "lease", "-"),
        ("foo", "bar", ""),
    ],
)
def test_hyphens_at_line_ends(head: str, tail: str, link: str) -> None:
    mender = Mender([word("sign-off,"), word("re-lease"), word("(foobar)"), word("foo"), word("bar")])
    assert mender.link(head, tail) == link


def test_a_hyphen_at_the_end_of_all_stays() -> None:
    text, ranges = flow([word("a"), word("semi", hyphen=True)], Mender([]))
    assert text == "a semi-"
    assert [text[start:end] for start, end, _ in ranges] == ["a", "semi-"]


HEAD = line(0, (0, "Corner"), (100, "Supply"), (200, "Note"))
ROW = line(14, (0, "ss"), (100, "0.675"), (200, "slow,"))


@pytest.mark.parametrize(
    ("below", "belongs"),
    [
        (line(28, (200, "cold")), True),
        (line(28, (0, "x" * 60)), False),
        (line(28, (150, "stray")), False),
        (line(31, (200, "far")), False),
        (line(28, (0, "ff"), (100, "0.825")), True),
        (line(41, (0, "ff"), (100, "0.825")), False),
    ],
)
def test_which_line_below_a_table_belongs_to_it(below: Line, belongs: bool) -> None:
    assert table_end([HEAD, ROW, below], 0) == 2 + belongs


def test_what_is_no_table() -> None:
    two = [line(14 * at, (0, "1."), (50, "text")) for at in range(2)]
    assert table_end(two, 0) == 0
    assert table_end([*two, line(28, (0, "2."), (50, "text"))], 0) == 3
    crooked = [line(14 * at, (30 * at, "wordy"), (100 + 30 * at, "texts"), (200, "more")) for at in range(4)]
    assert columns(crooked) == []


def test_rows_of_cells_that_wrap() -> None:
    spaced = [
        line(0, (0, "Model"), (100, "Defect")),
        line(20, (0, "Transition"), (100, "a pin that")),
        line(32, (0, "delay"), (100, "is slow")),
        line(44, (100, "to rise")),
        line(64, (0, "Bridge"), (100, "a short")),
    ]
    found = [[" ".join(w.text for w in cell) for cell in row] for row in table_rows(spaced)]
    assert found == [["Model", "Defect"], ["Transition delay", "a pin that is slow to rise"], ["Bridge", "a short"]]


def test_a_justified_line_is_one_cell_and_a_table_row_is_not() -> None:
    full = [word("x" * 16, 0, 20 * at) for at in range(3)]
    stretched = [word("wide", 0, 60), word("gap", 31, 60), word("here", 60, 60)]
    assert [len(found.cells) for found in lines_of(Sheet(1, 100, 100, (*full, *stretched)))] == [1, 1, 1, 1]
    ragged = [word("wide", 0, 60), word("gap", 31, 60), word("x", 55, 60)]
    assert [len(found.cells) for found in lines_of(Sheet(1, 100, 100, (*full, *ragged)))] == [1, 1, 1, 3]


def test_numbering_is_no_part_of_a_title() -> None:
    assert simplify("Chapter 6 Transmission Lines") == simplify("6. Transmission lines") == "transmissionlines"
    assert simplify("A.2 Files") == simplify("Files")
    assert simplify("A scan chain") == "ascanchain"


def test_text_where_furniture_stands_is_kept() -> None:
    def sheet(number: int, top: str) -> Sheet:
        return Sheet(number, 400, 800, (word(top, 50, 20), word("body", 50, 400)))

    kept = without_furniture([sheet(1, "Header"), sheet(2, "Header"), sheet(3, "Other"), sheet(4, "Header")])
    assert [[w.text for w in page.words] for page in kept] == [["body"], ["body"], ["Other", "body"], ["body"]]


def pages(*texts: tuple[str, int]) -> list[list[str]]:
    """What is left of pages that have one line at the foot, of a text and a height, and a body."""
    body = (word("body", 50, 400), word("text", 80, 400), word("here", 110, 400))
    sheets = [
        Sheet(number, 400, 800, (*body, *(replace(w, y1=w.y0 + height) for w in words(text))))
        for number, (text, height) in enumerate(texts, 1)
    ]
    return [[w.text for w in sheet.words[3:]] for sheet in without_furniture(sheets)]


def words(text: str) -> list[Word]:
    """Words side by side on one line; each further space sets 3 points more between."""
    found, x = [], 50.0
    for part in text.split(" "):
        if part:
            found.append(word(part, x, 760))
        x += 5 * len(part) + 3
    return found


@pytest.mark.parametrize(
    "foot",
    [
        "Page {}",
        "Page {} of 9",
        "Handbook, p. {}",
        "- {} -",
        "{} / 9",
        "{}",
        f"Handbook{20 * ' '}{{}}",
        f"{{}}{20 * ' '}Handbook",
        "{}  ON THE CLOCK",
    ],
)
def test_numbers_of_pages_go(foot: str) -> None:
    assert pages(*((foot.format(page + 4), 8) for page in range(4))) == [[], [], [], []]


@pytest.mark.parametrize(
    "text", ["Experiment {}", "{} V", "See the errata of revision {} first.", "{} Methods", "Version 1.{}", "Step {}."]
)
def test_text_whose_number_goes_up_with_the_pages_stays(text: str) -> None:
    found = pages(*((text.format(page), 10) for page in range(1, 5)))
    assert found == [text.format(page).split() for page in range(1, 5)]


def test_two_pages_do_not_make_numbers_beside_other_words_furniture() -> None:
    assert pages((f"Total{20 * ' '}11", 10), (f"Rest{20 * ' '}12", 10)) == [["Total", "11"], ["Rest", "12"]]
    assert pages(("11", 10), ("12", 10)) == [[], []]


def test_the_large_number_of_a_chapter_stays() -> None:
    assert pages(("1", 30), ("2", 30), ("3", 30)) == [["1"], ["2"], ["3"]]


def entries(*texts: str, last_page: int = 40) -> list[str]:
    lines = [Line(((word(text, 0, 14 * at),),), 1, 0, 400) for at, text in enumerate(texts)]
    lines.append(Line(((word("The end.", 0, 0),),), last_page, 0, 400))
    return [line.text for line in without_contents(lines)][:-1]


def test_the_entries_of_a_table_of_contents_go() -> None:
    found = ["Preface ..... ix", "Contents ..... xi", "1 A title that is", "so long . . . . . 3", "2 Next ..... 40"]
    assert entries("Contents", *found, "Text ... here") == ["Contents", "1 A title that is", "Text ... here"]


@pytest.mark.parametrize(
    "found",
    [
        ["Supply voltage (VDD to GND) ........ 0.75V", "Storage temperature . . . . . 150°C", "Pins ..... 48V"],
        ["Wait for the answer .... now", "Wait for the answer .... then", "Wait for the answer .... yet"],
        ["Rows ..... 12", "Text", "Pins ..... 48", "Columns ..... 100"],
        ["Rows ..... 12", "Pins ..... 8", "Columns ..... 4", "Banks ..... 2"],
        ["Rows ..... 12", "a", "b", "c", "Pins ..... 18", "d", "e", "f", "Banks ..... 22"],
        ["Rows ..... 12", "Pins ..... 18"],
    ],
)
def test_lines_with_dots_that_are_no_table_of_contents_stay(found: list[str]) -> None:
    assert entries("Before", *found) == ["Before", *found]
