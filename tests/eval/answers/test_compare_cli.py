from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from app.cli import main
from eval.answers.compare_markdown import escaped
from eval.answers.scores import MEASURES

NASTY = 'Is <script>alert("1")</script> | a pipe,\n\n- *a* [link](http://x.y) www.x.y `b` & &lt; \\ ~~c~~ $d$ é?'
ANSWER = "<b onclick=x>Bold</b> | answer"
TEXT = "# A </td></details> document\n| says | 5 % |"
REASON = "It <i>does</i> not | say so."
CODES = "\x1b[31mred\x07"


def cited(text: str, header: str = "") -> dict[str, Any]:
    return {"id": "doc~x1", "document": {"id": "doc"}, "exact": text, "header": header}


def claim(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "label": "supported", "confidence": 0.75, "citations": [cited(TEXT)]} | more


def answer(question: str, *claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "question": question,
        "status": "answered" if claims else "abstained",
        "text": " ".join(one["text"] for one in claims),
        "confidence": 0.75 if claims else 0.0,
        "claims": list(claims),
        "withheld": [],
        "usage": [],
        "model_failure": None,
    } | more


def write_run(folder: Path, answers: dict[str, dict[str, Any]], worth: dict[str, int | None], **meta: Any) -> Path:
    """A run's folder as `verispan eval answers` leaves it."""
    folder.mkdir()
    of_run = {"model": f"model-{folder.name}", "verifier": "small-1", "data": "q.jsonl", "data_sha256": "a" * 64}
    of_run |= {"sample": None, "seed": 0, "store": "s1", "settings": {"passages": 8}, "version": "0.1.0"} | meta
    rows = [{"id": name, "seconds": 2.0, "answer": one} for name, one in answers.items()]
    scores = {
        name: {"coverage": [one["status"] == "answered", 1], "seconds": [2.0, 1], "cost_usd": [0.5, 1]}
        | ({} if worth[name] is None else {"right": [worth[name] == 1, 1]})
        for name, one in answers.items()
    }
    kept = {"summary": {"judged_by": "small-1"}, "questions": scores, "worth": worth, "attempts": {}}
    (folder / "run.json").write_text(json.dumps(of_run), encoding="utf-8")
    (folder / "answers.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    (folder / "scores.json").write_text(json.dumps(kept), encoding="utf-8")
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    withheld = claim(f"Withheld {CODES}", label="unsupported", reason=REASON)
    a = {"q1": answer(NASTY, withheld=[withheld]), "q2": answer(f"Plain?{CODES}", claim(f"Yes.{CODES}"))}
    b = {"q1": answer(NASTY, claim(ANSWER)), "q2": answer(f"Plain?{CODES}", claim("No."), model_failure="refused")}
    write_run(tmp_path / "a", a, {"q1": 0, "q2": 1})
    write_run(tmp_path / "b", b, {"q1": 1, "q2": 0}, settings={"passages": 4})
    return [str(tmp_path / "a"), str(tmp_path / "b")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", "compare", *arguments])


def said(result: Result) -> str:
    assert result.exception is None, result.output
    return result.stdout


class Page(HTMLParser):
    """What a browser would make of a page: its tags, its texts, and the attributes that name something elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_json_stands_alone_and_tells_both_answers(runs: list[str]) -> None:
    found = json.loads(said(run(*runs, "--json")))
    assert (found["n"], found["warnings"]) == (2, ["passages differs: 8 in a, 4 in b"])
    assert [(one["name"], one["model"], one["refused"]) for one in found["runs"]] == [
        ("a", "model-a", 0),
        ("b", "model-b", 1),
    ]
    [versus] = found["versus"]
    assert (versus["wins"], versus["losses"], versus["ties"], versus["p"]) == (1, 1, 0, 1.0)
    right = versus["differences"]["right"]
    assert [right[name]["value"] for name in ("first", "other", "difference")] == [0.5, 0.5, 0.0]
    assert right["difference"]["n"] == 2
    assert (right["more_is_better"], right["excludes_zero"], right["verdict"]) == (True, False, "open")
    assert versus["differences"]["gold_recall"]["difference"] == {"value": None, "interval": None, "n": 0}
    first, second = versus["questions"]
    assert (first["id"], first["question"], first["gain"]) == ("q1", NASTY, 1)
    assert first["first"]["withheld"] == [
        {
            "text": f"Withheld {CODES}",
            "confidence": 0.75,
            "reason": REASON,
            "cited": [{"id": "doc~x1", "exact": TEXT}],
        }
    ]
    assert (first["other"]["text"], first["other"]["confidence"]) == (ANSWER, 0.75)
    assert first["other"]["cited"] == [{"id": "doc~x1", "exact": TEXT}]
    assert (second["other"]["status"], second["other"]["text"], second["gain"]) == ("refused", "", -1)


def test_text_has_a_line_for_each_figure_and_cannot_steer_a_terminal(runs: list[str]) -> None:
    shown = said(run(*runs))
    assert "! passages differs: 8 in a, 4 in b" in shown
    assert "1 answered, 0 abstained, 1 refused, 0 failed" in shown
    assert "wins 1, loses 1, ties 0; exact sign test p = 1.000" in shown
    assert "  right                      0.500     0.500     0.000" in shown
    assert "gold_recall" not in shown
    assert "won  q1: Is <script>" in shown
    assert "lost q2: Plain?" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_the_page_says_everything_and_runs_nothing(runs: list[str], tmp_path: Path) -> None:
    said(run(*runs, "--html", str(tmp_path / "page.html")))
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    for text in (NASTY, ANSWER, TEXT, REASON, "passages differs: 8 in a, 4 in b", "declined"):
        assert text in page.words
    assert not {"script", "i", "iframe", "img", "link", "a"} & set(page.tags)
    assert not {"onclick", "src", "href"} & set(page.names)
    assert page.tags.count("details") == 2
    assert page.tags.count("svg") == 3
    assert page.tags.count("caption") == page.tags.count("table") == 2
    assert [one for one in page.tags if one in ("h1", "h2", "h3")] == ["h1", "h2", "h2", "h2", "h3"]


def test_in_markdown_texts_are_texts(runs: list[str], tmp_path: Path) -> None:
    said(run(*runs, "--markdown", str(tmp_path / "page.md")))
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    written = (tmp_path / "page.md").read_text("utf-8")
    page = Page(rendered.render(written))
    for text in (NASTY, ANSWER, TEXT, REASON):
        assert " ".join(text.split()) in page.words
    assert set(page.tags) == {"h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"} | {
        "strong",
        "br",
    }
    rows = 2 + len(MEASURES) + 2  # the runs, the measures, the questions
    assert page.tags.count("tr") == rows + 3
    assert page.tags.count("td") == 2 * 10 + len(MEASURES) * 8 + 2 * 3


@pytest.mark.parametrize(
    "text", [NASTY, ANSWER, TEXT, CODES, "1. a", "- b", "## c", "> d", "<script x", "=====", "www.a.b", "a@b.c"]
)
def test_escaped_text_at_the_head_of_a_line_is_that_text(text: str) -> None:
    page = Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(escaped(text)))
    assert page.words.strip() == " ".join(text.split())
    assert set(page.tags) == {"p"}
    assert not re.search(r"(?<!\\)://|www\.|\w@", escaped(text)), "some renderers make links of bare addresses"


def test_the_same_runs_make_the_same_files(runs: list[str], tmp_path: Path) -> None:
    for name in ("one", "two"):
        said(run(*runs, "--html", str(tmp_path / f"{name}.html"), "--markdown", str(tmp_path / f"{name}.md")))
    for suffix in ("html", "md"):
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


def test_a_half_of_a_surrogate_pair_becomes_a_question_mark(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_run(tmp_path / name, {"q1": answer("half \ud800", claim("Yes."))}, {"q1": 1})
    files = tmp_path / "page.html", tmp_path / "page.md"
    said(run(str(tmp_path / "a"), str(tmp_path / "b"), "--html", str(files[0]), "--markdown", str(files[1])))
    assert all("half ?" in one.read_text("utf-8") for one in files)


def test_what_cannot_be_compared_is_an_error_of_one_line(runs: list[str], tmp_path: Path) -> None:
    write_run(tmp_path / "c", {"q1": answer("Plain?")}, {"q1": 0}, data_sha256="b" * 64)
    failed = run(runs[0], str(tmp_path / "c"))
    assert failed.exit_code == 1
    assert "a and c were not asked the same questions" in failed.stderr
    assert failed.stdout == ""
    (tmp_path / "b" / "scores.json").unlink()
    assert "Run `verispan eval answers` on it" in run(*runs).stderr
    assert run(runs[0]).exit_code == 2, "one run alone is compared with nothing"


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from eval.answers.compare_cli import compare; compare(['--help'], standalone_mode=False)"
    heavy = "print(sorted({'numpy', 'scipy', 'jinja2', 'torch', 'langchain_core'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{heavy}"], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
