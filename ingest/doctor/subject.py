"""What is examined, and how what was found is told."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Row, Select

from ingest.embed import Embedder
from ingest.store import Store

Thing = TypeVar("Thing")

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be. `where` is the id of a document, span or answer, or a file's path."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found, having looked at `looked_at` of the `of` things that there are; `note` is no damage."""

    looked_at: int
    of: int
    findings: tuple[Finding, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A store that is open, and how much of it to look at where looking takes long: `sample` things, None for all.

    Without an embedder no vector is computed again.
    """

    folder: Path
    store: Store
    generation: int
    sample: int | None
    embedder: Embedder | None

    def some(self, things: Sequence[Thing]) -> list[Thing]:
        """The sample of them, the same ones each time, in their order."""
        if self.sample is None or len(things) <= self.sample:
            return list(things)
        return [things[place] for place in sorted(random.Random(0).sample(range(len(things)), self.sample))]  # noqa: S311

    def rows(self, query: Select[Any]) -> Iterator[Row[Any]]:
        """The rows of a query, a portion at a time."""
        with self.store.engine.connect() as connection:
            yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)


def gathered(each: Iterable[Iterable[Finding]]) -> Result:
    """The findings of things that were all looked at, one after the other."""
    found: list[Finding] = []
    count = 0
    for findings in each:
        found += findings
        count += 1
    return Result(count, count, tuple(found))
