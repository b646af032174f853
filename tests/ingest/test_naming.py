"""Which document a file is, where manifests or folders contend for an id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.naming import is_gone

ENTRY = '[[document]]\nid = "notes"\npath = "{path}"\n'
NOTES = "Notes begin here. The margin is 15 ps."


@pytest.fixture
def two(folder: Any) -> Any:
    """Two folders, p and q, each with notes of its own."""
    folder.write(**{"p/notes.txt": NOTES, "q/other.txt": NOTES.replace("15", "19")})
    return folder


def texts(folder: Any) -> dict[str, str]:
    store = folder.store()
    current = [one for one in store.documents() if one.status == "current"]
    return {one.id: store.canonical_text(one.id, one.current_revision).strip() for one in current}


@pytest.mark.parametrize("second", [NOTES, NOTES.replace("15", "19")])
def test_of_two_manifests_with_one_id_the_first_has_it(two: Any, second: str) -> None:
    two.write(**{"p/manifest.toml": ENTRY.format(path="notes.txt"), "q/manifest.toml": ENTRY.format(path="other.txt")})
    two.write(**{"q/other.txt": second})

    report = two.run(two.root / "p", two.root / "q")

    assert (report["documents"]["added"], report["documents"]["failed"]) == (1, 1)
    assert [(one["path"], one["reason"]) for one in report["failures"]] == [("other.txt", "duplicate_id")]
    assert texts(two) == {"notes": NOTES}
    assert two.run(two.root / "q")["documents"]["failed"] == 1
    assert texts(two) == {"notes": NOTES}


def test_a_manifest_takes_no_id_from_a_live_file_of_another_folder(two: Any) -> None:
    two.run(two.root / "p")
    two.write(**{"q/manifest.toml": ENTRY.format(path="other.txt")})

    assert two.failures(two.root / "q") == {"other.txt": "duplicate_id"}
    assert two.failures(two.root / "p", two.root / "q") == {"other.txt": "duplicate_id"}
    assert texts(two) == {"notes": NOTES}

    (two.root / "p" / "notes.txt").unlink()
    assert two.failures(two.root / "q") == {}
    assert list(texts(two)) == ["notes"]


def test_within_its_own_folder_a_manifest_gives_ids_as_it_likes(two: Any) -> None:
    two.write(**{"p/newer.txt": "Newer notes. The margin is 12 ps."})
    two.run(two.root / "p")
    two.write(**{"p/manifest.toml": ENTRY.format(path="newer.txt")})

    assert two.failures(two.root / "p") == {}
    assert texts(two)["notes"].startswith("Newer")
    assert NOTES in texts(two).values()


def test_a_file_that_is_renamed_to_where_another_once_stood_stays_what_it_is(folder: Any) -> None:
    folder.run()
    (folder.root / "hold.txt").unlink()
    folder.run()
    (folder.root / "reset.txt").rename(folder.root / "hold.txt")

    assert folder.run()["documents"]["unchanged"] == 1
    assert folder.statuses() == {"hold": "retired", "reset": "current"}


def test_a_file_that_the_manifest_names_no_more_stays_what_it_is_now(folder: Any) -> None:
    folder.run()
    folder.write(**{"manifest.toml": '[[document]]\nid = "manual"\npath = "hold.txt"\n'})
    folder.run()
    (folder.root / "manifest.toml").unlink()

    folder.run()

    assert folder.statuses() == {"hold": "retired", "manual": "current", "reset": "current"}


def test_a_file_that_the_manifest_names_otherwise_and_puts_elsewhere_is_one_document(folder: Any) -> None:
    folder.write(**{"manifest.toml": '[[document]]\nid = "old"\npath = "hold.txt"\ncollection = "open"\n'})
    folder.run()
    folder.write(**{"manifest.toml": '[[document]]\nid = "new"\npath = "hold.txt"\n'})

    folder.run()

    assert folder.statuses() == {"new": "current", "old": "retired", "reset": "current"}


def test_a_listed_file_that_fails_keeps_its_last_revision(two: Any) -> None:
    two.write(**{"p/manifest.toml": ENTRY.format(path="notes.txt")})
    two.run(two.root / "p")
    (two.root / "p" / "notes.txt").rename(two.root / "p" / "moved.txt")
    two.write(**{"p/manifest.toml": ENTRY.format(path="moved.txt"), "p/moved.txt": ""})

    assert two.failures(two.root / "p") == {"moved.txt": "empty"}
    assert texts(two) == {"notes": NOTES}


def test_a_listed_file_that_is_lost_is_a_failure_and_the_others_go_in(two: Any, tmp_path: Path) -> None:
    two.write(**{"q/manifest.toml": ENTRY.format(path="lost.txt")})

    assert two.failures(two.root / "q", tmp_path / "absent") == {"lost.txt": "missing", "absent": "missing"}
    assert list(texts(two)) == ["other"]


def test_what_may_not_be_looked_at_is_not_gone(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.run()
    stored = folder.store().document("hold")
    assert not is_gone(stored)
    assert is_gone(replace(stored, path=stored.path + "x"))

    def refused(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refused)
    assert not is_gone(replace(stored, path=stored.path + "x"))
