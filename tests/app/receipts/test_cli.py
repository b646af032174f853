"""The commands about receipts: what they write, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.answer import Request, answer_whole
from app.cli import main
from app.receipts.signing import Signer, make_key, read_signer
from app.services import Services

QUESTION = "What is a hold violation caused by?"


@pytest.fixture
def run(shared_services: Services, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("VERISPAN_STORE", str(shared_services.store.folder))
    monkeypatch.setenv("VERISPAN_VERIFIER", "overlap")
    monkeypatch.setattr("app.services.load_embedder", lambda _: shared_services.embedder)
    runner = CliRunner()
    return lambda *arguments, stdin="": runner.invoke(main, [str(one) for one in arguments], input=stdin)


@pytest.fixture
def kept(shared_services: Services, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(shared_services, "signer", signer)
    return answer_whole(Request(QUESTION), shared_services).id


def test_a_receipt_is_written_and_holds(run: Any, kept: str, signer: Signer, shared_services: Services) -> None:
    written = run("receipt", kept).stdout
    assert json.loads(written) == shared_services.store.receipt(kept)
    alone = run("verify-receipt", "-", "--public-key", signer.public_key.upper(), stdin=written)
    assert (alone.exit_code, alone.stdout.splitlines()[0]) == (0, "The receipt holds.")
    assert f"Signed by {signer.public_key}" in alone.stdout
    assert "current" not in alone.stdout
    found = run("verify-receipt", "-", "--store", shared_services.store.folder, "--json", stdin=written)
    wire = json.loads(found.stdout)
    assert (found.exit_code, wire["outcome"], wire["answer_id"]) == (0, "holds", kept)
    assert {one["status"] for one in wire["citations"]} == {"current"}
    assert all(one["supported"] for one in wire["claims"])


def test_a_receipt_in_a_file_that_was_changed_ends_with_3(run: Any, kept: str, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(run("receipt", kept).stdout.replace("too early", "too late"))
    result = run("verify-receipt", path)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (3, "The receipt was tampered with.")
    assert "Its signature is not accepted." in result.stdout
    assert "  sha256: " in result.stdout


@pytest.mark.slow
def test_what_changed_in_the_store_is_the_exit_status(run: Any, ingested: Any, services: Services) -> None:
    made = json.dumps(answer_whole_receipt(services))
    edits = [("capturing flop.", "capturing flop of the path."), ("is caused by data", "is not caused by data")]
    path, ends = ingested.folder / "hold.md", []
    for old, new in edits:
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        ingested.again()
        ends.append(run("verify-receipt", "-", "--store", services.store.folder, stdin=made))
    assert [one.exit_code for one in ends] == [1, 2]
    assert "Sources have changed; every claim is still supported." in ends[0].stdout
    assert "changed  hold~" in ends[0].stdout
    assert "not supported: " in ends[1].stdout


def answer_whole_receipt(services: Services) -> Any:
    one = Request(QUESTION, min_confidence=0.5)
    services.settings = type(services.settings)(**{**_fields(services.settings), "max_claims": 1})
    return services.store.receipt(answer_whole(one, services).id)


def _fields(settings: Any) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch.json"],
        [],
        ["-", "--public-key", "abc"],
        ["-", "--store", "/nonexistent/store"],
    ],
)
def test_what_could_not_be_checked_ends_with_4(run: Any, arguments: list[str]) -> None:
    result = run("verify-receipt", *arguments, stdin="{}")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr


def test_an_answer_without_a_receipt_says_why(run: Any, shared_services: Services) -> None:
    shared_services.store.save_answer("ans_old", "2026-01-01", {"id": "ans_old"})
    assert "before receipts were kept" in run("receipt", "ans_old").stderr
    assert "holds no answer 'ans_none'" in run("receipt", "ans_none").stderr


def test_a_key_is_made_once(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = run("signing-key", path)
    assert made.stdout.strip() == read_signer(path).public_key
    again = run("signing-key", path)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "is there already" in again.stderr


def test_answers_are_signed_where_a_key_is_set(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = make_key(tmp_path / "key.pem")
    monkeypatch.setenv("VERISPAN_SIGNING_KEY", str(tmp_path / "key.pem"))
    asked = json.loads(run("ask", QUESTION, "--model", "extractive", "--json").stdout)
    assert json.loads(run("receipt", asked["id"]).stdout)["signature"]["public_key"] == public
    monkeypatch.setenv("VERISPAN_SIGNING_KEY", str(tmp_path / "none.pem"))
    result = run("ask", QUESTION)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "none.pem cannot be read" in result.stderr
