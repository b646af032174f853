"""The small files beside the databases, which tell by their seal whether they are as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ingest.backup import KEPT_BESIDE
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.sums import SEAL, seal


def thresholds(subject: Subject) -> Result:
    """Every proven threshold is as it was written; of those that earlier versions wrote, only that it can be read."""
    return gathered(_sealed(file, subject.folder) for file in sorted(subject.folder.glob(KEPT_BESIDE)))


def _sealed(file: Path, folder: Path) -> Iterator[Finding]:
    where = file.relative_to(folder).as_posix()
    try:
        held = json.loads(file.read_text("utf-8"))
        noted = held.pop(SEAL, None)
    except (ValueError, AttributeError) as error:
        yield Finding(where, f"it cannot be read: {error}")
        return
    if noted not in (None, seal(held)):
        yield Finding(where, "it is not as it was written")
