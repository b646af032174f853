"""Markdown: what each construct becomes, and that no word of its prose is lost."""

import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import LoadError
from ingest.load.markdown import load, to_html

SOURCE = """\
---
title: "Clock guide"
revision: 3
---
Intro with `set_clock_x` and a_b_c.

Setext
------

* item
  * nested by two
    ```tcl
    set x 1
      indented
    ```
* −40 °C

### Deep

> [!WARNING]
> Danger ahead.

:::{tip}
A tip.
:::

```{note}
Prose *note* with `code`.
```

!!! warning "Heads up"
    Indented *body*.

    Its second paragraph.

| Corner | V |
| --- | ---: |
| ss | -0.5 |

Line one
line two &micro;m.
"""


@pytest.mark.slow
def test_structure(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_bytes(SOURCE.replace("\n", "\r\n").encode())
    loaded = load(path)
    assert [(block.kind, loaded.text[block.start : block.end]) for block in loaded.layout.blocks] == [
        ("code", 'title: "Clock guide"\nrevision: 3'),
        ("paragraph", "Intro with set_clock_x and a_b_c."),
        ("heading", "Setext"),
        ("list_item", "item"),
        ("list_item", "nested by two"),
        ("code", "set x 1\n  indented"),
        ("list_item", "−40 °C"),
        ("heading", "Deep"),
        ("paragraph", "Danger ahead."),
        ("paragraph", "A tip."),
        ("paragraph", "Prose note with code."),
        ("paragraph", "Heads up"),
        ("paragraph", "Indented body."),
        ("paragraph", "Its second paragraph."),
        ("table", "Corner | V\nss | -0.5"),
        ("paragraph", "Line one line two µm."),
    ]
    assert loaded.layout.blocks[-1].section == ("Setext", "Deep")
    assert (loaded.title, loaded.media_type) == ("Clock guide", "text/markdown")


def test_a_rule_is_no_front_matter(tmp_path: Path) -> None:
    assert "<hr" in to_html("text\n\n---\n\nmore", "x.md")
    path = tmp_path / "ruled.md"
    path.write_text("---\n\nThe limit is 8 %.\n\nNote: it holds.\n\n---\n\nMore.\n")
    assert [block.kind for block in load(path).layout.blocks] == ["paragraph"] * 3
    path.write_text("---\ntags:\n- a\n# why\nby: me\n---\nMore.\n")
    assert [block.kind for block in load(path).layout.blocks] == ["code", "paragraph"]


@pytest.mark.parametrize("fence", ["```", "~~~~"])
@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_what_stands_in_a_fence_is_left_alone(fence: str, prefix: str) -> None:
    code = ["!!! note", "    hi", "::: warning Foo", "> [!NOTE]"]
    rendered = to_html("\n".join(f"{prefix}{line}" for line in ["Before", f"{fence}md", *code, fence, "After"]), "x.md")
    assert '<code class="language-md">!!! note\n    hi\n::: warning Foo\n&gt; [!NOTE]\n</code>' in rendered


def test_a_fence_without_an_end_and_what_is_no_fence() -> None:
    assert "!!! note\n    hi" in to_html("Before\n\n```\n!!! note\n    hi", "x.md")
    assert "!!!" not in to_html("Before\n\n```code``` it is\n\n!!! note\n    hi\n", "x.md")


def test_a_fence_in_an_admonition_and_an_admonition_in_another() -> None:
    source = 'Before\n\n!!! note\n    ```\n    !!! a\n    ```\n\n    !!! tip "Inner"\n        deep\n\nAfter'
    rendered = to_html(source, "x.md")
    assert "<pre><code>!!! a\n</code></pre>" in rendered
    assert "<p>Inner</p>\n<p>deep</p>\n<p>After</p>" in rendered


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        ("::: warning Foo", "Foo"),
        (":::{tip} Foo", "Foo"),
        ("::: {.note #id}", ""),
        ("::: Delay is 3 ns.", "Delay is 3 ns."),
        ("::: noted values", "noted values"),
    ],
)
def test_only_the_name_of_an_admonition_is_dropped(opening: str, said: str) -> None:
    assert to_html(f"Before\n\n{opening}\n\ntext\n:::\n", "x.md").split("\n")[1:-1] == [
        f"<p>{line}</p>" for line in (said, "text") if line
    ]


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_nesting_is_kept_or_refused_and_never_cut_off(mark: str) -> None:
    assert "<p>end</p>" in to_html(f"{mark * 20}deep\n\nend", "x.md")
    for depth in (28, 29, 30, 31, 56, 57, 58, 59, 60, 61, 300):
        with suppress(LoadError):
            assert "deep" in to_html(f"{mark * depth}deep\n\nend", "x.md")
    with pytest.raises(LoadError) as caught:
        to_html(f"{mark * 300}deep", "x.md")
    assert caught.value.reason == "corrupt"
    assert "x.md" in caught.value.message


WORDS = st.text(st.characters(categories=["L", "N"], exclude_characters="_"), min_size=1, max_size=8)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.lists(
    st.tuples(st.sampled_from(["", "# ", "### ", "- ", "> ", "1. "]), st.lists(LINES, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=BLOCKS)
def test_every_word_is_kept_in_order(tmp_path: Path, blocks: list[tuple[str, list[str]]]) -> None:
    path = tmp_path / "any.md"
    indent = {"- ": "  ", "1. ": "   ", "> ": "> "}
    source = [
        "\n".join(f"{mark if not at else indent.get(mark, '')}{line}" for at, line in enumerate(found))
        for mark, found in blocks
    ]
    path.write_text("Opening words.\n\n" + "\n\n".join(source), encoding="utf-8")
    written = [word for _, found in blocks for line in found for word in line.split()]
    assert load(path).text.split() == ["Opening", "words.", *unicodedata.normalize("NFC", " ".join(written)).split()]
