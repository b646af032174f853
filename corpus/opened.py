"""What the commands that look into a store share: their options, and how they open it and print."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from ingest.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


def store_options(command: Command) -> Command:
    """Give a command `--store` and `--json`."""
    command = click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")(command)
    return click.option(
        "--store",
        "folder",
        type=click.Path(path_type=Path),
        envvar="VERISPAN_STORE",
        default=Path(".verispan"),
        help="The store's folder; else $VERISPAN_STORE, else .verispan.",
    )(command)


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store in a folder, closed at the end. Raises StoreError when there is none."""
    store = Store.open(folder)
    try:
        yield store
    finally:
        store.close()


def print_wire(wire: dict[str, Any], as_json: bool, lines: Iterator[str]) -> None:
    """Write a result to standard output, as JSON alone or line by line."""
    written = json.dumps(wire, ensure_ascii=False, indent=2) if as_json else "\n".join(lines)
    click.echo(written.encode(errors="backslashreplace").decode())
