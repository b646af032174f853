"""`verispan corpus retire`: take a document out of what is searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from corpus.output import json_option, store_option, write
from ingest.retire import Retired, retire
from ingest.store import Store


@click.command("retire")
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--embedder", envvar="VERISPAN_EMBEDDER", default="", help="As in settings; left out, the bundled one.")
@store_option
@json_option
def retire_command(document_id: str, embedder: str, store: Path, as_json: bool) -> None:
    """Take DOCUMENT out of what is searched. Its text stays, and what cited it can still be shown.

    While its file is in a folder, the next ingest of that folder brings it back.
    """
    from ingest.embed import load_embedder

    with closing(Store.open(store)) as opened:
        opened.document(document_id)
        done = retire(opened, document_id, load_embedder(embedder))
    wire = {"document": document_id, "spans": done.spans, "generation": done.generation, "comes_back": done.comes_back}
    write(wire, as_json, "\n".join(_lines(done)))


def _lines(done: Retired) -> Iterator[str]:
    yield f"{done.document_id} is retired from generation {done.generation} on, with {done.spans} spans."
    if done.comes_back:
        yield f"Its file {done.comes_back} is still there. Remove it: the next ingest of its folder brings it back."
