"""`verispan corpus …`: the curator's commands."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from corpus.history_commands import diff_command, log_command, show_command
from corpus.lint import lint
from corpus.retire_command import retire_command


@click.group()
def group() -> None:
    """Keep a folder of curated documents in order."""


@group.command("lint")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("corpus"))
@click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")
@click.pass_context
def lint_command(context: click.Context, folder: Path, as_json: bool) -> None:
    """Say what to mend in FOLDER and its manifest; exit 1 when there is something."""
    found = lint(folder, datetime.now(UTC).date())
    if as_json:
        click.echo(json.dumps({"findings": [asdict(one) for one in found]}, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{one.where} {one.what}")
        click.echo(f"{len(found)} findings" if found else "Nothing to mend.")
    context.exit(1 if found else 0)


group.add_command(log_command)
group.add_command(diff_command)
group.add_command(show_command)
group.add_command(retire_command)
