"""What a page looks like before it is partitioned."""

import pytest
from lxml.html import fromstring  # type: ignore[import-untyped]

from ingest.errors import LoadError
from ingest.load.clean import clean


def body(source: str) -> str:
    return " ".join(clean(f"<html><head><title>T</title></head><body>{source}</body></html>", "x.html").html.split())


def test_the_title_and_the_main_content_are_taken() -> None:
    page = clean("<title> Hold\n checks </title><body><p>menu</p><main><p>text</p></main>", "x.html")
    assert page.title == "Hold checks"
    assert "text" in page.html
    assert "menu" not in page.html


@pytest.mark.parametrize(
    "noise",
    [
        "<nav>noise</nav>",
        "<header>noise</header>",
        "<footer>noise</footer>",
        "<script>noise</script>",
        "<div role=navigation>noise</div>",
        "<div class='main-menu x'><h3>noise</h3><a href=x>noise</a> | <a href=y>noise</a></div>",
        "<ul id=toc><li><a href=x>noise</a></ul>",
        "<div class=sidebar></div>",
        "<header role=banner>noise</header>",
        "<div class=sphinxsidebar>noise</div>",
        "<p style='color: red; display: none'>noise</p>",
        "<p hidden>noise</p>",
        "<!-- noise -->",
        "<a class=headerlink href=#x>noise</a>",
    ],
)
def test_what_is_not_text_of_the_page_goes_and_what_follows_it_stays(noise: str) -> None:
    cleaned = body(f"<p>before this one</p>{noise}tail<p>after</p>")
    assert "noise" not in cleaned
    assert all(kept in cleaned for kept in ("before", "tail", "after"))


@pytest.mark.parametrize(
    "text",
    [
        "<section id=file-menu><h2>File menu</h2><p>It saves <a href=x>files</a>.</section>",
        "<section id=table-of-contents-toc><h2>Table of contents (TOC)</h2><a href=x>how to write one</a></section>",
        "<div class=section id=menu><h2>Menu</h2><ul><li><a href=x>File</a></ul></div>",
        "<aside class=sidebar>Never exceed 1.32 V.</aside>",
        "<p class=footer>Values at 25 °C; see <a href=x>the note</a>.</p>",
        "<header><h1>Clock spec</h1><p>Revision 3.</p></header>",
        "<header role=banner><h1>Clock spec</h1><p>Revision 3.</p></header>",
    ],
)
def test_what_is_only_named_like_a_menu_stays(text: str) -> None:
    stripped = " ".join(fromstring(text).text_content().split())
    cleaned = fromstring(body(f"<p>{'before this one ' * 20}</p>{text}<p>after</p>")).text_content()
    assert stripped in " ".join(cleaned.split())


def test_all_main_parts_are_joined() -> None:
    parts = "<p>menu</p><main><p>first</p><div role=main>inner</div></main><p>menu</p><main hidden>menu</main>"
    cleaned = body(f"{parts}<div role=main>second</div>")
    assert "menu" not in cleaned
    assert [cleaned.count(word) for word in ("first", "inner", "second")] == [1, 1, 1]


def test_a_menu_that_holds_most_of_the_page_is_the_page() -> None:
    assert "everything" in body("<div class=sidebar><p>everything that there is</p></div><p>x</p>")


@pytest.mark.parametrize("tag", ["details", "figure", "form", "summary", "figcaption"])
def test_what_the_partitioner_would_drop_is_kept(tag: str) -> None:
    assert f"<{tag}" not in body(f"<{tag}>kept</{tag}>")
    assert "kept" in body(f"<{tag}>kept</{tag}>")


def test_exponents_are_marked_and_other_raised_text_is_not() -> None:
    assert "10<sup>^-9</sup>" in body("<p>10<sup>-9</sup> F</p>")
    assert "<sup>th</sup>" in body("<p>4<sup>th</sup></p>")
    assert "^" not in body("<p>word<sup><a href=#n>2</a></sup></p>")


def test_code_becomes_plain_text_with_its_lines() -> None:
    source = "<pre><span>set</span> x<br>  <b>if</b> {}<div>end</div><div>last</div></pre>"
    page = clean(f"<body>{source}</body>", "x.html")
    assert "<pre>set x\n  if {}\nend\nlast\n</pre>" in page.html


def test_layout_tables_become_blocks_and_data_tables_plain_grids() -> None:
    layout = body("<table><tr><td><h2>Heading</h2></td><td><table><tr><td>a<td>b</table></td></tr></table>")
    assert layout.count("<table") == 1
    assert "<div><h2>Heading</h2></div>" in layout
    data = body("<table class=x><caption>C</caption><tr><th><b>V</b>DD<td><ul><li>0.75<li>V</ul></table>tail")
    assert "<caption>C</caption><tr><th>VDD</th><td>0.75 V</td></tr></table>tail" in data


def test_the_first_paragraph_of_an_item_is_the_item() -> None:
    assert "<li>first<p>second</p></li>" in body("<ul><li><p>first</p><p>second</p></li></ul>")


def test_a_page_that_would_be_cut_off_is_refused() -> None:
    assert "end" in body("<div>" * 200 + "end")
    with pytest.raises(LoadError) as caught:
        body("<div>" * 20_000 + "text" + "</div>" * 20_000 + "<p>end</p>")
    assert caught.value.reason == "corrupt"


@pytest.mark.parametrize("source", ["", "  \n "])
def test_an_empty_page(source: str) -> None:
    with pytest.raises(LoadError) as caught:
        clean(source, "x.html")
    assert caught.value.reason == "empty"
