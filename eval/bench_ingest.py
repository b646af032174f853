"""How fast real documentation goes in: Debian's sqlite3-doc (HTML) and ngspice-doc (PDF), by stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from eval.bench_row import Row
from ingest.embed import load_embedder
from ingest.pipeline import ingest

SETS = (
    ("sqlite3-doc, HTML", "usr/share/doc/sqlite3/**/*.html"),
    ("ngspice manual, PDF", "usr/share/doc/ngspice-doc/manual.pdf"),
)


def ingest_rows(documents: Path | None, folder: Path) -> Iterator[Row]:
    """Passages a second of each set, and the seconds of each stage. `documents` is where the packages were unpacked."""
    embedder = load_embedder()
    for number, (name, pattern) in enumerate(SETS):
        files = sorted(documents.glob(pattern)) if documents else []
        if not files:
            yield Row(f"ingest of {name}", None, "passages/s", "", "needs --documents")
            continue
        began = perf_counter()
        report = ingest(files, folder / f"set-{number}", embedder=embedder)
        took = perf_counter() - began
        yield Row(f"ingest of {name}: {report.passages} passages", report.passages / took, "passages/s")
        for stage, seconds in report.seconds.items():
            yield Row(f"    {stage}", seconds, "s", "", f"{seconds / took:.0%} of the time")
        if report.failures:
            yield Row("    files that did not go in", len(report.failures), "files")
