"""`verispan corpus check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.output import FOLDER, counted, json_option, store_option, write

if TYPE_CHECKING:
    from corpus.check import Broken, Outcome


@click.command("check")
@click.argument("folder", type=FOLDER, default=Path("corpus"))
@click.option(
    "--golden",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Questions whose golden texts must stand: rows {"id", "gold": [{"document", "exact"}]}.',
)
@click.option("--collection", default="default", show_default=True, help="As for `verispan ingest`.")
@store_option
@json_option
@click.pass_context
def check_command(
    context: click.Context, folder: Path, golden: Path | None, collection: str, store: Path, as_json: bool
) -> None:
    """Say which cited texts would change or go if FOLDER were ingested now; nothing is written to the store.

    Exits with 1 when there are some, or when a file cannot be read.
    """
    from corpus.check import check
    from corpus.golden import read_golden

    outcome = check(folder, store, read_golden(golden) if golden else [], collection)
    wire = {
        "answers": [asdict(one) for one in outcome.answers],
        "golden": [asdict(one) for one in outcome.golden],
        "ingest": outcome.report.as_json(),
    }
    write(wire, as_json, "\n".join(_said(outcome)))
    context.exit(0 if outcome.is_clean else 1)


def _said(outcome: Outcome) -> Iterator[str]:
    report = outcome.report
    for failure in report.failures:
        yield f"cannot be read: {failure.path}: {failure.message}"
    for kind, broken in (("answers", outcome.answers), ("golden texts of", outcome.golden)):
        yield from (line for one in broken for line in _lines(one, kind))
    documents = f"{report.added} new, {report.changed} changed and {counted(report.retired, 'retired document')}"
    texts = f"{counted(len(outcome.answers), 'cited text')} and {counted(len(outcome.golden), 'golden text')}"
    yield f"{documents}: {texts} would break."
    if report.failures:
        yield f"{counted(len(report.failures), 'file')} cannot be read: mend or remove what is named above."
    if outcome.answers:
        yield "Where that is meant, ingest the folder: that checks the answers again, and `verispan stale` lists them."
    if outcome.golden:
        yield "Where that is meant, correct the golden texts too, in their file."


def _lines(one: Broken, kind: str) -> Iterator[str]:
    yield f"{one.status}: {one.document}, {kind} {', '.join(one.needed_by)}"
    yield f"  was: {' '.join(one.text.split())}"
    if one.now:
        yield f"  now: {' '.join(one.now.split())}"
