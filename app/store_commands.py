"""The commands for the store's own safety: a backup, its restoration, an examination."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from app.command import print_result, shared_options
from app.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@shared_options
def backup(file: Path, store: Path | None, as_json: bool) -> None:
    """Write a backup of the store to FILE (`-`: standard output); the store may be in use meanwhile.

    It holds the documents, the answers, the chat and the proven thresholds; no indexes, no users, no session.key.
    """
    from dataclasses import asdict

    from ingest.backup import back_up, written_aside

    folder = load_settings(store=store).store
    if str(file) == "-":
        back_up(folder, sys.stdout.buffer)
        return
    with written_aside(file) as out:
        manifest = back_up(folder, out)
    wire = {"file": str(file), "store": str(folder)} | asdict(manifest)
    print_result(wire, as_json, lambda said: f"Generation {said['generation']} of {said['store']} is in {said['file']}")


@click.command()
@click.argument("file", type=click.File("rb"))
@shared_options
def restore(file: IO[bytes], store: Path | None, as_json: bool) -> None:
    """Restore the backup FILE (`-`: standard input) as a store in a folder that is not there yet, or is empty.

    The indexes are built anew by the first question, or by `verispan serve`.
    """
    from ingest.restore import restore as unpack

    print_result(unpack(file, load_settings(store=store).store), as_json, _restored)


def _restored(wire: dict[str, object]) -> str:
    counts = wire["counts"]
    assert isinstance(counts, dict)
    held = f"{counts['documents']} documents, {counts['answers']} answers"
    return f"{wire['store']} holds generation {wire['generation']} as of {wire['backed_up']}: {held}"
