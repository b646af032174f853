"""What all commands share: their options, how they print, how they end; and how those of other rooms are found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, distribution
from pathlib import Path
from typing import Any, TypeVar

import click

from app.errors import explain
from ingest.errors import VerispanError

Command = TypeVar("Command", bound=Callable[..., Any])

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
        except BrokenPipeError:
            raise  # click ends quietly
        except OSError as error:
            raise Failed(f"{error.filename or 'the system'}: {error.strerror or error}") from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def shared_options(command: Command) -> Command:
    """Give a command `--store` and `--json`, as every one has them."""
    command = click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")(command)
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        help="The store's folder; else $VERISPAN_STORE, else .verispan.",
    )(command)


def print_result(wire: dict[str, Any], as_json: bool, show: Callable[[dict[str, Any]], str]) -> None:
    """Write a result to standard output, as JSON alone or in the words that `show` finds for it."""
    written = json.dumps(wire, ensure_ascii=False, indent=2) if as_json else show(wire)
    # A file's name may hold bytes that are no text; they are written as JSON escapes them.
    click.echo(written.encode(errors="backslashreplace").decode())
    sys.stdout.flush()


@cache
def _registered() -> dict[str, EntryPoint]:
    """By name. Only this distribution's own are looked at: reading those of all the others takes ten times as long."""
    return {found.name: found for found in distribution("verispan").entry_points.select(group=GROUP)}
