"""`verispan backup`, `restore` and `doctor`: what they write where, and how they end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.guarantee import Guarantee, guarantees, write_guarantee
from ingest import embed, pipeline
from ingest.pipeline import ingest
from ingest.store import Store

HOLD = "Preface.\n\nA hold violation is caused by early data. The margin is 15 ps."


@pytest.fixture
def store(tmp_path: Path, embedder: Any, direct: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store without indexes, which take seconds to build."""
    monkeypatch.setattr(pipeline, "ensure_indexes", lambda *_: None)
    monkeypatch.setattr("ingest.doctor.mend.ensure_indexes", lambda *_: None)
    (tmp_path / "hold.txt").write_text(HOLD, "utf-8")
    ingest([tmp_path / "hold.txt"], tmp_path / "store", embedder=embedder, loader=direct)
    return tmp_path / "store"


@pytest.fixture
def run(store: Path, monkeypatch: pytest.MonkeyPatch, embedder: Any) -> Any:
    """Run a command over that store."""
    monkeypatch.setenv("VERISPAN_STORE", str(store))
    monkeypatch.setattr(embed, "load_embedder", lambda _: embedder)
    runner = CliRunner()
    return lambda *arguments, stdin=b"": runner.invoke(main, [str(one) for one in arguments], input=stdin)


def damage(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store / "verispan.db")) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_a_store_goes_into_a_file_and_comes_out_of_it_elsewhere(run: Any, store: Path, tmp_path: Path) -> None:
    said = run("backup", tmp_path / "b.tar")
    assert said.stdout == f"Generation 1 of {store} is in {tmp_path / 'b.tar'}\n"
    restored = run("restore", tmp_path / "b.tar", "--store", tmp_path / "new", "--json")
    wire = json.loads(restored.stdout)
    assert (wire["generation"], wire["counts"]["documents"], wire["files"]) == (1, 1, ["verispan.db"])
    assert [one.id for one in Store.open(tmp_path / "new").documents()] == ["hold"]


def test_a_backup_goes_through_standard_output_and_input(run: Any, tmp_path: Path) -> None:
    backup = run("backup", "-")
    assert backup.stdout_bytes[:13] == b"manifest.json"
    restored = run("restore", "-", "--store", tmp_path / "new", stdin=backup.stdout_bytes)
    assert restored.stdout.startswith(f"{tmp_path / 'new'} holds generation 1 as of 20")
    assert restored.stdout.endswith(": 1 documents, 0 answers\n")


def test_what_cannot_be_restored_ends_with_1_and_says_what_to_do(run: Any, store: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"no backup")
    said = run("restore", tmp_path / "b.tar", "--store", tmp_path / "new")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.endswith(
        "Take another backup, or copy this one again from where it was kept; no store was changed.\n"
    )
    run("backup", tmp_path / "b.tar")
    taken = run("restore", tmp_path / "b.tar")
    assert taken.stderr == (
        f"verispan: {store} is not empty. Name a folder with --store that is not there yet, or is empty; where a disk is mounted, one in it.\n"
    )


def test_a_sound_store_is_said_to_be_sound(run: Any, store: Path) -> None:
    said = run("doctor")
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, f"{store} is sound")
    assert "ok     vectors embedded again (1 of 1)" in said.stdout


def test_damage_ends_with_1_and_says_where_and_what_to_do(run: Any, store: Path) -> None:
    damage(store, "UPDATE revisions SET text = replace(text, '15', '16')")
    said = run("doctor")
    lines = said.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("FAILED texts (1 of 1)"))
    assert (said.exit_code, lines[-1]) == (1, f"{store} is damaged")
    assert lines[at + 1].startswith("       hold, revision ")
    assert lines[at + 1].endswith(": its text is not the one that the revision is named after")
    assert "verispan restore" in lines[at + 2]


def test_many_findings_are_counted_and_json_has_them_all(run: Any, store: Path) -> None:
    damage(store, "DELETE FROM passages")
    with closing(sqlite3.connect(store / "verispan.db")) as connection:
        connection.executemany("INSERT INTO sources VALUES (?, 'text/plain', x'78')", [[f"{n:064}"] for n in range(14)])
        connection.commit()
    assert "       and 4 more; --json has them all" in run("doctor").stdout
    wire = json.loads(run("doctor", "--json").stdout)
    [files] = [one for one in wire["checks"] if one["name"] == "files"]
    assert (wire["passed"], files["passed"], len(files["findings"]), files["looked_at"]) == (False, False, 14, 15)
    assert files["next_step"].startswith("Restore the last backup")


def test_what_was_mended_is_told_and_the_store_is_sound(run: Any, store: Path) -> None:
    (store / "indexes" / "default-37a8eec1" / ".building-x").mkdir(parents=True)
    assert run("doctor").exit_code == 1
    said = run("doctor", "--mend")
    assert said.exit_code == 0
    assert "mended: removed indexes/default-37a8eec1/.building-x" in said.stdout
    assert run("doctor", "--mend", "--json").exit_code == 0


def test_a_proven_threshold_that_is_another_is_found_and_not_used(run: Any, store: Path) -> None:
    proven = Guarantee("default", 0.85, 0.95, 0.1, 200, "small-1", "2026-01-01T00:00:00+00:00")
    file = write_guarantee(store, proven)
    assert guarantees(store, "small-1") == {"default": proven}
    assert run("doctor").exit_code == 0
    file.write_text(file.read_text().replace("0.85", "0.05"))
    assert guarantees(store, "small-1") == {}
    assert "it is not as it was written" in run("doctor").stdout
    said = json.loads(file.read_text())
    del said["sha256"]  # as earlier versions wrote it
    file.write_text(json.dumps(said))
    assert guarantees(store, "small-1")["default"].threshold == 0.05


def test_a_backup_is_for_its_owner_alone(run: Any, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"older")
    (tmp_path / "b.tar").chmod(0o644)
    assert run("backup", tmp_path / "b.tar").exit_code == 0
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600


def test_a_store_of_an_earlier_version_is_said_to_be_one_and_how_it_is_brought_up(run: Any, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    stores = Path(__file__).parents[1] / "ingest" / "stores"
    with closing(sqlite3.connect(tmp_path / "old" / "verispan.db")) as connection:
        connection.executescript((stores / "version_1.sql").read_text("utf-8"))
    lines = run("doctor", "--store", tmp_path / "old").stdout.splitlines()
    assert lines[0] == "ok     databases (1 of 1)"
    assert lines[1].startswith(f"       {tmp_path / 'old'} is of version 1; a copy")
    assert "Take a backup, then run `verispan doctor --mend`" in lines[1]
    assert json.loads(run("doctor", "--json", "--store", tmp_path / "old").stdout)["checks"][0]["note"]
    assert json.loads(run("doctor", "--json").stdout)["checks"][0]["note"] is None
