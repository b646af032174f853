"""What an ingest did, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from ingest.writer import SpanCounts


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that did not go in: `reason` is one short word, `message` says what to do."""

    path: str
    reason: str
    message: str


@dataclass(slots=True)
class IngestReport:
    """What an ingest did: documents and spans by what became of them, passages embedded anew, seconds by stage.

    `generation` is that of the store afterwards.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    spans: SpanCounts = field(default_factory=SpanCounts)
    failures: list[Failure] = field(default_factory=list)
    passages: int = 0
    generation: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a `with` block to a stage."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

    def as_json(self) -> dict[str, Any]:
        """The wire form, plain JSON values."""
        return {
            "documents": {
                "added": self.added,
                "changed": self.changed,
                "unchanged": self.unchanged,
                "failed": len(self.failures),
                "retired": self.retired,
            },
            "spans": {name: getattr(self.spans, name) for name in ("added", "kept", "moved", "retired")},
            "failures": [{"path": one.path, "reason": one.reason, "message": one.message} for one in self.failures],
            "passages": self.passages,
            "generation": self.generation,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }
