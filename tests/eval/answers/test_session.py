"""Runs from their questions to their report, by the commands that users type, with the real embedder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from eval.cli import group

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
DOCUMENT = """# Pumps

These pages are about pumps. The pump P4 runs at 1450 rpm in normal duty. Its seal is replaced every 8000 hours.
"""
QUESTIONS = [
    {"id": "q1", "question": "At how many rpm does the pump P4 run in normal duty?", "answerable": True,
     "answer": "1450 rpm.", "gold": [{"document": "pumps", "exact": "The pump P4 runs at 1450 rpm in normal duty."}]},
    {"id": "q2", "question": "Who painted the ceiling of the chapel?", "answerable": False},
]  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "pumps.md").write_text(DOCUMENT)
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS))
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(group, list(arguments))


ASK = ("answers", "--data", "q.jsonl", "--documents", "documents", "--model", "extractive", "--verifier", "small")


def test_answers_are_measured_and_reported(here):
    done = run(*ASK, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    wanted = {"n": 2, "coverage": 0.5, "citation_recall": 1, "citation_precision": 1, "groundedness": 1}
    wanted |= {"gold_recall": 1, "right": 1, "wrong": 0, "abstention_recall": 1, "abstention_precision": 1, "failed": 0}
    assert {name: found[name] for name in wanted} == wanted
    assert found["superseded"] is None
    assert found["counts"]["superseded"] == 0
    assert "superseded" not in found["intervals"]
    page = (here / "runs" / "q-extractive" / "report.html").read_text("utf-8")
    assert "At how many rpm does the pump P4 run in normal duty?" in page
    assert "<script" not in page


def test_a_run_is_compared_with_itself_and_gated(here):
    assert run(*ASK, "--run", "a").exit_code == 0
    assert run(*ASK, "--run", "b", "--against", "a").exit_code == 0
    compared = run("compare", "a", "b", "--json")
    assert compared.exit_code == 0, compared.output
    gated = run("gate", "--baseline", "a", "--run", "b", "--json")
    assert gated.exit_code == 0, gated.output
    assert json.loads(gated.stdout)["fell"] == []


def test_a_run_that_fell_ends_with_1(here):
    assert run(*ASK, "--run", "a").exit_code == 0
    scores = json.loads((here / "a" / "scores.json").read_text())
    scores["questions"] = {f"q{n}": {"right": [1, 1]} for n in range(20)}
    (here / "a" / "scores.json").write_text(json.dumps(scores))
    scores["questions"] = {f"q{n}": {"right": [0, 1]} for n in range(20)}
    (here / "b").mkdir()
    (here / "b" / "run.json").write_bytes((here / "a" / "run.json").read_bytes())
    (here / "b" / "scores.json").write_text(json.dumps(scores))
    done = run("gate", "--baseline", "a", "--run", "b")
    assert done.exit_code == 1
    assert "Fell: right" in done.output


def test_a_gate_wants_the_same_questions(here):
    assert run(*ASK, "--run", "a").exit_code == 0
    assert run(*ASK, "--sample", "1", "--run", "b").exit_code == 0
    done = run("gate", "--baseline", "a", "--run", "b")
    assert done.exit_code == 1
    assert "was not asked" in str(done.exception)
    (here / "q.jsonl").write_text(json.dumps(QUESTIONS[0]) + "\n")
    assert run(*ASK, "--run", "c").exit_code == 0
    assert "of other questions" in str(run("gate", "--baseline", "a", "--run", "c").exception)
    assert "of other questions" in str(run(*ASK, "--run", "d", "--against", "a").exception)
    assert not (here / "d").exists()


def test_the_folder_of_another_run_is_left_alone(here):
    assert run(*ASK, "--run", "a").exit_code == 0
    before = {one: one.read_bytes() for one in (here / "a").rglob("*") if one.is_file() and one.name != ".lock"}
    (here / "documents" / "more.md").write_text("# More\n\nOther words.\n")
    done = run(*ASK, "--sample", "1", "--run", "a")
    assert "holds another run" in str(done.exception)
    assert {one: one.read_bytes() for one in before} == before


def test_one_process_at_a_time_runs_in_a_folder(here):
    (here / "a").mkdir()
    with FileLock(here / "a" / ".lock"):
        assert "another process is running in a" in str(run(*ASK, "--run", "a").exception)


def test_rows_that_were_left_out_are_named(here):
    with (here / "q.jsonl").open("a") as file:
        file.write('{"id": "q1", "question": "Again?"}\n')
    assert "line 3" in str(run(*ASK).exception)
    done = run(*ASK, "--skip-bad")
    assert done.exit_code == 0
    assert "line 3: the id 'q1' was used before" in done.output


@pytest.mark.parametrize("command", ["used", "tune"])
def test_a_model_is_wanted_where_a_model_is_measured(here, command):
    (here / "changes.toml").write_text('[[change]]\nname = "a"\npart = "task"\ntext = "Answer."\n')
    more = ("--changes", "changes.toml") if command == "tune" else ()
    done = run(command, "--data", "q.jsonl", "--documents", "documents", "--model", "extractive", *more)
    assert done.exit_code == 1
    assert "language model" in str(done.exception)


def test_what_has_no_replies_cannot_be_replayed(here):
    assert run(*ASK, "--run", "a").exit_code == 0
    done = run(*ASK, "--run", "b", "--replay", "a")
    assert "holds no replies.jsonl" in str(done.exception)


@pytest.mark.parametrize("name", ["quick", "corpus"])
def test_questions_are_answered_as_well_as_they_were(tmp_path, name):
    """The gate of continuous integration. CONTRIBUTING says how its baselines are made anew after a change for the
    better. Of the quick questions quotations answer few; those worded near the text say more of what is shown."""
    data = ROOT / "eval" / "data"
    asked = run(
        "answers", "--data", str(data / f"{name}_questions.jsonl"), "--documents", str(ROOT / "corpus"),
        "--model", "extractive", "--verifier", "small", "--run", str(tmp_path / name),
    )  # fmt: skip
    assert asked.exit_code == 0, asked.output

    gated = run("gate", "--baseline", str(data / f"{name}_baseline"), "--run", str(tmp_path / name))

    assert gated.exit_code == 0, gated.output
