"""What the curator's commands share: their options, and how they print."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
"""The type of a curated folder."""

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    envvar="VERISPAN_STORE",
    default=Path(".verispan"),
    help="The store's folder; else $VERISPAN_STORE, else .verispan.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")


def write(wire: Mapping[str, Any], as_json: bool, said: str) -> None:
    """Write a result to standard output, as JSON alone or in words."""
    written = json.dumps(wire, ensure_ascii=False, indent=2) if as_json else said
    # A file's name may hold bytes that are no text; they are written as JSON escapes them.
    click.echo(written.encode(errors="backslashreplace").decode())
    sys.stdout.flush()


def counted(number: int, noun: str) -> str:
    """A number of things in words: "1 span", "2 spans"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def say(sentence: str) -> None:
    """Write to standard error what is no result."""
    click.echo(f"verispan: {sentence}", err=True)
