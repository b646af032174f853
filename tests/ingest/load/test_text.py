"""Plain text, loaded from files as people write them."""

from pathlib import Path

import pytest

from ingest.errors import LoadError
from ingest.load.text import load

NOTES = """\
Bring-up notes
==============

The core supply of Ω-grade parts is 0.75 V at −40 °C,
measured at the die.

1.2 Supplies

- VDD first,
  then VDDA
2) release reset

    set_voltage 0.75
      -min 0.675

Pin\tDirection\tDrive (mA)
clk\tin\t0
q\tout\t4

mode    meaning
0       off, and all
        that follows
"""


def test_structure(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    loaded = load(path)
    assert [(block.kind, loaded.text[block.start : block.end]) for block in loaded.layout.blocks] == [
        ("heading", "Bring-up notes"),
        ("paragraph", "The core supply of Ω-grade parts is 0.75 V at −40 °C, measured at the die."),
        ("heading", "1.2 Supplies"),
        ("list_item", "VDD first, then VDDA"),
        ("list_item", "release reset"),
        ("code", "set_voltage 0.75\n  -min 0.675"),
        ("table", "Pin | Direction | Drive (mA)\nclk | in | 0\nq | out | 4"),
        ("code", "mode    meaning\n0       off, and all\n        that follows"),
    ]
    assert loaded.layout.blocks[-1].section == ("Bring-up notes", "1.2 Supplies")
    assert [block.has_header for block in loaded.layout.blocks if block.kind == "table"] == [True]
    assert loaded.title == "Bring-up notes"
    assert loaded.layout.words == ()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("3 Supplies of the core", "heading"),
        ("2.1. Voltage and current", "heading"),
        ("4 概要と目的", "heading"),
        ("0.75 V is the nominal supply of the core domain", "paragraph"),
        ("1.2 GHz is the target", "paragraph"),
        ("16 MB are enough", "paragraph"),
        ("3 flops are needed (see note 2)", "paragraph"),
        ("3. flops are needed", "list_item"),
    ],
)
def test_a_number_is_numbering_only_before_a_title(tmp_path: Path, line: str, kind: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(f"Some text.\n\n{line}\n\nMore text.\n")
    assert [block.kind for block in load(path).layout.blocks] == ["paragraph", kind, "paragraph"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\n \n", "empty"),
        (b"3 Supplies\n\n4 Clocks", "no_text"),
        (b"caf\xe9", "not_utf8"),
        (b"a\x00b", "wrong_suffix"),
    ],
)
def test_what_is_not_text(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(LoadError) as caught:
        load(path)
    assert caught.value.reason == reason
    assert "bad.txt" in caught.value.message
