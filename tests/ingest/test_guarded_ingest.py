"""An ingest as users run it: the command line, the guarded loading process, and a folder with all that goes wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.cli import main
from ingest.store import Store

GOOD = "# Hold\n\nFirst of all, a preface. The hold margin is 15 ps at every corner.\n"
EARLIER = "# Latches\n\nFirst of all, a preface. A latch is open while its enable is high.\n"


def write_pdf(file: Path, password: str = "") -> None:
    canvas = Canvas(str(file), encrypt=StandardEncryption(password) if password else None)
    canvas.drawString(72, 700, "The supply is 0.75 V.")
    canvas.save()


def write_picture(file: Path) -> None:
    canvas = Canvas(str(file))
    canvas.drawImage(ImageReader(Image.new("RGB", (200, 100), "gray")), 72, 500)
    canvas.save()


def write_bad_files(folder: Path, outside: Path) -> dict[str, str]:
    """Write files that cannot go in; gives the reason that is expected of each."""
    (folder / "empty.md").touch()
    write_pdf(folder / "whole.pdf")
    (folder / "truncated.pdf").write_bytes((folder / "whole.pdf").read_bytes()[:400])
    (folder / "whole.pdf").unlink()
    write_pdf(folder / "encrypted.pdf", "secret")
    write_picture(folder / "picture.pdf")
    (folder / "wrong.docx").write_bytes(b"%PDF-1.4 is no Word file")
    (folder / "latin.txt").write_bytes("Größe zählt. Die Größe ist 3 mm.".encode("latin-1"))
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(500 << 20)
    outside.write_text(GOOD)
    (folder / "link.md").symlink_to(outside)
    os.mkfifo(folder / "pipe.md")
    return {
        "empty.md": "empty",
        "truncated.pdf": "corrupt",
        "encrypted.pdf": "encrypted",
        "picture.pdf": "image_only",
        "wrong.docx": "wrong_suffix",
        "latin.txt": "not_utf8",
        "huge.txt": "too_large",
        "link.md": "outside",
        "pipe.md": "not_a_file",
    }


@pytest.mark.slow
def test_every_bad_file_is_named_and_the_good_one_goes_in(
    tmp_path: Path, letters: Any, small_indexes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, path = tmp_path / "docs", tmp_path / "store"
    folder.mkdir()
    monkeypatch.setattr("ingest.embed.load_embedder", lambda _: letters)

    def run() -> tuple[int, dict[str, Any]]:
        done = CliRunner().invoke(main, ["ingest", str(folder), "--store", str(path), "--json"])
        return done.exit_code, json.loads(done.stdout)

    (folder / "latin.txt").write_text(EARLIER)
    assert run()[0] == 0
    before = Store.open(path).spans_at("latin", 1)
    expected = write_bad_files(folder, tmp_path / "outside.md")
    (folder / "good.md").write_text(GOOD)

    status, report = run()

    store = Store.open(path)
    assert status == 1
    assert {one["path"]: one["reason"] for one in report["failures"]} == expected
    assert all(one["message"].endswith(".") for one in report["failures"])
    assert (report["documents"]["added"], report["documents"]["failed"]) == (1, len(expected))
    assert {one.id: one.status for one in store.documents()} == {"good": "current", "latin": "current"}
    assert store.spans_at("latin", store.generation()) == before != ()
