"""The count of ingests, and when each was committed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from ingest.doctor.subject import Finding, Result, Subject
from ingest.doctor.times import is_time
from ingest.schema import generations


def generations_count(subject: Subject) -> Result:
    """The generations whose time is known follow on each other up to the newest."""
    rows = list(subject.rows(select(generations).order_by(generations.c.number)))
    numbers, times = [row.number for row in rows], [row.committed_at for row in rows]
    return Result(len(rows), len(rows), tuple(_findings(subject.generation, numbers, times)))


def _findings(newest: int, numbers: list[int], times: list[str]) -> Iterator[Finding]:
    # of a store that version 1 began, the earlier ones have no row
    if numbers != list(range(newest - len(numbers) + 1, newest + 1)) or (newest > 0 and not numbers):
        yield Finding("generations", f"the newest is {newest}, and those with a time are {numbers[-5:]}")
    for time in times:  # no order is asked for: a clock may have been set back
        if not is_time(time):
            yield Finding("generations", f"{time!r} is no time that says its zone")
