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
from ingest.load.child import Child, NotStarted, OutputTooLarge
from ingest.load.wire import unpack
from ingest.types import Loaded


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of wall-clock time, and bytes of memory, of file and of result."""

    seconds: float = 120.0
    memory: int = 4 << 30
    file: int = 100 << 20
    output: int = 128 << 20


class GuardedProcess:
    """A child process that answers one request after another, with limits, and is replaced when a request breaks it.

    Not for use by two threads at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: Child | None = None

    def close(self) -> None:
        """Kill the child process, and whatever it started. The next `ask` starts another."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def ask(self, request: Mapping[str, Any], name: str) -> Any:
        """Let the child do a task on what messages call `name`; `ingest.load.worker` says what a request holds.

        Raises LoadError: what the child says, or `timeout`, `memory`, `crashed`, `too_large`, `not_started`.
        """
        try:
            answer = self._running().ask({**request, "name": name}, self._limits.seconds, self._limits.output)
        except BaseException as error:
            self.close()  # so that the next request gets a new one
            if (failure := self._explain(error, name)) is None:
                raise
            raise failure from error
        if "error" not in answer:
            return answer["done"]
        reason, message = answer["error"]
        if reason == "memory":
            self.close()
        raise LoadError(reason, message)

    def _running(self) -> Child:
        if self._child is None or not self._child.is_running():
            self.close()
            self._child = Child(self._limits.memory)
        return self._child

    def _explain(self, error: BaseException, name: str) -> LoadError | None:
        match error:
            case TimeoutError():
                return LoadError("timeout", f"{name} took over {self._limits.seconds:g} s to read. Split it.")
            case EOFError():
                return LoadError("crashed", f"The parser crashed over {name}. Save the file again, or remove it.")
            case OutputTooLarge():
                return LoadError("too_large", f"{name} gives {error} of text and layout. Split it.")
            case NotStarted():
                said = f"The process that was to read {name} did not start ({error})"
                return LoadError("not_started", f"{said}. Free some memory, or run `make setup` again.")
        return None


class GuardedLoader:
    """Loads files in a child process that lives as long as this context, or until a file breaks it.

    Not for use by two threads at once. `loaders` maps a suffix to `module:function`, as `ingest.load.LOADERS` does.
    """

    def __init__(self, limits: Limits | None = None, loaders: Mapping[str, str] = LOADERS) -> None:
        self._limits = limits or Limits()
        self._loaders = loaders
        self._process = GuardedProcess(self._limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Kill the child process, and whatever it started. The next `load` starts another."""
        self._process.close()

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        """Load a file. `suffix` stands in for the file's own; `root` is a folder that `path` must not lead out of.

        Raises LoadError with one of the reasons `missing`, `outside`, `not_a_file`, `unsupported`, `unreadable`,
        `too_large`, `empty`, `no_text`, `wrong_suffix`, `not_utf8`, `encrypted`, `image_only`, `corrupt`, `timeout`,
        `memory`, `crashed`, `not_started`.
        """
        self.check(path, suffix, root)
        known = (suffix or path.suffix).lower()
        request = {"task": "load", "path": str(path.absolute()), "suffix": known, "loader": self._loaders[known]}
        return unpack(self._process.ask(request, path.name))

    def check(self, path: Path, suffix: str | None = None, root: Path | None = None) -> None:
        """Refuse, without reading it, what `load` would not give to a parser. Raises LoadError as `load` does."""
        try:
            self._check_place(path, root)
            self._check_size(path, (suffix or path.suffix).lower())
        except OSError as error:
            raise LoadError("unreadable", f"{path} cannot be looked at: {error.strerror}.") from error

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
