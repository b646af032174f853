"""`verispan corpus log | diff | show` print what `ingest.history` finds, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from corpus.cli import group
from ingest.errors import VerispanError
from ingest.store import Store


@pytest.fixture
def edited(ingested: Any) -> Any:
    """A store in which a sentence of `hold` was changed."""
    file = ingested.folder / "hold.md"
    file.write_text(file.read_text("utf-8").replace("synthesis is 15 ps", "synthesis is 18 ps"), encoding="utf-8")
    ingested.again()
    return ingested


def run(store: Any, *words: str) -> str:
    result = CliRunner().invoke(group, [*words, "--store", str(store.store_path)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_log_has_a_line_for_each_revision(edited: Any) -> None:
    lines = run(edited, "log", "hold").splitlines()
    newest, first = json.loads(run(edited, "log", "hold", "--json"))["revisions"]

    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert newest["revision"] in lines[0]
    assert lines[0].endswith("hold: 1 changed")
    assert (first["what"], newest["what"], newest["spans"]["changed"]) == ("added", "changed", 1)


def test_the_log_of_a_store_without_documents_says_what_comes_next(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    said = CliRunner().invoke(group, ["log", "--store", str(tmp_path)]).stdout
    assert said == "The store has no documents yet: `verispan ingest FOLDER` brings them in.\n"


def test_the_diff_marks_the_words(edited: Any) -> None:
    written = run(edited, "diff", "hold")
    wire = json.loads(run(edited, "diff", "hold", "--json"))

    assert "~ hold~" in written
    assert "synthesis is [-15-] {+18+} ps." in written
    [change] = wire["changes"]
    assert (change["kind"], "18 ps" in change["after"]["text"]) == ("changed", True)
    assert run(edited, "diff", "hold", wire["from"][:8]) == written
    assert "No span differs." in run(edited, "diff", "hold", wire["to"])
    assert "{+15+}" in run(edited, "diff", "hold", wire["to"], wire["from"])


def test_an_old_revision_is_shown_as_it_was(edited: Any) -> None:
    old = json.loads(run(edited, "diff", "hold", "--json"))["from"]

    assert "synthesis is 15 ps" in run(edited, "show", "hold", "--revision", old[:5])
    assert "synthesis is 18 ps" in run(edited, "show", "hold")
    assert "| SS | 15 | 0.675 |" not in run(edited, "show", "reset")


def test_retire_says_that_the_file_would_bring_it_back(edited: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.embed.load_embedder", lambda _: edited.embedder)

    written = run(edited, "retire", "hold")

    assert "hold is retired from generation 3 on" in written
    assert "its entry in the manifest" in written
    assert f"{edited.folder / 'hold.md'} is still there" in written
    assert run(edited, "log", "hold").splitlines()[0].split()[3] == "retired"


@pytest.mark.parametrize("command", ["retire", "diff"])
def test_what_there_is_nothing_to_do_about_is_said(edited: Any, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr("ingest.embed.load_embedder", lambda _: edited.embedder)
    run(edited, "retire", "hold")
    arguments = [command, "hold" if command == "retire" else "reset", "--store", str(edited.store_path)]
    caught = CliRunner().invoke(group, arguments).exception
    assert isinstance(caught, VerispanError)
    assert caught.next_step.startswith("There is nothing to ")
