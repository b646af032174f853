"""`verispan corpus …`: the curator's commands."""

from __future__ import annotations

import click

from corpus import add_command, check_command, export_command, fetch_command, lint_command, stats_command
from corpus.history_commands import diff_command, log_command, show_command
from corpus.retire_command import retire_command


@click.group()
def group() -> None:
    """Keep a folder of curated documents in order."""


group.add_command(log_command)
group.add_command(diff_command)
group.add_command(show_command)
group.add_command(add_command.command)
group.add_command(check_command.command)
group.add_command(lint_command.command)
group.add_command(retire_command)
group.add_command(stats_command.command)
group.add_command(export_command.command)
group.add_command(fetch_command.command)
