"""Files that are not what they seem, or change while they are read: each is named, and nothing is lost by it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ingest import pipeline
from ingest.prepare import file_sha256
from ingest.types import Loaded

HOLD = "Preface of it.\n\nThe hold margin is 15 ps. It is checked twice.\n\nThe end of hold."


def test_a_file_is_looked_at_before_it_is_read(folder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.run()
    (tmp_path / "same.txt").write_text(HOLD)
    (folder.root / "hold.txt").unlink()
    (folder.root / "hold.txt").symlink_to(tmp_path / "same.txt")
    os.mkfifo(folder.root / "pipe.txt")
    folder.write(**{"image.iso": "?"})
    read: list[str] = []
    monkeypatch.setattr(pipeline, "file_sha256", lambda one: read.append(one.uri) or file_sha256(one))

    assert folder.failures() == {"hold.txt": "outside", "pipe.txt": "not_a_file", "image.iso": "unsupported"}
    assert read == ["reset.txt"]
    assert folder.statuses() == {"hold": "current", "reset": "current"}


def test_a_file_that_vanishes_while_it_is_read_is_a_failure(folder: Any) -> None:
    loader = folder.loader

    class Vanishing:
        loaded: list[str] = []

        def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
            loaded = loader.load(path, suffix, root)
            if path.name == "hold.txt":
                path.unlink()
            return loaded

    folder.loader = Vanishing()

    assert folder.failures() == {"hold.txt": "missing"}
    assert folder.statuses() == {"reset": "current"}


def test_nothing_is_retired_in_a_folder_that_cannot_be_listed(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(**{"deep/more.txt": "More of it. There is more."})
    folder.run()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)

    assert folder.failures() == {str(folder.root / "deep"): "unreadable"}
    assert folder.statuses() == dict.fromkeys(["hold", "more", "reset"], "current")
