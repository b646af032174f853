"""The small files beside the databases, which tell by their seal whether they are as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ingest.backup import KEPT_BESIDE
from ingest.doctor.subject import Finding, Result, Subject, gathered
from ingest.sums import SEAL, seal

_EARLIER = frozenset(("collection", "threshold", "target_precision", "delta", "n", "verifier", "created"))
"""What earlier versions wrote, without a seal. With anything else, a seal was there, or its name is damaged."""


def thresholds(subject: Subject) -> Result:
    """Every proven threshold is as it was written; of earlier versions only the fields are looked at."""
    return gathered(_sealed(file, subject.folder) for file in sorted(subject.folder.glob(KEPT_BESIDE)))


def _sealed(file: Path, folder: Path) -> Iterator[Finding]:
    where = file.relative_to(folder).as_posix()
    try:
        held = json.loads(file.read_text("utf-8"))
        noted = held.pop(SEAL, None)
    except (ValueError, AttributeError) as error:
        yield Finding(where, f"it cannot be read: {error}")
        return
    if noted != seal(held) and not (noted is None and held.keys() == _EARLIER):
        yield Finding(where, "it is not as it was written")
