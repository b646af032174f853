"""Files that are made once, however many want to make them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.files import make_once


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
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old")
    assert make_once(tmp_path / "secret", "new") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]


def test_nothing_is_left_where_it_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        make_once(tmp_path / "none" / "secret", "text")
