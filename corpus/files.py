"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

READABLE = 0o644
"""The mode of new files; those that `tempfile` makes are for their owner alone."""


def replace_file(file: Path, data: bytes) -> None:
    """Write a file, or what takes its place, whole or not at all, be it over a power cut."""
    descriptor, aside = tempfile.mkstemp(prefix=".", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(descriptor, file.stat().st_mode if file.exists() else READABLE)
            os.fsync(descriptor)
        os.replace(aside, file)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(aside)
        raise
