"""Where a backup cannot be restored to is told before any of it is read, and no crash leaves half a store there."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest import restore as restoring
from ingest.backup import back_up
from ingest.errors import StoreError
from ingest.restore import FolderTaken, restore
from ingest.store import Store


class Unread(io.BytesIO):
    """A backup of which nothing may be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the backup was read")


@pytest.fixture
def backup(folder: Any) -> bytes:
    folder.run()
    out = io.BytesIO()
    back_up(folder.path, out)
    return out.getvalue()


def test_a_link_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    for name, target in (("link", "target"), ("dangling", "nowhere")):
        (tmp_path / name).symlink_to(target)
        with pytest.raises(FolderTaken, match=f"{name} is a link to {target}"):
            restore(Unread(), tmp_path / name)
        assert (tmp_path / name).is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["dangling", "link", "target"]
    assert os.listdir(tmp_path / "target") == []


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder with a disk of its own."""
    (tmp_path / "mounted").mkdir()
    command = ["mount", "-t", "tmpfs", "none", str(tmp_path / "mounted")]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("this user may not mount")
    yield tmp_path / "mounted"
    subprocess.run(["umount", str(tmp_path / "mounted")], check=True)


def test_where_a_disk_is_mounted_is_told_and_a_folder_in_it_is_restored_to(mounted: Path, backup: bytes) -> None:
    with pytest.raises(FolderTaken, match="mounted is where a disk is mounted"):
        restore(Unread(), mounted)
    assert os.listdir(mounted) == []
    assert [one for one in os.listdir(mounted.parent) if one.startswith(".restoring-")] == []
    assert restore(io.BytesIO(backup), mounted / "store")["generation"] == 1


def test_what_the_system_does_not_let_be_replaced_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    (tmp_path / "place").mkdir()
    monkeypatch.setattr(restoring.os, "replace", refuse)
    with pytest.raises(FolderTaken, match="place is where a disk is mounted"):
        restore(Unread(), tmp_path / "place")
    assert os.listdir(tmp_path) == ["place"]


def test_a_parent_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="file"):
        restore(Unread(), tmp_path / "file" / "store")
    assert (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_that_is_not_restored_to_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o750)
    with pytest.raises(restoring.BadBackup):
        restore(io.BytesIO(b"no backup" * 200), tmp_path / "empty")
    assert (os.listdir(tmp_path), (tmp_path / "empty").stat().st_mode & 0o777) == (["empty"], 0o750)


def test_an_empty_folder_that_is_restored_to_keeps_its_mode(backup: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty").chmod(0o2755)
    restore(io.BytesIO(backup), tmp_path / "empty")
    restore(io.BytesIO(backup), tmp_path / "new")
    assert [(tmp_path / name).stat().st_mode & 0o7777 for name in ("empty", "new")] == [0o2755, 0o700]


def test_what_a_killed_restoration_left_goes_with_the_next_and_one_that_goes_on_is_left_alone(
    backup: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parent").mkdir()
    (tmp_path / "parent" / ".restoring-linked").symlink_to(tmp_path)
    if (child := os.fork()) == 0:
        monkeypatch.setattr(restoring, "sync", lambda _: os._exit(9))
        restore(io.BytesIO(backup), tmp_path / "parent" / "first")
    os.waitpid(child, 0)
    [left] = (tmp_path / "parent").glob(".restoring-[!l]*")
    assert (left / "verispan.db").exists()
    unpack = restoring._unpack

    def unpack_while_another_does(*arguments: Any) -> Any:
        monkeypatch.setattr(restoring, "_unpack", unpack)
        restore(io.BytesIO(backup), tmp_path / "parent" / "other")
        return unpack(*arguments)

    monkeypatch.setattr(restoring, "_unpack", unpack_while_another_does)
    restore(io.BytesIO(backup), tmp_path / "parent" / "store")
    assert sorted(os.listdir(tmp_path / "parent")) == [".restoring-linked", "other", "store"]
    assert os.listdir(tmp_path / "parent" / "store") == ["verispan.db"]


def test_where_folders_have_no_locks_nothing_is_taken_for_left(
    backup: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(9, "Bad file descriptor")

    (tmp_path / ".restoring-other").mkdir()
    monkeypatch.setattr("ingest.aside.fcntl.flock", refuse)
    assert restore(io.BytesIO(backup), tmp_path / "new")["generation"] == 1
    assert (tmp_path / ".restoring-other").exists()


def test_what_comes_into_the_folder_meanwhile_stays(
    backup: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack = restoring._unpack

    def unpack_while_another_writes(*arguments: Any) -> Any:
        (tmp_path / "place" / "mine.txt").write_text("mine")
        return unpack(*arguments)

    (tmp_path / "place").mkdir()
    monkeypatch.setattr(restoring, "_unpack", unpack_while_another_writes)
    with pytest.raises(FolderTaken, match="place is not empty"):
        restore(io.BytesIO(backup), tmp_path / "place")
    assert os.listdir(tmp_path / "place") == ["mine.txt"]


def _counted(at: int, end: Callable[[], None]) -> Callable[[Any, str, Any], None]:
    """A profiler that calls `end` as the function of the module is entered or left for the `at`th time."""
    seen = [0]

    def profile(frame: Any, event: str, called: Any) -> None:
        if frame.f_code.co_filename == restoring.__file__ and event in ("call", "return", "c_call", "c_return"):
            seen[0] += 1
            if seen[0] == at:
                end()

    return profile


def _steps(backup: bytes, place: Path) -> int:
    seen: list[int] = []
    sys.setprofile(lambda frame, *_: seen.append(1) if frame.f_code.co_filename == restoring.__file__ else None)
    restore(io.BytesIO(backup), place)
    sys.setprofile(None)
    return len(seen)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_crash_at_any_point_leaves_nothing_or_the_restored_store(
    backup: bytes, tmp_path: Path, is_there: bool
) -> None:
    (tmp_path / "first" if is_there else tmp_path).mkdir(exist_ok=True)
    steps = _steps(backup, tmp_path / "first")
    found = []
    for at in [*range(1, steps - 20, max(1, steps // 12)), *range(steps - 20, steps)]:
        place = tmp_path / f"at{at}" / "store"
        (place if is_there else place.parent).mkdir(parents=True)
        if (child := os.fork()) == 0:
            sys.setprofile(_counted(at, lambda: os._exit(9)))
            restore(io.BytesIO(backup), place)
            os._exit(0)
        os.waitpid(child, 0)
        assert place.exists() or not is_there
        found.append(place.exists() and bool(os.listdir(place)))
        if found[-1]:
            with closing(Store.open(place)) as store:
                assert store.counts()["documents"] == 2
    assert found == sorted(found)
    assert {*found} == {False, True}
