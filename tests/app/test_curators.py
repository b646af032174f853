"""What the command line hands to the curator's commands, through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import services as building
from app import standing
from app.checks.trusted import WeightsRefused
from app.cli import main
from app.services import Services
from ingest import embed
from ingest.embed import EmbedderUnavailable
from tests.app.kept import CAUSE, TIED, keep
from tests.conftest import Ingested

LIMIT = "The limit on dynamic drop in a block is {} % of the supply voltage."
ENTRY = """[[document]]
id = "{0}"
path = "{0}.md"
title = "About {0}"
licence = "CC-BY-4.0"
owner = "Somebody"
reviewed = 2999-01-01
{1}
"""


@pytest.fixture
def folder(tmp_path: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three documents that are in no store; the last one is replaced by the second."""
    home = tmp_path / "curated"
    home.mkdir()
    for name, limit in (("drop", 8), ("grid", 10), ("old", 7)):
        text = f"# About {name}\n\nWords before it.\n\n## Limits\n\nOf {name}. {LIMIT.format(limit)}\n"
        (home / f"{name}.md").write_text(text, encoding="utf-8")
    entries = (
        ENTRY.format(name, 'superseded_by = "grid"' if name == "old" else "") for name in ("drop", "grid", "old")
    )
    (home / "manifest.toml").write_text("\n".join(entries), encoding="utf-8")
    monkeypatch.setattr(embed, "load_embedder", lambda _: embedder)
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    monkeypatch.setenv("VERISPAN_STORE", str(tmp_path / "nowhere"))
    return home


def lint(folder: Path, *options: str) -> Any:
    return CliRunner().invoke(main, ["corpus", "lint", str(folder), "--json", *options])


@pytest.mark.slow
def test_lint_lists_contradictions_of_a_folder_that_is_in_no_store(folder: Path) -> None:
    done = lint(folder)
    [found] = json.loads(done.stdout)["findings"]
    assert (done.exit_code, found["where"], found["code"], found["severity"]) == (0, "drop", "contradiction", "warning")
    assert found["place"] == "About drop > Limits"
    assert f"“{LIMIT.format(8)}”, and grid: “{LIMIT.format(10)}” One says 8 %, the other 10 %." in found["what"]
    assert not (folder.parent / "nowhere").exists()


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--no-contradictions", "--errors-only"])
def test_lint_leaves_contradictions_out_when_asked_to(folder: Path, option: str) -> None:
    done = lint(folder, option)
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, {"findings": []}, "")


@pytest.mark.slow
def test_lint_says_when_weights_are_missing_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise WeightsRefused("the weights model.onnx cannot be read")

    monkeypatch.setenv("VERISPAN_VERIFIER", "small")
    monkeypatch.setattr(building, "CrossEncoder", refused)
    done = lint(folder)
    assert "Only contradictions between values were looked for: the weights model.onnx cannot be read." in done.stderr
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["contradiction"]


@pytest.mark.slow
def test_lint_says_when_the_embedder_is_missing_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_setting: str) -> None:
        raise EmbedderUnavailable("the embedder cannot be loaded")

    monkeypatch.setattr(embed, "load_embedder", unavailable)
    done = lint(folder)
    assert "Contradictions were not looked for: the embedder cannot be loaded." in done.stderr
    assert json.loads(done.stdout)["findings"] == []


@pytest.mark.slow
def test_retire_checks_the_answers_that_it_marks(
    ingested: Ingested, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "load_embedder", lambda _: ingested.embedder)
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    keep(services, "ans_cause", [(CAUSE, [CAUSE])])
    keep(services, "ans_tied", [(TIED, [TIED])])
    retire = ["corpus", "retire", "--store", str(ingested.store_path)]
    said = CliRunner().invoke(main, [*retire, "hold"])
    assert said.stdout.splitlines()[1:3] == [
        "1 kept answer marked: 1 broken",
        "`verispan stale` lists the answers whose sources have changed.",
    ]
    written = json.loads(CliRunner().invoke(main, [*retire, "reset", "--json"]).stdout)
    assert written["answers"] == {"marked": 1, "unchecked": 0, "holds": 0, "changed": 0, "broken": 1, "failures": []}


@pytest.mark.slow
def test_retire_exits_with_1_and_says_so_when_an_answer_could_not_be_checked(
    ingested: Ingested, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise WeightsRefused("the weights model.onnx cannot be read")

    monkeypatch.setattr(embed, "load_embedder", lambda _: ingested.embedder)
    monkeypatch.setattr(standing, "check_standings", refused)
    keep(services, "ans_cause", [(CAUSE, [CAUSE])])
    done = CliRunner().invoke(main, ["corpus", "retire", "--store", str(ingested.store_path), "hold"])
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1:4] == [
        "1 kept answer marked: 1 unchecked",
        f"not checked: any of them: the weights model.onnx cannot be read. {WeightsRefused.next_step}",
        "`verispan stale --check` checks what is unchecked, once that is mended.",
    ]
    assert ".." not in done.stdout
