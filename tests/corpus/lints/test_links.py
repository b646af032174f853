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


def test_files_of_other_types_and_other_encodings_are_let_be(tmp_path):
    assert dead(tmp_path, "page.txt", "[x](#nowhere)") == []
    (tmp_path / "latin.md").write_bytes("[é](#nowhere)".encode("latin-1"))
    assert list(findings([Candidate(tmp_path / "latin.md", "", "latin.md", tmp_path, "")])) == []


def test_files_that_were_left_behind_are_named_together(tmp_path):
    text = "# T\n\n[a](#no) [b](gone.md)\n\n[c](gone.md)\n\n[d](away.md#x)"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    found = [one.what for one in findings([Candidate(tmp_path / "page.md", "", "page.md", tmp_path, "")])]
    assert found == ["links to #no, which it has not", "links to gone.md and 2 more links, not to be found"]
