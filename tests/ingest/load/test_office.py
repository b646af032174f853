"""Slides, sheets and what pandoc reads, each in a small real file."""

from pathlib import Path

import openpyxl
import pptx
import pypandoc
import pytest
from pptx.util import Inches

from ingest.errors import LoadError
from ingest.load import LOADERS, resolve

pytestmark = pytest.mark.slow

MARKDOWN = """# Corners

The supply is 0.75 V at −40 °C.

## Cells

- first
- second

```
set x 1
  set y 2
```

| Corner | V |
| --- | --- |
| ss | 0.675 |
"""


def found(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    loaded = resolve(LOADERS[path.suffix])(path)
    return [(block.kind, loaded.text[block.start : block.end], block.section) for block in loaded.layout.blocks]


def test_pptx(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = "Closure"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Timing closure"
    slide.placeholders[1].text_frame.text = "-5 V at −40 °C"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Corners"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for at, text in enumerate(("Corner", "V", "ss", "0.675")):
        table.cell(at // 2, at % 2).text = text
    deck.save(tmp_path / "deck.pptx")
    assert found(tmp_path / "deck.pptx") == [
        ("heading", "Timing closure", ("Timing closure",)),
        ("paragraph", "-5 V at −40 °C", ("Timing closure",)),
        ("heading", "Corners", ("Corners",)),
        ("table", "Corner | V\nss | 0.675", ("Corners",)),
    ]
    assert resolve(LOADERS[".pptx"])(tmp_path / "deck.pptx").title == "Closure"


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Corners"
    for row in (("Corner", "Supply (V)", "T"), ("ss", 0.675, -40), ("ff", 0.825, 125)):
        book.active.append(row)
    pins = book.create_sheet("Pins")
    for row in (("Pin", "Dir"), ("clk", "in")):
        pins.append(row)
    book.save(tmp_path / "book.xlsx")
    assert found(tmp_path / "book.xlsx") == [
        ("heading", "Corners", ("Corners",)),
        ("table", "Corner | Supply (V) | T\nss | 0.675 | -40\nff | 0.825 | 125", ("Corners",)),
        ("heading", "Pins", ("Pins",)),
        ("table", "Pin | Dir\nclk | in", ("Pins",)),
    ]


@pytest.mark.parametrize("format", ["odt", "epub", "rtf"])
def test_what_pandoc_reads(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"made.{format}"
    pypandoc.convert_text(MARKDOWN, format, format="markdown", outputfile=str(path), extra_args=["--standalone"])
    blocks = found(path)
    section = ("Corners", "Cells")
    assert blocks[:3] == [
        ("heading", "Corners", ("Corners",)),
        ("paragraph", "The supply is 0.75 V at −40 °C.", ("Corners",)),
        ("heading", "Cells", section),
    ]
    assert ("list_item", "second", section) in blocks
    assert ("table", "Corner | V\nss | 0.675", section) in blocks
    assert resolve(LOADERS[path.suffix])(path).title == "Corners"


@pytest.mark.parametrize("suffix", [".odt", ".epub"])
def test_what_pandoc_cannot_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(LoadError) as caught:
        resolve(LOADERS[suffix])(path)
    assert caught.value.reason == "corrupt"
