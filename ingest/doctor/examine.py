"""All checks of a store in one table, run one after the other; what is damaged ends none but its own."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from ingest.doctor.answers import answers_whole, cited_rows
from ingest.doctor.beside import thresholds
from ingest.doctor.files import databases
from ingest.doctor.generations import generations_count
from ingest.doctor.indexes import index_contents, index_files, leftovers
from ingest.doctor.opened import opened
from ingest.doctor.passages import passages_whole
from ingest.doctor.purges import purges_whole
from ingest.doctor.receipts import receipts_whole
from ingest.doctor.spans import citation_ids, cuts
from ingest.doctor.standings import standings_read
from ingest.doctor.subject import Finding, Result, Subject
from ingest.doctor.texts import documents, files, texts
from ingest.doctor.vectors import vectors_again, vectors_whole
from ingest.embed import Embedder
from ingest.errors import StoreFull, StoreLocked, StoreReadOnly, VerispanError
from ingest.schema import SCHEMA_VERSION

SAMPLE = 100

RESTORE = (
    "Restore the last backup into another folder (`verispan restore`); without one, ingest what is named here into a"
    " new store: the same text gets the same citation ids."
)
CALIBRATE = "Prove it again with `verispan eval calibrate`, or remove the file: nothing is then said to be proven."
RECHECK = "`verispan stale --check` finds it out again."
MEND = "`verispan doctor --mend` makes it anew from the truth."

_DAMAGE = (VerispanError, SQLAlchemyError, sqlite3.Error, zlib.error, ValueError, TypeError, KeyError, OSError)
"""What reading a damaged store raises."""

Look = Callable[[Subject], Result]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold of a store; `next_step` says what to do where it does not."""

    name: str
    look: Look
    next_step: str = RESTORE


CHECKS = (
    Check("generations", generations_count),
    Check("files", files),
    Check("texts", texts),
    Check("documents", documents),
    Check("citation ids", citation_ids),
    Check("spans", cuts),
    Check("passages", passages_whole),
    Check("vectors", vectors_whole, MEND),
    Check("vectors embedded again", vectors_again, MEND),
    Check("answers", answers_whole),
    Check("cited", cited_rows, MEND),
    Check("receipts", receipts_whole),
    Check("standings", standings_read, RECHECK),
    Check("purges", purges_whole),
    Check("thresholds", thresholds, CALIBRATE),
    Check("index files", index_files, MEND),
    Check("indexes", index_contents, MEND),
    Check("leftovers", leftovers, MEND),
)


@dataclass(frozen=True, slots=True)
class Examined:
    """A check with what it found."""

    check: Check
    result: Result

    @property
    def passed(self) -> bool:
        """Whether all is as it must be."""
        return not self.result.findings


def examine(folder: Path, sample: int | None = SAMPLE, embedder: Embedder | None = None) -> Iterator[Examined]:
    """Examine a store, check after check; of what takes long, `sample` things are looked at, or all.

    Nothing is written to the store. Raises StoreError where there is none, StoreLocked where an ingest was committed
    meanwhile.
    """
    opens = Check("databases", lambda _: databases(folder))
    with ExitStack() as held:
        try:
            store, version = held.enter_context(opened(folder))
            subject = Subject(folder, store, store.generation(), sample, embedder)
        except (StoreFull, StoreLocked, StoreReadOnly):
            raise
        except (VerispanError, SQLAlchemyError, ValueError) as error:
            yield Examined(opens, _cannot_be_opened(folder, error))
            return
        yield Examined(opens, replace(look(opens, subject), note=_older(folder, version)))
        for check in CHECKS:
            yield Examined(check, look(check, subject))
        if store.generation() != subject.generation:
            raise StoreLocked(f"an ingest was committed while {folder} was examined; examine it again")


def _cannot_be_opened(folder: Path, error: Exception) -> Result:
    """What was found of a store that cannot be opened. Raises the error itself where SQLite finds no damage in it."""
    found = databases(folder)
    if isinstance(error, VerispanError) and not found.findings:
        raise error
    said = error.message if isinstance(error, VerispanError) else f"its generation cannot be read: {error}"
    return Result(found.looked_at, found.of, (Finding(str(folder), said), *found.findings))


def _older(folder: Path, version: int) -> str:
    if version == SCHEMA_VERSION:
        return ""
    return (
        f"{folder} is of version {version}; a copy that was brought to version {SCHEMA_VERSION} was examined. Take a"
        " backup, then run `verispan doctor --mend`, or any other command that opens it: that brings it up to date."
    )


def look(check: Check, subject: Subject) -> Result:
    """What one check finds; what ends it before its time is a finding too."""
    try:
        return check.look(subject)
    except StoreFull:
        raise
    except _DAMAGE as error:
        return Result(0, 0, (Finding(str(subject.folder), f"this could not be looked at to the end: {error}"),))
