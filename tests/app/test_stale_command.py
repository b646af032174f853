"""`verispan stale`, and what `verispan ingest` says of kept answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.services import Services
from ingest import embed, pipeline
from tests.app.kept import CAUSE, MARGIN, SOON, edit, keep
from tests.conftest import DirectLoader, Ingested


@pytest.fixture
def run(ingested: Ingested, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command over a store of its own, with quick parts, and give what it wrote."""
    monkeypatch.setenv("VERISPAN_STORE", str(ingested.store_path))
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    monkeypatch.setattr(embed, "load_embedder", lambda _: ingested.embedder)
    monkeypatch.setattr(pipeline, "has_indexes", lambda *_: True)
    ingest = pipeline.ingest
    monkeypatch.setattr(pipeline, "ingest", lambda *a, **k: ingest(*a, **k, loader=DirectLoader()))

    def invoke(*arguments: object) -> str:
        result = CliRunner().invoke(main, [str(one) for one in arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


@pytest.fixture
def three(services: Services) -> Services:
    """Three answers, two of which rest on one sentence."""
    keep(services, "ans_cause", [(CAUSE, [CAUSE])], question="What causes it?")
    keep(services, "ans_margin", [(MARGIN, [MARGIN])], question="How much is it?")
    keep(services, "ans_both", [(MARGIN, [MARGIN]), (CAUSE, [CAUSE])], question="And both?")
    return services


def rewrite(ingested: Ingested, old: str, new: str) -> None:
    file = ingested.folder / "hold.md"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")


def test_ingest_says_what_became_of_kept_answers(run: Any, ingested: Ingested, three: Services) -> None:
    rewrite(ingested, "is 15 ps", "is 20 ps")
    assert run("ingest", ingested.folder).splitlines()[-1] == "2 kept answers marked: 2 broken"
    rewrite(ingested, "is 20 ps", "is 15 ps")
    report = json.loads(run("ingest", ingested.folder, "--json"))
    assert report["answers"] == {"marked": 0, "holds": 0, "changed": 0, "broken": 0}
    assert report["documents"]["changed"] == 1
    rewrite(ingested, CAUSE, f"Mind that: {CAUSE}")
    report = json.loads(run("ingest", ingested.folder, "--json"))
    assert report["answers"] == {"marked": 2, "holds": 2, "changed": 0, "broken": 0}
    assert "marked" not in run("ingest", ingested.folder)


def test_stale_lists_questions_with_what_fell_and_what_changed(run: Any, ingested: Ingested, three: Services) -> None:
    rewrite(ingested, "is 15 ps", "is 20 ps")
    run("ingest", ingested.folder)
    both, margin = run("stale").split("\n\n")
    assert both.splitlines()[:2] == ["broken: And both?", "  2026-01-03 UTC, ans_both"]
    assert f"  no longer holds: {MARGIN}\n    The evidence says 20 ps where the claim says 15 ps.\n" in both
    assert CAUSE not in both
    assert "\n    The hold uncertainty after clock tree synthesis is [-15-] {+20+} ps." in margin
    listed = json.loads(run("stale", "--status", "broken", "--limit", "1", "--json"))["answers"]
    assert [one["id"] for one in listed] == ["ans_both"]
    assert [one["id"] for one in json.loads(run("stale", "--before", "ans_both", "--json"))["answers"]] == [
        "ans_margin"
    ]
    assert run("stale", "--status", "holds") == "Every kept answer stands as it was given.\n"


def test_check_takes_up_what_was_left_and_what_was_never_marked(
    run: Any, ingested: Ingested, three: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(ingested, ("is 15 ps", "is 20 ps"))
    monkeypatch.setattr("ingest.writer.mark", lambda *_: None)
    edit(ingested, (CAUSE, SOON))
    assert run("stale").startswith("unchecked: And both?")
    checked = json.loads(run("stale", "--check", "--json"))
    assert checked["checked"]["marked"] == 3
    assert [one["id"] for one in checked["answers"]] == ["ans_both", "ans_margin", "ans_cause"]
    assert "unchecked" not in run("stale", "--check", "--verifier", "overlap")
