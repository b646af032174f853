"""`verispan corpus retire`: take a document out of what is searched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from corpus.opened import opened, print_wire, store_options
from ingest.retire import Retired, retire


@click.command("retire")
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--embedder", envvar="VERISPAN_EMBEDDER", default="", help="As in settings; left out, the bundled one.")
@store_options
def retire_command(document_id: str, embedder: str, folder: Path, as_json: bool) -> None:
    """Take DOCUMENT out of what is searched. Its text stays, and what cited it can still be shown.

    While its file is in a folder, the next ingest of that folder brings it back.
    """
    from ingest.embed import load_embedder

    with opened(folder) as store:
        store.document(document_id)
        done = retire(store, document_id, load_embedder(embedder))
    wire = {"document": document_id, "spans": done.spans, "generation": done.generation, "comes_back": done.comes_back}
    print_wire(wire, as_json, _lines(done))


def _lines(done: Retired) -> Iterator[str]:
    yield f"{done.document_id} is retired from generation {done.generation} on, with {done.spans} spans."
    if done.comes_back:
        yield f"Its file {done.comes_back} is still there. Remove it: the next ingest of its folder brings it back."
