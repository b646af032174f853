"""`verispan corpus add`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from corpus.output import FOLDER, json_option, write


@click.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--folder", type=FOLDER, default=Path("corpus"), show_default=True, help="The curated folder.")
@click.option("--id", "document_id", default="", help="Its id; left out, from the file's name.")
@click.option("--title", default="", help="Its title; left out, the one that the file states.")
@click.option("--licence", help="Its licence, such as CC-BY-4.0; asked for on a terminal.")
@click.option("--owner", default="", help="Who answers for it.")
@click.option("--reviewed", type=click.DateTime(["%Y-%m-%d"]), help="The day that it was last reviewed.")
@click.option("--collection", default="", help="The collection it goes into; left out, that of the ingest.")
@json_option
def add_command(
    file: Path,
    folder: Path,
    document_id: str,
    title: str,
    licence: str | None,
    owner: str,
    reviewed: datetime | None,
    collection: str,
    as_json: bool,
) -> None:
    """Copy FILE into the curated folder, unless it is there already, and enter it in the manifest."""
    from corpus.add import Wanted, add

    day = reviewed.date() if reviewed else ""
    fields = {"collection": collection, "licence": licence or _asked(), "owner": owner, "reviewed": day}
    entry = add(file, folder, Wanted(document_id, title, fields))
    wire = {"id": entry.id, "path": entry.path, "title": entry.title, "collection": entry.collection, **entry.metadata}
    said = f"Added {folder / entry.path} as {entry.id}. `verispan corpus lint {folder}` says what it lacks."
    write(wire, as_json, said)


def _asked() -> str:
    if not _is_asked():
        raise click.UsageError("Give --licence: what the document may be used for, such as CC-BY-4.0.")
    asked: str = click.prompt("Licence (such as CC-BY-4.0)", err=True)
    return asked


def _is_asked() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()
