"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm


class Bar:
    """Called with what is being done, how many are done, and of how many (0: nobody knows)."""

    def __init__(self) -> None:
        self._shown: tqdm[Any] = tqdm(file=sys.stderr, disable=None, leave=False)

    def __call__(self, what: str, done: int, total: int) -> None:
        """Move the bar."""
        self._shown.set_description(what, refresh=False)
        self._shown.total = total or None
        self._shown.n = done
        self._shown.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shown.close()
