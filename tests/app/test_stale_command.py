"""`verispan stale`, and what `verispan ingest` says of kept answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.services import Services
from app.standing import _Checker
from ingest import embed, pipeline
from ingest.errors import UnknownId
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

    def invoke(*arguments: object, ends: int = 0) -> str:
        result = CliRunner().invoke(main, [str(one) for one in arguments])
        assert result.exit_code == ends, result.output
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
    none = {"unchecked": 0, "holds": 0, "changed": 0, "broken": 0, "failures": []}
    assert report["answers"] == {"marked": 0, **none}
    assert report["documents"]["changed"] == 1
    rewrite(ingested, CAUSE, f"Mind that: {CAUSE}")
    report = json.loads(run("ingest", ingested.folder, "--json"))
    assert report["answers"] == {"marked": 2, **none, "holds": 2}
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


def test_an_answer_that_cannot_be_checked_is_named_and_keeps_none_from_being_checked(
    run: Any, ingested: Ingested, three: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = _Checker.check

    def failing(checker: Any, answer_id: str) -> Any:
        if answer_id == "ans_margin":
            raise UnknownId("what it cites\nwas never there")
        return check(checker, answer_id)

    with monkeypatch.context() as patched:
        patched.setattr(_Checker, "check", failing)
        patched.setattr("app.standing.AT_ONCE", 1)
        rewrite(ingested, "is 15 ps", "is 20 ps")
        said = run("ingest", ingested.folder, ends=1).splitlines()
        assert said[0].startswith("documents: 0 added, 1 changed")
        assert said[-3:] == [
            "2 kept answers marked: 1 unchecked, 1 broken",
            "not checked: ans_margin: what it cites was never there. Check its spelling; it may have been removed, or be"
            " for others to see.",
            "`verispan stale --check` checks what is unchecked, once that is mended.",
        ]
        report = json.loads(run("ingest", ingested.folder, "--json", ends=1))["answers"]
        assert (report["marked"], report["unchecked"]) == (1, 1)
        assert [one["id"] for one in report["failures"]] == ["ans_margin"]
        assert "not checked: ans_margin" in run("stale", "--check", ends=1)
    assert "1 kept answer marked: 1 broken" in run("stale", "--check")


def test_the_report_of_an_ingest_is_given_though_nothing_could_be_checked(
    run: Any, ingested: Ingested, three: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise RuntimeError("no such weights")

    monkeypatch.setattr("app.services.Services.__init__", failing)
    rewrite(ingested, "is 15 ps", "is 20 ps")
    report = json.loads(run("ingest", ingested.folder, "--json", ends=1))
    assert report["documents"]["changed"] == 1
    assert report["answers"]["failures"] == [{"id": None, "reason": "RuntimeError: no such weights"}]
    assert (report["answers"]["marked"], report["answers"]["unchecked"]) == (2, 2)
    assert "not checked: any of them: RuntimeError: no such weights" in run("ingest", ingested.folder, ends=1)
