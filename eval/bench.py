"""`make bench`: how fast Verispan is on this machine, as a table and as JSON.

Every row names its target; where a peer exists both are timed in the same run and the ratio is given, since a shared
machine drifts. Nothing here is a test: a slow machine prints slow figures and still exits 0.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from eval.bench_answers import answer_rows, ready_row
from eval.bench_chat import chat_rows
from eval.bench_ingest import ingest_rows
from eval.bench_row import Row
from eval.bench_scale import scale_rows
from eval.bench_standing import standing_rows

COLUMNS = "{:<58}{:>12}  {:<12}{:<12}{}"


def measure(passages: int, documents: Path | None, folder: Path) -> Iterator[Row]:
    """Every row, one after the other; `documents` holds the unpacked Debian packages, or None to leave them out."""
    yield from ready_row(folder)
    yield from answer_rows(folder)
    yield from chat_rows(folder)
    yield from ingest_rows(documents, folder)
    yield from scale_rows(passages, folder)
    yield from standing_rows(folder)


@click.command()
@click.option("--json", "result", type=click.Path(path_type=Path), help="Keep the table as JSON in this file.")
@click.option("--passages", default=100_000, show_default=True, help="Size of the large store.")
@click.option("--documents", type=click.Path(path_type=Path, exists=True), help="Unpacked sqlite3-doc and ngspice-doc.")
def main(result: Path | None, passages: int, documents: Path | None) -> None:
    """Measure, and print a table on standard output."""
    click.echo(COLUMNS.format("what", "median", "unit", "target", "against"))
    rows = []
    with tempfile.TemporaryDirectory(prefix="verispan-bench-") as folder:
        for row in measure(passages, documents, Path(folder)):
            rows.append(row)
            click.echo(as_line(row))
            sys.stdout.flush()
    if result:
        result.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


def as_line(row: Row) -> str:
    """A row as a line of the table; a figure that could not be had says so."""
    value = "not measured" if row.value is None else f"{row.value:,.1f}"
    against = f"{row.ratio:.2f} x {row.peer}" if row.ratio is not None else row.peer
    return COLUMNS.format(row.name, value, row.unit, row.target, against).rstrip()


if __name__ == "__main__":
    main()
