from pathlib import Path

import pytest

from corpus.lints.links import findings
from ingest.discover import Candidate


def dead(folder: Path, name: str, text: str) -> list[tuple[str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "other page.md").write_text("# Other", encoding="utf-8")
    found = findings([Candidate(folder / name, str(folder / name), name, folder, "")])
    return [(one.place, one.what.removeprefix("links to ").partition(",")[0]) for one in found]


@pytest.mark.parametrize(
    ("link", "is_dead"),
    [
        ("#hold-checks", False),
        ("#hold-checks-1", False),
        ("#21-crpr--ocv", False),
        ("#given", False),
        ("#within", False),
        ("#top", False),
        ("#hold-checks-2", True),
        ("#nowhere", True),
        ("other%20page.md", False),
        ("other%20page.md#any", False),
        ("gone.md", True),
        ("https://docs.example/gone.md#x", False),
        ("/gone.md", False),
        ("mailto:ann@docs.example", False),
    ],
)
def test_links_of_markdown(tmp_path, link, is_dead):
    text = f"""# Title

Words before it.

## Hold checks

See [there]({link}).

## Hold checks

<div id="Given"></div>

## 2.1 `CRPR` & OCV

An <a name="within"></a>anchor. `[code](#no-link)`
"""
    assert dead(tmp_path, "page.md", text) == ([("line 7", link)] if is_dead else [])


@pytest.mark.parametrize(
    ("link", "is_dead"), [("#here", False), ("#named", False), ("#nowhere", True), ("gone.html", True)]
)
def test_links_of_html(tmp_path, link, is_dead):
    text = f"""<html><body><nav><a href="index.html">Home</a></nav>
<h2 id="here">Here</h2><a name="named"></a>
<p>See <a href="{link}">there</a>.</p>
<footer><a href="#gone">Up</a></footer></body></html>"""
    assert dead(tmp_path, "page.html", text) == ([("line 3", link)] if is_dead else [])


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("The `foo` *bar*", "the-foo-bar"),
        ("The __foo__ [bar](https://docs.example/a-b)", "the-foo-bar"),
        ("The `set_clock` __limit__", "the-set_clock-limit"),
        ("Ann &amp; Bob\\_s <b>house</b> ![picture](a.png)", "ann--bob_s-house-"),
        ("`--hold <name>`, in ps", "--hold-name-in-ps"),
        ("Größe und Maß", "größe-und-maß"),
        ("The <foo@docs.example> *snake_case*", "the-foodocsexample-snake_case"),
    ],
)
def test_a_heading_is_an_anchor_by_its_rendered_text(tmp_path, heading, anchor):
    (tmp_path / "a.png").write_bytes(b"")
    text = f"# Title\n\nWords before it.\n\n## {heading}\n\n[x](#{anchor}) [y](#{anchor}-)"
    assert dead(tmp_path, "page.md", text) == [("line 7", f"#{anchor}-")]


def test_one_target_is_named_once_however_it_is_written(tmp_path):
    text = """<p>Before.</p>
<a href="#no%20where">a</a> <a href="#no where">b</a>
<a href="go%6Ee.html">c</a> <a href="gone.html">d</a>"""
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    found = [one.what for one in findings([Candidate(tmp_path / "page.html", "", "page.html", tmp_path, "")])]
    assert found == ["links to #no where, which it has not", "links to gone.html, not to be found"]


def test_files_of_other_types_and_other_encodings_are_let_be(tmp_path):
    assert dead(tmp_path, "page.txt", "[x](#nowhere)") == []
    (tmp_path / "latin.md").write_bytes("[é](#nowhere)".encode("latin-1"))
    assert list(findings([Candidate(tmp_path / "latin.md", "", "latin.md", tmp_path, "")])) == []


def test_files_that_were_left_behind_are_named_together(tmp_path):
    text = "# T\n\n[a](#no) [b](gone.md)\n\n[c](gone.md)\n\n[d](away.md#x)"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    found = [one.what for one in findings([Candidate(tmp_path / "page.md", "", "page.md", tmp_path, "")])]
    assert found == ["links to #no, which it has not", "links to gone.md and 1 more link, not to be found"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (2, ["links to #gone-0, which it has not", "links to #gone-1, which it has not"]),
        (6, ["links to #gone-0 and 5 more links, which it has not"]),
    ],
)
def test_anchors_are_named_once_and_many_together(tmp_path, count, said):
    text = "# T\n\n" + "\n\n".join(f"[a](#gone-{at}) [again](#gone-{at})" for at in range(count))
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    found = list(findings([Candidate(tmp_path / "page.md", "", "page.md", tmp_path, "")]))
    assert [one.what for one in found] == said
    assert found[0].place == "line 3"
