"""How child processes are started."""

import subprocess
from pathlib import Path

import pytest

from ingest.child_python import COMMAND, environment


def test_a_child_imports_ours_and_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise Exception('a document ran')")
    monkeypatch.chdir(tmp_path)
    program = "import json, ingest.types; print(json.dumps(ingest.types.__name__))"
    ran = subprocess.run([*COMMAND, "-c", program], env=environment(), capture_output=True, text=True, check=True)
    assert ran.stdout == '"ingest.types"\n'


def test_a_child_learns_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_NUMERIC", "C")
    for secret in ("OPENAI_API_KEY", "VERISPAN_API_KEYS", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(secret, "secret")
    given = environment()
    assert given["LC_NUMERIC"] == "C"
    assert "PATH" in given
    assert "secret" not in given.values()
