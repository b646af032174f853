"""Word documents, made with python-docx."""

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

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


def wrapped(tag: str, *inner: Any) -> Any:
    outer = OxmlElement(tag)
    outer.extend(inner)
    return outer


def detached(paragraph: Any, text: str) -> Any:
    run = paragraph.add_run(text)._r
    paragraph._p.remove(run)
    return run


def test_tracked_changes_are_read_as_accepted(document: Any, tmp_path: Path) -> None:
    paragraph = document.add_paragraph("The hold margin is ")
    paragraph._p.append(wrapped("w:ins", detached(paragraph, "not ")))
    paragraph._p.append(wrapped("w:del", detached(paragraph, "always ")))
    paragraph._p.append(wrapped("w:moveFrom", detached(paragraph, "still ")))
    paragraph._p.append(wrapped("w:moveTo", detached(paragraph, "ever ")))
    paragraph.add_run("negotiable.")
    table = document.add_table(3, 2)
    for row, text in enumerate(("Corner", "gone", "ss")):
        table.cell(row, 0).text, table.cell(row, 1).text = text, "V"
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:del"))
    texts = [text for _, text, _ in loaded_blocks(document, tmp_path)]
    assert texts == ["The hold margin is not ever negotiable.", "Corner | V\nss | V"]


def test_content_controls_and_fields_are_read(document: Any, tmp_path: Path) -> None:
    paragraph = document.add_paragraph("The limit is ")
    inline = wrapped("w:sdtContent", detached(paragraph, "15"))
    paragraph._p.append(wrapped("w:sdt", OxmlElement("w:sdtPr"), inline))
    paragraph.add_run(" ps, see ")
    paragraph._p.append(wrapped("w:fldSimple", detached(paragraph, "Table 3")))
    paragraph.add_run(".")
    inner = document.add_paragraph("A whole paragraph in a control.")._p
    following = document.add_paragraph("After it.")._p
    following.addprevious(wrapped("w:sdt", wrapped("w:sdtContent", wrapped("w:sdt", wrapped("w:sdtContent", inner)))))
    texts = [text for _, text, _ in loaded_blocks(document, tmp_path)]
    assert texts == ["The limit is 15 ps, see Table 3.", "A whole paragraph in a control.", "After it."]


def test_word_s_table_of_contents_is_left_out(document: Any, tmp_path: Path) -> None:
    entry, following = document.add_paragraph("1 Scope 3")._p, document.add_paragraph("After it.")._p
    gallery = OxmlElement("w:docPartGallery", {qn("w:val"): "Table of Contents"})
    properties = wrapped("w:sdtPr", wrapped("w:docPartObj", gallery))
    following.addprevious(wrapped("w:sdt", properties, wrapped("w:sdtContent", entry)))
    assert [text for _, text, _ in loaded_blocks(document, tmp_path)] == ["After it."]


def test_exponents_in_table_cells(document: Any, tmp_path: Path) -> None:
    table = document.add_table(2, 2)
    for row, texts in enumerate((("Name", "Rate"), ("BER", ""))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    paragraph = table.cell(1, 1).paragraphs[0]
    paragraph.add_run("10").font.name = "Courier New"
    raised = paragraph.add_run("-12")
    raised.font.name, raised.font.superscript = "Courier New", True
    assert [text for _, text, _ in loaded_blocks(document, tmp_path)] == ["Name | Rate\nBER | 10^-12"]
