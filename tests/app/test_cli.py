"""Every command over a small store: what it writes where, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.chat.chat import Chat
from app.cli import main
from app.command import print_result
from app.services import Services
from ingest import embed, pipeline
from ingest.errors import StoreError

VERISPAN = str(Path(sys.executable).with_name("verispan"))
QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


@pytest.fixture
def run(shared_services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Run a command over the shared store, with quick parts in place of the embedder and the loading child."""
    monkeypatch.setenv("VERISPAN_STORE", str(shared_services.store.folder))
    monkeypatch.setenv("VERISPAN_MODEL", "extractive")
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    monkeypatch.setattr(embed, "load_embedder", lambda _: shared_services.embedder)
    monkeypatch.setattr("app.services.load_embedder", lambda _: shared_services.embedder)
    runner = CliRunner()
    return lambda *arguments, stdin="": runner.invoke(main, [str(one) for one in arguments], input=stdin)


@pytest.fixture
def quick_loading(monkeypatch: pytest.MonkeyPatch, direct: Any) -> None:
    ingest = pipeline.ingest
    monkeypatch.setattr(pipeline, "ingest", lambda *a, **k: ingest(*a, **k, loader=direct))


def wire(result: Result) -> Any:
    assert result.exception is None, result.output
    return json.loads(result.stdout)


def test_ask_says_the_claims_with_their_sources(run: Any) -> None:
    said = run("ask", QUESTION).stdout
    assert f"{CAUSE} [1]\n  quoted · relevance 0." in said
    assert "[1] Hold checks  hold~" in said
    assert said.count("not calibrated") == 1


def test_ask_gives_the_wire_format(run: Any, shared_services: Services) -> None:
    answer = wire(run("ask", QUESTION, "--json", "--model", "extractive", "--min-confidence", "0.4"))
    assert answer["claims"][0]["text"] == CAUSE
    assert shared_services.store.answer(answer["id"]) == answer


def test_ask_reads_the_question_from_standard_input_and_keeps_to_filters(run: Any) -> None:
    answer = wire(run("ask", "-", "--json", "--document", "reset", stdin=QUESTION + "\n"))
    assert answer["question"] == QUESTION
    assert {passage["document"] for passage in answer["searched"]["passages"]} == {"reset"}


def test_a_question_can_follow_an_answer(run: Any) -> None:
    first = wire(run("ask", QUESTION, "--json"))
    said = run("ask", "How is it mended?", "--follows", first["id"]).stdout
    assert said.startswith("Understood as: How is a hold violation")
    second = wire(run("ask", "How is it mended?", "--follows", first["id"], "--json"))
    assert (second["question"], second["follows"]) == ("How is it mended?", first["id"])
    assert "hold violation" in second["searched"]["query"]


def test_an_answer_to_follow_that_is_not_there_is_said_to_be_missing(run: Any) -> None:
    result = run("ask", "Why?", "--follows", "ans_nosuch")
    assert result.exit_code != 0
    assert "ans_nosuch" in result.stderr


def test_silence_says_what_came_nearest(run: Any) -> None:
    said = run("ask", "Who was the king of Sweden in 1520?").stdout
    assert said.startswith("No answer:")
    assert "these came nearest:" in said


def test_search(run: Any) -> None:
    hits = wire(run("search", "hold violation", "-k", "2", "--json"))["hits"]
    assert len(hits) == 2
    assert list(hits[0]) == ["passage_id", "document", "section", "score", "scores", "text", "spans"]
    assert "1. Hold checks" in run("search", "hold violation").stdout


def test_check_of_one_claim(run: Any) -> None:
    claim = "The uncertainty is 19 ps."
    assert wire(run("check", "--claim", claim, "--evidence", "The uncertainty is 15 ps.", "--json"))["label"] == (
        "contradicted"
    )
    found = wire(run("check", "--claim", CAUSE, "--json"))
    assert (found["label"], found["citations"][0]["exact"]) == ("supported", CAUSE)
    assert "supported" in run("check", "--claim", "-", stdin=CAUSE).stdout


ROWS = [
    {"id": "b", "claim": "The margin is 15 ps.", "evidence": "In all corners the margin is 15 ps."},
    {"id": "a", "claim": "The margin is 12 ps.", "evidence_sentences": ["Some words.", "The margin is 15 ps."]},
    {"id": 3, "claim": "The moon is green.", "evidence": ""},
]


@pytest.mark.parametrize("piped", [True, False])
def test_check_of_rows_keeps_their_order(run: Any, tmp_path: Path, piped: bool) -> None:
    lines = "\n".join(map(json.dumps, ROWS))
    (tmp_path / "rows.jsonl").write_text(lines)
    result = run("check", "--jsonl", stdin=lines) if piped else run("check", "--jsonl", tmp_path / "rows.jsonl")
    judged = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in judged] == ["b", "a", 3]
    assert [row["label"] for row in judged] == ["supported", "contradicted", "unsupported"]
    assert set(judged[0]) == {"id", "label", "confidence", "p_supported", "p_contradicted"}


def test_a_bad_row_is_named(run: Any) -> None:
    result = run("check", "--jsonl", stdin='{"id": 1, "claim": "x", "evidence": "y"}\n\nnonsense\n')
    assert result.exit_code == 1
    assert "Line 3 is not JSON" in result.stderr


def test_status(run: Any) -> None:
    state = wire(run("status", "--json"))
    assert (state["generation"], state["counts"]["documents"], state["indexes"]) == (1, 2, {"default": "ready"})
    assert (state["embedder"], state["models"]["extractive"], state["guarantees"]) == ("hash-256", True, [])
    assert state["verifier"].startswith("overlap-")
    assert "documents  2 current, 0 retired" in run("status").stdout


@pytest.mark.slow
@pytest.mark.usefixtures("quick_loading")
def test_ingest_reports_and_names_each_failure(run: Any, tmp_path: Path) -> None:
    folder, store = tmp_path / "documents", tmp_path / "store"
    folder.mkdir()
    (folder / "good.md").write_text("# Good\n\nSome words. A sentence to be found here.\n")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    failed = run("ingest", folder, "--store", store, "--json")
    report = json.loads(failed.stdout)
    assert failed.exit_code == 1
    assert (report["documents"]["added"], report["documents"]["failed"]) == (1, 1)
    assert [Path(one["path"]).name for one in report["failures"]] == ["bad.pdf"]
    assert report["failures"][0]["reason"]
    (folder / "bad.pdf").unlink()
    again = run("ingest", folder, "--store", store)
    assert again.exit_code == 0
    assert "1 unchanged, 0 failed" in again.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("quick_loading")
def test_a_missing_path_keeps_no_other_file_out(run: Any, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Good\n\nSome words. A sentence to be found here.\n")
    result = run("ingest", tmp_path / "gone.md", tmp_path / "good.md", "--store", tmp_path / "store", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["documents"]["added"]) == (1, 1)
    assert [(Path(one["path"]).name, one["reason"]) for one in report["failures"]] == [("gone.md", "missing")]


@pytest.mark.slow
@pytest.mark.usefixtures("quick_loading")
def test_ingest_takes_a_document_from_standard_input(run: Any, tmp_path: Path) -> None:
    piped = run("ingest", "-", "--name", "notes.md", "--store", tmp_path, "--json", stdin="# Notes\n\nA sentence.\n")
    assert wire(piped)["documents"]["added"] == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["ask", "x", "--store", "/nonexistent/store"], 1, "verispan: /nonexistent/store holds no store"),
        (["ask", "x", "--model", "nonsense"], 1, "verispan: there is no model 'nonsense'"),
        (["ask", "  "], 2, "The question is empty"),
        (["ask", "x", "--min-confidence", "2"], 2, "2.0 is not in the range"),
        (["ask"], 2, "Missing argument"),
        (["check"], 2, "either --claim or --jsonl"),
        (["check", "--jsonl", "/nonexistent/rows"], 2, "/nonexistent/rows"),
        (["ask", "caf\udce9"], 1, "QUESTION is not UTF-8"),
        (["search", "x\udce9"], 1, "QUERY is not UTF-8"),
        (["check", "--claim", "x\udce9"], 1, "claim is not UTF-8"),
        (["ask", "x", "--document", "x\udce9"], 1, "document"),
        (["nonsense"], 2, "No such command"),
        (["serve", "--host", "0.0.0.0"], 1, "VERISPAN_API_KEYS"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(run: Any, arguments: list[str], status: int, said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr
    assert status == 2 or result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


LATIN = "First words.\nThe café is open.\n".encode("latin1")
CAFE = json.dumps({"claim": "The café is open.", "evidence": "y"}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["ask", "-"], LATIN),
        (["check", "--claim", "-"], LATIN),
        (["check", "--jsonl"], f"{json.dumps(ROWS[0])}\n{CAFE}\n".encode("latin1")),
        (["check", "--jsonl"], b'\n{"claim": "half a pair: \\ud800", "evidence": "y"}\n'),
        (["check", "--jsonl"], b'\n{"id": "\\ud800", "claim": "x", "evidence": "y"}\n'),
    ],
)
def test_input_that_is_no_text_is_named_with_its_line(run: Any, arguments: list[str], given: bytes) -> None:
    result = run(*arguments, stdin=given)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Line 2 is not UTF-8" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_whole_surrogate_pair_is_text(run: Any) -> None:
    result = run("check", "--jsonl", stdin=b'{"id": "\\ud83d\\ude00", "claim": "x", "evidence": "y"}\n')
    assert json.loads(result.stdout)["id"] == "\N{GRINNING FACE}"


def test_an_error_is_one_line_without_the_inside_of_the_store(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        try:
            raise ValueError("SELECT spans.id FROM spans")
        except ValueError as error:
            raise StoreError("The store in /srv/x is damaged:\nit is no database") from error

    monkeypatch.setattr("app.services.Store.open", broken)
    result = run("status")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "The store in /srv/x is damaged: it is no database. " in result.stderr
    assert "SELECT" not in result.stderr


def test_a_name_that_is_no_text_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_result({"path": "caf\udce9.md"}, True, str)
    assert json.loads(capsys.readouterr().out) == {"path": "caf\udce9.md"}


def test_a_model_of_the_command_line_needs_no_setting(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    answer = wire(run("ask", QUESTION, "--model", "openai:gpt-4o-mini", "--json"))
    assert answer["model"] == "openai:gpt-4o-mini"
    assert answer["notes"]


def test_feedback_is_listed_with_the_claim_and_what_it_cites(run: Any, shared_services: Services) -> None:
    assert run("feedback").stdout == "Nobody has said anything yet.\n"
    answer = wire(run("ask", QUESTION, "--json"))
    with closing(Chat(shared_services.store.folder)) as chat:
        chat.feedback.toggle(answer["id"], "ada", "not_supported", claim=0)
        chat.feedback.toggle(answer["id"], "bob", "down")
    listed = {one["user"]: (one["kind"], one["claim"]) for one in wire(run("feedback", "--json"))["reports"]}
    assert listed == {"ada": ("not_supported", answer["claims"][0]), "bob": ("down", None)}
    said = run("feedback").stdout
    assert f"Not helpful: {QUESTION}\n  bob, 20" in said
    assert f"Not supported: {QUESTION}\n  ada, 20" in said
    assert f"  {CAUSE} (quoted · relevance" in said


def test_a_missing_store_says_how_to_make_one(run: Any, tmp_path: Path) -> None:
    assert "verispan ingest" in run("status", "--store", tmp_path / "none").stderr


def test_a_store_that_may_not_be_read_is_named(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("ingest", tmp_path, "--store", tmp_path / "file" / "store")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "file") in result.stderr


def test_a_bad_setting_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERISPAN_PASSAGES", "many")
    assert "VERISPAN_PASSAGES is 'many'" in run("status").stderr


@pytest.mark.parametrize("group", ["eval", "corpus"])
def test_the_commands_of_other_rooms_are_found(run: Any, group: str) -> None:
    assert group in run("--help").stdout
    assert run(group, "--help").exit_code == 0


@pytest.fixture
def environment(shared_services: Services, tmp_path: Path) -> dict[str, str]:
    store = shutil.copytree(shared_services.store.folder, tmp_path / "copy")
    return os.environ | {"VERISPAN_STORE": str(store), "VERISPAN_MODEL": "extractive", "VERISPAN_VERIFIER": "overlap"}


@pytest.mark.slow
@pytest.mark.parametrize("command", [[], ["ask"], ["check"], ["ingest"], ["serve"]])
def test_help_loads_nothing_heavy(command: list[str]) -> None:
    asked = f"import sys; from app.cli import main; main([*{command}, '--help'], standalone_mode=False)"
    heavy = "torch", "langchain", "langchain_core", "chromadb", "flask"
    shown = f"{asked}; print(sorted({{*{heavy}}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", shown], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[0].startswith("Usage:")
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_closed_pipe_leaves_no_trace(environment: dict[str, str]) -> None:
    command = f'"{VERISPAN}" search clock -k 50 --json | head -n 1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment, text=True)
    assert done.stdout == "{\n"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.slow
def test_an_interruption_is_quiet(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [VERISPAN, "check", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{json.dumps(ROWS[0])}\n" * 64)
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.stdin.close()
    errors = process.stderr.read() if process.stderr else ""
    assert process.wait(30) == 130
    assert "Traceback" not in errors
