"""The command group: finds the commands of other rooms by entry point, and ends every error in one line."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from app.errors import explain
from ingest.errors import VerispanError

GROUP = "verispan.commands"
"""The entry points that name further commands; this room may not import the ones above it."""

INTERRUPTED = 130


class Failed(click.ClickException):
    """An error as the command line says it: what went wrong and what to do, on one line."""

    def format_message(self) -> str:
        """The line, without the newlines that a message may have."""
        return " ".join(self.message.split())

    def show(self, file: Any = None) -> None:
        """Write the line to standard error."""
        click.echo(f"verispan: {self.format_message()}", file=file, err=True)


class Commands(click.Group):
    """A group that also holds the commands registered as entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted([*super().list_commands(ctx), *_registered()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, loaded now if it is an entry point's."""
        own = super().get_command(ctx, cmd_name)
        if own is None and cmd_name in _registered():
            loaded: click.Command = _registered()[cmd_name].load()
            return loaded
        return own

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; 1 is the exit status of an error, 130 that of an interruption."""
        try:
            return super().invoke(ctx)
        except VerispanError as error:
            raise Failed(explain(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _registered() -> dict[str, EntryPoint]:
    return {found.name: found for found in entry_points(group=GROUP)}
