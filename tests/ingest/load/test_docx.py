"""Word documents, made with python-docx."""

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement

from ingest.load.docx import load

pytestmark = pytest.mark.slow


@pytest.fixture
def document() -> Any:
    made = docx.Document()
    made.core_properties.title = "Power handbook"
    made.sections[0].header.paragraphs[0].text = "RUNNING HEADER"
    made.sections[0].footer.paragraphs[0].text = "FOOTER"
    made.add_heading("Power", 0)
    made.add_heading("1 Scope", 1)
    return made


def loaded_blocks(document: Any, folder: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    document.save(folder / "made.docx")
    loaded = load(folder / "made.docx")
    assert loaded.title == "Power handbook"
    return [(block.kind, loaded.text[block.start : block.end], block.section) for block in loaded.layout.blocks[2:]]


def test_headings_nest_below_the_title(document: Any, tmp_path: Path) -> None:
    document.add_paragraph("Short text")
    document.add_heading("1.1 Sub", 2)
    document.add_paragraph("-40 °C is no bullet,\tand µ is kept.")
    assert loaded_blocks(document, tmp_path) == [
        ("paragraph", "Short text", ("Power", "1 Scope")),
        ("heading", "1.1 Sub", ("Power", "1 Scope", "1.1 Sub")),
        ("paragraph", "-40 °C is no bullet, and µ is kept.", ("Power", "1 Scope", "1.1 Sub")),
    ]


def test_lists_and_captions(document: Any, tmp_path: Path) -> None:
    document.add_paragraph("bullet", style="List Bullet")
    document.add_paragraph("nested", style="List Bullet 2")
    document.add_paragraph("number", style="List Number")
    document.add_paragraph("Table 1. Corners", style="Caption")
    found = [(kind, text) for kind, text, _ in loaded_blocks(document, tmp_path)]
    assert found == [
        ("list_item", "bullet"),
        ("list_item", "nested"),
        ("list_item", "1. number"),
        ("caption", "Table 1. Corners"),
    ]


def test_code_keeps_lines_and_spaces(document: Any, tmp_path: Path) -> None:
    for line in ("module m;", "  assign a   = b;\n  // next"):
        document.add_paragraph().add_run(line).font.name = "Courier New"
    document.add_paragraph("Some ").add_run("inline").font.name = "Consolas"
    found = [(kind, text) for kind, text, _ in loaded_blocks(document, tmp_path)]
    assert found == [("code", "module m;\n  assign a   = b;\n  // next"), ("paragraph", "Some inline")]


def test_tables_with_merged_cells(document: Any, tmp_path: Path) -> None:
    table = document.add_table(3, 3)
    for row, texts in enumerate((("Corner", "V", "T"), ("ss", "0.675", "-40"), ("all", "", "25"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    found = loaded_blocks(document, tmp_path)
    assert [(kind, text) for kind, text, _ in found] == [("table", "Corner | V | T\nss | 0.675 | -40\nall |  | 25")]


def test_exponents_and_page_breaks(document: Any, tmp_path: Path) -> None:
    paragraph = document.add_paragraph("A leakage of 10")
    paragraph.add_run("-9").font.superscript = True
    run = paragraph.add_run(" A is")
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    paragraph.add_run(" small.")
    found = loaded_blocks(document, tmp_path)
    assert [text for _, text, _ in found] == ["A leakage of 10^-9 A is small."]
