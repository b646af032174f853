"""`verispan corpus stats`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from corpus.output import FOLDER, json_option, write


@click.command("stats")
@click.argument("folder", type=FOLDER, default=Path("corpus"))
@json_option
def stats_command(folder: Path, as_json: bool) -> None:
    """Count what FOLDER holds, by collection, format and owner, and say when its documents are due for review."""
    from corpus.stats import stats

    found = stats(folder, datetime.now(UTC).date())
    write(found, as_json, "\n".join(_said(found)))


def _said(found: dict[str, Any]) -> Iterator[str]:
    yield _counts("in all", found)
    if not found["documents"]:
        yield from _unread(found)
        return
    for group in ("collection", "format", "owner"):
        yield f"\nby {group}"
        yield from (_counts(name or "none", counted) for name, counted in found[f"by_{group}"].items())
    if found["span_words"]:
        yield "\nwords in a span"
        yield "  " + ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in found["span_words"].items())
    yield "\ndue for review"
    for one in found["reviews"]:
        yield f"  {one['due'] or 'no date   '}  {one['document']}{' (past)' if one['past'] else ''}"
    yield from _unread(found)


def _unread(found: dict[str, Any]) -> Iterator[str]:
    yield from (f"cannot be read: {one['path']} ({one['reason']})" for one in found["failures"])


def _counts(name: str, counted: dict[str, int]) -> str:
    numbers = (f"{counted.get(what, 0):>7} {what}" for what in ("documents", "words", "spans", "passages"))
    return f"  {name:<28.28}{' '.join(numbers)}"
