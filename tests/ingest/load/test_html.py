"""HTML pages, loaded whole."""

from pathlib import Path

import pytest

from ingest.errors import LoadError
from ingest.load.html import load

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><html><head><title>CDC rules</title></head><body>
<header><a href=/>Home</a></header>
<h1>Crossings</h1>
<p>−40&nbsp;&deg;C to
   125&nbsp;&#176;C, <code>set_clock_groups</code> and 𝜏 = 20&thinsp;ps.</p>
<p>-5 V is not a bullet.</p>
<p>x</p>
<h3>Deep</h3>
<ol><li>One<ul><li>Nested &lt;tag&gt;</li></ul></li><li><p>Two</p><p>Second paragraph</p></li></ol>
<h2>Wide</h2>
<pre>
always_ff @(posedge clk)
  q <= d;   // cafe\u0301
</pre>
<p>Figure 3: A synchroniser</p>
<img src=a.png alt="Two flops in a row"><img src=b.png alt=logo>
<table><tr><th>Corner</th><th>V</th></tr><tr><td>ss</td><td>0.675</td></tr></table>
<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>
<details><summary>More</summary><p>Hidden text</p></details>
</body></html>"""


def test_structure(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    loaded = load(path)
    assert [
        (block.kind, loaded.text[block.start : block.end], block.section[1:]) for block in loaded.layout.blocks
    ] == [
        ("heading", "Crossings", ()),
        ("paragraph", "−40 °C to 125 °C, set_clock_groups and 𝜏 = 20 ps.", ()),
        ("paragraph", "-5 V is not a bullet.", ()),
        ("paragraph", "x", ()),
        ("heading", "Deep", ("Deep",)),
        ("list_item", "One", ("Deep",)),
        ("list_item", "Nested <tag>", ("Deep",)),
        ("list_item", "Two", ("Deep",)),
        ("paragraph", "Second paragraph", ("Deep",)),
        ("heading", "Wide", ("Wide",)),
        ("code", "always_ff @(posedge clk)\n  q <= d;   // café", ("Wide",)),
        ("caption", "Figure 3: A synchroniser", ("Wide",)),
        ("caption", "Two flops in a row", ("Wide",)),
        ("table", "Corner | V\nss | 0.675", ("Wide",)),
        ("table", "a | b\nc | d", ("Wide",)),
        ("paragraph", "More", ("Wide",)),
        ("paragraph", "Hidden text", ("Wide",)),
    ]
    assert [block.has_header for block in loaded.layout.blocks if block.kind == "table"] == [True, False]
    assert (loaded.title, loaded.media_type) == ("CDC rules", "text/html")


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        ('<meta charset="iso-8859-1">', "iso-8859-1"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "windows-1252"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
        ("", "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_declared_charsets(tmp_path: Path, head: str, charset: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(f"{head}<p>25 µm at 85 °C</p>".encode(charset))
    assert load(path).text == "25 µm at 85 °C"


@pytest.mark.parametrize("declared", ["iso-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_latin_1_is_read_as_windows_1252(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(f"<meta charset={declared}><p>It’s 5 € – or “less”</p>".encode("cp1252"))
    assert load(path).text == "It’s 5 € – or “less”"


@pytest.mark.parametrize("head", ["", "<meta charset=nonsense>"])
def test_bytes_that_are_not_what_is_declared(tmp_path: Path, head: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(head.encode() + b"<p>25 \xb5m</p>")
    with pytest.raises(LoadError) as caught:
        load(path)
    assert caught.value.reason == "not_utf8"


def test_a_page_of_pictures_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><head><title>T</title></head><body><img src=a.png><nav>menu</nav></body></html>")
    with pytest.raises(LoadError) as caught:
        load(path)
    assert caught.value.reason == "empty"
