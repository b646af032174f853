"""`verispan corpus export`."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from corpus.output import store_option


@click.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl", "web-annotation"]), default="jsonl", show_default=True)
@click.option(
    "--of", "what", type=click.Choice(["spans", "documents"]), default="spans", show_default=True, help="For jsonl."
)
@click.option("--base-url", default="", help="For web-annotation: what the documents' uris are relative to.")
@click.option("--server", default="", help="For web-annotation: the address of Verispan, whose pages show citations.")
@store_option
def export_command(form: str, what: str, base_url: str, server: str, store: Path) -> None:
    """Write what the store holds to standard output: all spans or documents as JSON Lines, or the citations of kept
    answers as W3C Web Annotations in JSON-LD."""
    from corpus.annotations import collection_of
    from corpus.export import ROWS, json_lines
    from ingest.store import Store

    with closing(Store.open(store)) as opened:
        if form == "web-annotation":
            click.echo(json.dumps(collection_of(opened, base_url, server), ensure_ascii=False, indent=2))
        else:
            for line in json_lines(ROWS[what](opened)):
                click.echo(line)
