"""`verispan corpus …`: the curator's commands."""

from __future__ import annotations

import click

from corpus.add_command import add_command
from corpus.check_command import check_command
from corpus.export_command import export_command
from corpus.fetch_command import fetch_command
from corpus.history_commands import diff_command, log_command, show_command
from corpus.lint_command import lint_command
from corpus.retire_command import retire_command
from corpus.stats_command import stats_command


@click.group()
def group() -> None:
    """Keep a folder of curated documents in order."""


for _command in (
    add_command,
    lint_command,
    check_command,
    fetch_command,
    stats_command,
    export_command,
    log_command,
    diff_command,
    show_command,
    retire_command,
):
    group.add_command(_command)
