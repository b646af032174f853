"""Parsing at arm's length: one child process reads the files, with limits, and is replaced when it fails.

A file that hangs, eats memory or crashes a parser costs itself and nothing else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingest.errors import LoadError
from ingest.load import LOADERS
from ingest.load.child import Child, OutputTooLarge
from ingest.load.wire import unpack
from ingest.types import Loaded


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of wall-clock time, and bytes of memory, of file and of result."""

    seconds: float = 120.0
    memory: int = 4 << 30
    file: int = 100 << 20
    output: int = 512 << 20


class GuardedLoader:
    """Loads files in a child process that lives as long as this context, or until a file breaks it.

    Not for use by two threads at once. `loaders` maps a suffix to `module:function`, as `ingest.load.LOADERS` does.
    """

    def __init__(self, limits: Limits | None = None, loaders: Mapping[str, str] = LOADERS) -> None:
        self._limits = limits or Limits()
        self._loaders = loaders
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Kill the child process, and whatever it started. The next `load` starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        """Load a file. `suffix` stands in for the file's own; `root` is a folder that `path` must not lead out of.

        Raises LoadError with one of the reasons `missing`, `outside`, `not_a_file`, `unsupported`, `unreadable`,
        `too_large`, `empty`, `wrong_suffix`, `not_utf8`, `encrypted`, `image_only`, `corrupt`, `timeout`, `memory`,
        `crashed`.
        """
        known = (suffix or path.suffix).lower()
        self._check_place(path, root)
        self._check_size(path, known)
        answer = self._ask({"path": str(path.absolute()), "suffix": known, "loader": self._loaders[known]}, path.name)
        if "error" in answer:
            raise LoadError(*answer["error"])
        return unpack(answer["loaded"])

    def _check_place(self, path: Path, root: Path | None) -> None:
        if not path.exists():
            raise LoadError("missing", f"{path} does not exist. Check the path, or where its link leads.")
        if root is not None and not path.resolve().is_relative_to(root.resolve()):
            raise LoadError("outside", f"{path} leads out of {root}. Copy the file into the folder.")
        if not stat.S_ISREG(path.stat().st_mode):
            raise LoadError("not_a_file", f"{path} is not a regular file. Name a file.")

    def _check_size(self, path: Path, suffix: str) -> None:
        if suffix not in self._loaders:
            known = ", ".join(sorted(self._loaders))
            raise LoadError("unsupported", f"{path.name} is of type {suffix!r}. These can be loaded: {known}.")
        if not os.access(path, os.R_OK):
            raise LoadError("unreadable", f"{path} may not be read. Change its permissions.")
        size = path.stat().st_size
        if size > self._limits.file:
            raise LoadError("too_large", f"{path.name} has {size:,} bytes, over {self._limits.file:,}. Split it.")
        if size == 0:
            raise LoadError("empty", f"{path.name} is empty. Remove it, or put a file with text in its place.")

    def _ask(self, request: dict[str, str], name: str) -> dict[str, Any]:
        """Let the child answer; when it cannot, kill it, so that the next file gets a new one."""
        if self._child is None or not self._child.is_running():
            self.close()
            self._child = Child(self._limits.memory)
        try:
            answer: dict[str, Any] = self._child.ask(request, self._limits.seconds, self._limits.output)
        except BaseException as error:
            self.close()
            if (failure := self._explain(error, name)) is None:
                raise
            raise failure from error
        if answer.get("error", [""])[0] == "memory":
            self.close()
        return answer

    def _explain(self, error: BaseException, name: str) -> LoadError | None:
        match error:
            case TimeoutError():
                return LoadError("timeout", f"{name} took over {self._limits.seconds:g} s to read. Split it.")
            case EOFError():
                return LoadError("crashed", f"The parser crashed over {name}. Save the file again, or remove it.")
            case OutputTooLarge():
                return LoadError("too_large", f"{name} gives {error} of text and layout. Split it.")
        return None
