"""What one answer took while it was made: time by stage, calls of models, and notes for its reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

from app.types import ModelFailure, Usage

Item = TypeVar("Item")


class Record:
    """Collected along the way of one answer; not shared between threads."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._stages: dict[str, float] = {}
        self.usage: list[Usage] = []
        self.notes: list[str] = []
        self.model_failure: ModelFailure | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a `with` block to a stage."""
        began = perf_counter()
        try:
            yield
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + (perf_counter() - began) * 1000

    def each(self, name: str, items: Iterable[Item]) -> Iterator[Item]:
        """Pass items on, adding only the time that it took to make them to a stage."""
        iterator = iter(items)
        while True:
            try:
                with self.stage(name):
                    item = next(iterator)
            except StopIteration:
                return
            yield item

    def timing_ms(self) -> dict[str, float]:
        """Milliseconds by stage, and `total` since the record began."""
        stages = {name: self._stages.get(name, 0.0) for name in ("retrieve", "draft", "verify")}
        return stages | {"total": (perf_counter() - self._began) * 1000}
