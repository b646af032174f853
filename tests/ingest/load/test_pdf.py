"""PDF files made with reportlab: what their blocks are, and that every word stands where its box says."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import LoadError
from ingest.load.pdf import load
from ingest.load.pdf_words import clean_word
from ingest.types import Box, Loaded

WIDTH, HEIGHT = A4
LEFT_COLUMN = [
    "A scan chain is a shift regi-",
    "ster made of flops. Its hold-",
    "time margin is 15 ps and the",
    "hold-time margin of set_clk-",
    "gate cells is 12 ps at 0.75 V.",
    "The chain has a lock-up latch",
    "at each crossing from one to",
    "another clock, and it goes on",
]
RIGHT_COLUMN = [
    "over the gap in the middle of",
    "this page. Coverage counts the",
    "stuck-at faults as well as the",
    "transition faults. The second",
    "sentence ends at this place.",
]
PARAGRAPH = (
    "A scan chain is a shift register made of flops. Its hold-time margin is 15 ps and the hold-time margin of "
    "set_clk-gate cells is 12 ps at 0.75 V. The chain has a lock-up latch at each crossing from one to another clock, "
    "and it goes on over the gap in the middle of this page. Coverage counts the stuck-at faults as well as the "
    "transition faults. The second sentence ends at this place."
)
TITLES = [
    "1 Scan chains over both of the columns",
    "2 Wide titles again stand above two columns",
    "3 Last of all three",
]


def draw_lines(
    canvas: Canvas, x: float, y: float, found: list[str], *, font: str = "Times-Roman", size: float = 11
) -> float:
    canvas.setFont(font, size)
    for line in found:
        canvas.drawString(x, y, line)
        y -= 1.25 * size
    return y


def saved(folder: Path, draw: Callable[[Canvas], None], **options: object) -> Path:
    path = folder / "made.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1, **options)
    draw(canvas)
    canvas.save()
    return path


def blocks(loaded: Loaded) -> list[tuple[str, str]]:
    return [(block.kind, loaded.text[block.start : block.end]) for block in loaded.layout.blocks]


def stands_at(path: Path, box: Box) -> str:
    """What pdfium itself finds inside a box, made a little smaller, so that it meets no neighbour."""
    document = pypdfium2.PdfDocument(path)
    page = document[box.page - 1]
    left, bottom, right, top = page.get_bbox()
    x0, x1 = (left + share * (right - left) for share in (box.x0, box.x1))
    y0, y1 = (top - share * (top - bottom) for share in (box.y0, box.y1))
    text = page.get_textpage().get_text_bounded(x0 + 0.3, y1 + 0.3, x1 - 0.3, y0 - 0.3)
    document.close()
    return text.strip()


def check_boxes(path: Path, loaded: Loaded) -> None:
    words = loaded.layout.words
    assert all(0 <= w.box.x0 < w.box.x1 <= 1 and 0 <= w.box.y0 < w.box.y1 <= 1 for w in words)
    assert all(before.end <= after.start for before, after in pairwise(words))
    for word in words:
        found = stands_at(path, word.box).rstrip("-\x02\ufffe\u00ad")
        assert found == loaded.text[word.start : word.end].rstrip("-")
    covered = "".join(loaded.text[word.start : word.end] for word in words)
    assert covered == "".join(loaded.text.replace(" | ", "").split())


def two_columns(canvas: Canvas) -> None:
    for page, title in enumerate(TITLES, 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(50, HEIGHT - 30, "Scan handbook - internal")
        canvas.drawCentredString(WIDTH / 2, 25, f"Page {page} of 3")
        y = draw_lines(canvas, 50, HEIGHT - 80, [title], font="Helvetica-Bold", size=16)
        draw_lines(canvas, 50, y - 20, LEFT_COLUMN)
        draw_lines(canvas, 250, y - 20, RIGHT_COLUMN)
        canvas.showPage()


def test_columns_are_read_one_after_the_other_and_furniture_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, two_columns)
    loaded = load(path)
    assert [text for _, text in blocks(loaded)] == [text for title in TITLES for text in (title, PARAGRAPH)]
    assert {block.section for block in loaded.layout.blocks[2:4]} == {(TITLES[1],)}
    check_boxes(path, loaded)


def test_a_mended_word_keeps_two_boxes(tmp_path: Path) -> None:
    loaded = load(saved(tmp_path, two_columns))
    at = loaded.text.index("register")
    halves = [word for word in loaded.layout.words if at <= word.start < at + len("register")]
    assert [loaded.text[word.start : word.end] for word in halves] == ["regi", "ster"]
    assert halves[0].box.y1 <= halves[1].box.y0
    assert halves[0].box.x0 > halves[1].box.x0


def test_a_paragraph_goes_on_over_a_page_and_a_finished_one_does_not(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(
            canvas, 60, 200, ["An introduction comes first.", "", "This sentence runs over the end of its page and"]
        )
        canvas.showPage()
        draw_lines(canvas, 60, HEIGHT - 100, ["ends on the one that follows."])
        canvas.showPage()
        draw_lines(canvas, 60, HEIGHT - 100, ["Here another one begins."])

    loaded = load(saved(tmp_path, draw))
    joined = "This sentence runs over the end of its page and ends on the one that follows."
    assert [text for _, text in blocks(loaded)] == ["An introduction comes first.", joined, "Here another one begins."]
    assert {word.box.page for word in loaded.layout.words if loaded.text[word.start : word.end] == "ends"} == {2}


def styled(canvas: Canvas) -> None:
    canvas.setTitle("Corner guide")
    y = draw_lines(canvas, 60, HEIGHT - 80, ["Corner guide"], font="Helvetica-Bold", size=20)
    y = draw_lines(canvas, 60, y - 10, ["1 Supplies"], font="Helvetica-Bold", size=14)
    y = draw_lines(
        canvas,
        60,
        y - 6,
        [
            "Nominal supply is 0.75 V, and the junction runs from -40 °C to 125 °C in each",
            "of the corners listed here.",
        ],
    )
    y = draw_lines(canvas, 60, y - 10, ["1.1 Commands"], font="Helvetica-Bold", size=14)
    y = draw_lines(
        canvas, 60, y - 6, ["proc derate {x} {", "    return [expr {$x * 0.95}]", "}"], font="Courier", size=10
    )
    y = draw_lines(canvas, 60, y - 12, ["Rules:"])
    y = draw_lines(
        canvas,
        60,
        y - 6,
        ["• Each corner has its own library, and that library is used in no other corner", "   than this one."],
    )
    y = draw_lines(canvas, 60, y - 6, ["• Derates are multiplied."])
    y = draw_lines(canvas, 60, y - 10, ["2 Corners"], font="Helvetica-Bold", size=14)
    y = draw_lines(canvas, 60, y - 6, ["Table 1: Released corners"]) - 8
    rows = [
        ("Corner", "Supply (V)", "Note"),
        ("ss", "0.675", "slow silicon, and"),
        ("", "", "cold"),
        ("ff", "0.825", "fast"),
        ("tt", "0.75", "typical"),
    ]
    for row in rows:
        for x, cell in zip((70, 180, 300), row, strict=True):
            canvas.drawString(x, y, cell)
        y -= 13.75
    draw_lines(canvas, 60, y - 14, ["Text that comes behind the table."])


def test_headings_code_lists_and_tables(tmp_path: Path) -> None:
    path = saved(tmp_path, styled)
    loaded = load(path)
    assert blocks(loaded) == [
        ("heading", "Corner guide"),
        ("heading", "1 Supplies"),
        (
            "paragraph",
            "Nominal supply is 0.75 V, and the junction runs from -40 °C to 125 °C in each of the corners listed here.",
        ),
        ("heading", "1.1 Commands"),
        ("code", "proc derate {x} {\n    return [expr {$x * 0.95}]\n}"),
        ("paragraph", "Rules:"),
        ("list_item", "Each corner has its own library, and that library is used in no other corner than this one."),
        ("list_item", "Derates are multiplied."),
        ("heading", "2 Corners"),
        ("caption", "Table 1: Released corners"),
        (
            "table",
            "Corner | Supply (V) | Note\nss | 0.675 | slow silicon, and cold\nff | 0.825 | fast\ntt | 0.75 | typical",
        ),
        ("paragraph", "Text that comes behind the table."),
    ]
    sections = [block.section for block in loaded.layout.blocks]
    assert sections[4] == ("Corner guide", "1 Supplies", "1.1 Commands")
    assert sections[-1] == ("Corner guide", "2 Corners")
    assert [block.has_header for block in loaded.layout.blocks if block.kind == "table"] == [True]
    assert (loaded.title, loaded.media_type) == ("Corner guide", "application/pdf")
    check_boxes(path, loaded)


def test_an_outline_says_which_lines_are_headings(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for level, title in ((0, "Chapter of text"), (1, "Plain heading")):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(f"{level + 1} {title}", title, level)
        draw_lines(canvas, 60, 700, ["Chapter of text"], size=18)
        draw_lines(canvas, 60, 650, ["Plain heading"])
        draw_lines(canvas, 60, 600, ["Running text of the section, long enough to be the body of this small document."])

    loaded = load(saved(tmp_path, draw))
    assert loaded.layout.blocks[-1].section == ("Chapter of text", "Plain heading")


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(
            canvas,
            60,
            700,
            [
                "1 Supplies . . . . . . . . . . . . 1",
                "2 Corners ............ 1",
                "3 Clocks ............. 1",
                "Waits are written as wait ... here.",
            ],
        )

    assert [text for _, text in blocks(load(saved(tmp_path, draw)))] == ["Waits are written as wait ... here."]


def test_a_chapter_heading_at_the_same_place_is_no_furniture(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for chapter in (2, 5, 7, 9):
            draw_lines(canvas, 60, HEIGHT - 70, [f"Chapter {chapter}"], font="Helvetica-Bold", size=18)
            draw_lines(canvas, 60, HEIGHT - 200, [f"Text of chapter {chapter}."])
            draw_lines(canvas, 60, 40, [["i", "ii", "iii", "iv"][(2, 5, 7, 9).index(chapter)]])
            canvas.showPage()

    found = [text for _, text in blocks(load(saved(tmp_path, draw)))]
    assert found == [text for chapter in (2, 5, 7, 9) for text in (f"Chapter {chapter}", f"Text of chapter {chapter}.")]


def test_a_number_well_apart_is_a_page_number_and_one_before_a_title_is_not(tmp_path: Path) -> None:
    titles = ["Scope", "Methods", "Results"]

    def draw(canvas: Canvas) -> None:
        for page, title in enumerate(titles, 1):
            canvas.setFont("Helvetica-Bold", 14)
            for x, text in ((60, f"On {title.lower()}"), (500, str(page + 40))):
                canvas.drawString(x, HEIGHT - 40, text)
            for x, text in ((60, str(page)), (85, title)):
                canvas.drawString(x, HEIGHT - 70, text)
            draw_lines(canvas, 60, HEIGHT - 200, [f"What there is to say of {title.lower()}."])
            canvas.showPage()

    found = [text for _, text in blocks(load(saved(tmp_path, draw)))]
    assert found == [
        text
        for page, title in enumerate(titles, 1)
        for text in (f"{page} {title}", f"What there is to say of {title.lower()}.")
    ]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_rotated_pages_and_crop_boxes(tmp_path: Path, turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.setCropBox((40, 100, 540, 560))
        canvas.saveState()
        canvas.translate(300, 400)
        canvas.rotate(turn)
        draw_lines(canvas, -100, 0, ["Words that read", "upright here"])
        canvas.restoreState()
        canvas.rotate(turn + 45)
        canvas.drawString(300, 0, "DRAFT")

    loaded = load(saved(tmp_path, draw))
    assert loaded.text == "Words that read upright here"
    first, last = loaded.layout.words[0].box, loaded.layout.words[-1].box
    assert first.x0 < loaded.layout.words[1].box.x0
    assert first.y1 <= last.y0
    wide, high = (500, 460) if turn % 180 == 0 else (460, 500)
    assert (first.y1 - first.y0) * high == pytest.approx(11, abs=2)
    assert (first.x1 - first.x0) * wide == pytest.approx(pdfmetrics.stringWidth("Words", "Times-Roman", 11), abs=1)


def test_turned_text_on_an_unturned_page_is_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 300)
        canvas.rotate(90)
        draw_lines(canvas, 0, 0, ["Landscape text on", "a portrait page"])

    loaded = load(saved(tmp_path, draw))
    assert loaded.text == "Landscape text on a portrait page"
    assert loaded.layout.words[0].box.y0 > loaded.layout.words[1].box.y0


def test_unicode_and_ligatures(tmp_path: Path) -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, 60, 700, ["25 µm at 85 °C, café ± 3 %, an ofﬁce ﬂow"], font="Vera")

    assert load(saved(tmp_path, draw)).text == "25 µm at 85 °C, café ± 3 %, an office flow"


def test_words_are_cleaned() -> None:
    assert clean_word("cafe\u0301") == "café"
    assert clean_word("e\ufb03cient\x02") == "efficient"
    assert clean_word("\ud835\udf0f=1") == "𝜏=1"
    assert clean_word("½") == "½"  # only ligatures are taken apart


def picture_only(canvas: Canvas) -> None:
    image = Image.new("RGB", (300, 100), "white")
    ImageDraw.Draw(image).text((10, 10), "scanned")
    canvas.drawImage(ImageReader(image), 50, 500)


@pytest.mark.parametrize(
    ("draw", "options", "expected"),
    [
        (picture_only, {}, "image_only"),
        (styled, {"encrypt": StandardEncryption("secret", canPrint=0)}, "encrypted"),
    ],
)
def test_files_without_readable_text(
    tmp_path: Path, draw: Callable[[Canvas], None], options: dict[str, object], expected: str
) -> None:
    with pytest.raises(LoadError) as caught:
        load(saved(tmp_path, draw, **options))
    assert caught.value.reason == expected


def test_a_file_that_only_its_owner_may_change_is_read(tmp_path: Path) -> None:
    assert "Supplies" in load(saved(tmp_path, styled, encrypt=StandardEncryption("", ownerPassword="secret"))).text


@pytest.mark.parametrize("keep", [0.0, 0.3])
def test_a_damaged_file(tmp_path: Path, keep: float) -> None:
    path = saved(tmp_path, picture_only)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)] + b"%PDF-")
    with pytest.raises(LoadError) as caught:
        load(path)
    assert caught.value.reason == "corrupt"


WORDS = st.text(st.sampled_from("abcdefgXYZ019µé°_"), min_size=1, max_size=9)
SHEETS = st.lists(st.lists(st.lists(WORDS, min_size=1, max_size=7), min_size=1, max_size=6), min_size=1, max_size=3)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=SHEETS, step=st.floats(13, 40), x=st.floats(20, 150))
def test_every_word_is_found_once_and_where_it_stands(
    tmp_path: Path, pages: list[list[list[str]]], step: float, x: float
) -> None:
    def draw(canvas: Canvas) -> None:
        for page in pages:
            canvas.setFont("Times-Roman", 11)
            for at, line in enumerate(page):
                canvas.drawString(x, 600 - at * step, " ".join(line))
            canvas.showPage()

    path = saved(tmp_path, draw)
    loaded = load(path)
    written = sorted(word for page in pages for line in page for word in line)
    assert sorted(loaded.text[word.start : word.end] for word in loaded.layout.words) == written
    check_boxes(path, loaded)


def test_the_loader_leaves_the_file_closed(tmp_path: Path) -> None:
    path = saved(tmp_path, styled)
    first = load(path)
    path.unlink()
    assert first == load(saved(tmp_path, styled))
    assert BytesIO(path.read_bytes()).read(5) == b"%PDF-"
