"""The files of a folder, as an ingest and a curator's check both see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def walk(root: Path, unread: list[OSError]) -> Iterator[Path]:
    """Yield all that is in a folder at any depth and is not hidden: files, and what only looks like one, sorted.

    A link to a folder counts when it leads out of `root`; what lies behind it is never entered. A folder that cannot
    be listed is passed over, and its error, with the folder as `filename`, goes to `unread`.
    """
    for folder, names, files in os.walk(root, onerror=unread.append):
        names[:] = sorted(name for name in names if not name.startswith("."))
        away = [name for name in names if _leads_out(Path(folder, name), root)]
        for name in sorted([*away, *files]):
            if not name.startswith("."):
                yield Path(folder, name)


def _leads_out(folder: Path, root: Path) -> bool:
    return folder.is_symlink() and not folder.resolve().is_relative_to(root.resolve())
