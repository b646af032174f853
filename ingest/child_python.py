"""How a child process of our own is started: on our code alone, and knowing of the environment what it needs."""

from __future__ import annotations

import os
import sys

COMMAND: tuple[str, ...] = (sys.executable, "-P")
"""What comes before `-m` or `-c`; -P because either would import from the current folder first, be it whose it may."""

_PASSED_ON = frozenset({"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "PATH", "TMPDIR", "TZ"})


def environment() -> dict[str, str]:
    """The variables for a child that imports what this process imports: no keys, no passwords, no settings."""
    kept = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("LC_")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
