"""Files that are whole or not there, and that are made once, however many want to make them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ingest.files import FOR_ITS_OWNER, make_once, write_whole, written_whole


def names(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_fails_half_way_leaves_the_older_file(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_bytes(b"older")
    with pytest.raises(TypeError), written_whole(file) as out:
        out.writelines([b"half a", None])  # type: ignore[list-item]
    assert (names(tmp_path), file.read_bytes()) == (["backup.tar"], b"older")


def test_the_older_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_bytes(b"older")
    with written_whole(file) as out:
        out.write(b"whole")
        out.flush()
        assert file.read_bytes() == b"older"
    assert (names(tmp_path), file.read_bytes()) == (["backup.tar"], b"whole")


def test_a_mode_that_is_asked_for_is_the_files_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_bytes(b"older")
    file.chmod(0o644)
    write_whole(file, b"whole", FOR_ITS_OWNER)
    assert mode(file) == 0o600


def test_without_one_it_is_that_of_what_was_there_else_that_of_new_files(tmp_path: Path) -> None:
    former = os.umask(0o027)
    try:
        (tmp_path / "shared").write_text("older")
        (tmp_path / "shared").chmod(0o664)
        write_whole(tmp_path / "shared", "Größe")
        write_whole(tmp_path / "new", "text")
    finally:
        os.umask(former)
    assert ((tmp_path / "shared").read_bytes(), mode(tmp_path / "shared")) == ("Größe".encode(), 0o664)
    assert mode(tmp_path / "new") == 0o640


def test_nothing_comes_over_a_file_that_was_not_to_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("older")
    with pytest.raises(FileExistsError), written_whole(tmp_path / "file", over=False) as out:
        out.write(b"new")
    assert (names(tmp_path), (tmp_path / "file").read_text()) == (["file"], "older")


@pytest.mark.parametrize("name", ["n" * 250, "報" * 83], ids=["Latin", "Chinese"])
def test_a_name_may_be_as_long_as_the_disk_takes(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, "text")
    assert names(tmp_path) == [name]


def test_of_several_that_make_a_file_at_once_all_read_the_same(tmp_path: Path) -> None:
    path, barrier, read = tmp_path / "secret", threading.Barrier(8), []

    def make(number: int) -> None:
        barrier.wait()
        read.append(make_once(path, f"{number}" * 100_000))

    threads = [threading.Thread(target=make, args=[number]) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(read) == 8
    assert set(read) == {path.read_text()}
    assert len(path.read_text()) == 100_000
    assert (names(tmp_path), mode(path)) == (["secret"], 0o600)


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old")
    assert make_once(tmp_path / "secret", "new") == "old"
    assert names(tmp_path) == ["secret"]


def test_nothing_is_left_where_it_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        make_once(tmp_path / "none" / "secret", "text")
