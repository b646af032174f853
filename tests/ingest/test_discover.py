"""Which files an ingest is about, and what is said of those that cannot go in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ingest.discover import Found, Piped, discover
from ingest.errors import BadInput

ENTRY = '[[document]]\nid = "{id}"\npath = "{path}"\ntitle = "On {id}"\ncollection = "books"\n'


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "deep" / "hold.txt").write_text("First. The hold margin is 15 ps.")
    (tmp_path / "docs" / "plain.txt").write_text("First. Something plain.")
    (tmp_path / "docs" / "manifest.toml").write_text(ENTRY.format(id="hold-book", path="deep/hold.txt"))
    return tmp_path / "docs"


def look(*paths: Path | Piped) -> Found:
    return discover(paths, Path("/nonexistent"), "default")


def told(found: Found) -> list[tuple[str, str, str]]:
    return [(one.uri, one.entry.id if one.entry else "", one.collection) for one in found.candidates]


def test_one_file_or_subfolder_of_a_curated_folder_is_what_the_manifest_says(docs: Path) -> None:
    listed, plain = ("deep/hold.txt", "hold-book", "books"), ("plain.txt", "", "default")

    assert told(look(docs)) == [plain, listed]
    assert told(look(docs / "deep" / "hold.txt")) == [listed]
    assert told(look(docs / "deep")) == [listed]
    assert told(look(docs / "plain.txt", docs)) == [plain, listed]
    assert {one.root for one in look(docs / "deep").candidates} == {docs}


def test_a_manifest_deeper_down_is_the_nearer_one(docs: Path) -> None:
    (docs / "deep" / "manifest.toml").write_text("")
    assert told(look(docs)) == [("plain.txt", "", "default"), ("deep/hold.txt", "hold-book", "books")]

    (docs / "deep" / "manifest.toml").write_text(ENTRY.format(id="nearer", path="hold.txt"))
    assert told(look(docs))[1] == ("hold.txt", "nearer", "books")


def test_files_of_other_types_count_only_where_no_manifest_is_or_when_named(docs: Path) -> None:
    (docs / "image.png").write_text("?")
    assert "image.png" not in [one.uri for one in look(docs).candidates]
    assert told(look(docs / "image.png")) == [("image.png", "", "default")]

    (docs / "manifest.toml").unlink()
    assert "image.png" in [one.uri for one in look(docs).candidates]


def test_what_only_looks_like_a_file_is_not_passed_over(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (docs / "dangling.md").symlink_to(tmp_path / "nowhere.md")
    (docs / "away").symlink_to(tmp_path / "outside")
    (docs / "within").symlink_to(docs / "deep")
    os.mkfifo(docs / "pipe")

    assert [one.uri for one in look(docs).candidates] == ["away", "dangling.md", "pipe", "plain.txt", "deep/hold.txt"]


def test_entries_that_the_walk_does_not_meet_are_candidates_too(docs: Path) -> None:
    (docs / ".hidden").mkdir()
    (docs / ".hidden" / "x.txt").write_text("First. Hidden, but listed.")
    listed = ENTRY.format(id="hidden", path=".hidden/x.txt") + ENTRY.format(id="lost", path="lost.txt")
    (docs / "manifest.toml").write_text(listed)

    found = told(look(docs))

    assert (".hidden/x.txt", "hidden", "books") in found
    assert ("lost.txt", "lost", "books") in found


def test_a_name_that_is_not_utf_8_is_a_failure_and_no_more(docs: Path) -> None:
    Path(os.fsdecode(os.fsencode(docs) + b"/caf\xe9.txt")).write_text("First. Coffee.")

    found = look(docs)

    assert [(one.path, one.reason) for one in found.failures] == [("caf\\xe9.txt", "bad_name")]
    assert len(found.candidates) == 2


def test_a_folder_that_cannot_be_listed_is_named(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)

    found = look(docs)

    assert [(one.path, one.reason) for one in found.failures] == [(str(docs / "deep"), "unreadable")]
    assert found.unread == [docs / "deep"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/..", "a\0b.md", "n" * 300 + ".md"])
def test_what_is_piped_needs_a_file_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"notes\.md"):
        discover([Piped(name, b"First. Then.")], tmp_path, "default")
