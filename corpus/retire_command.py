"""`verispan corpus retire`: take a document out of what is searched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from corpus.output import counted, json_option, store_option, write
from corpus.program import Checked, Program
from ingest.retire import Retired, retire
from ingest.store import Store


@click.command("retire")
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--embedder", envvar="VERISPAN_EMBEDDER", default="", help="As in settings; left out, the bundled one.")
@store_option
@json_option
@click.pass_context
def retire_command(context: click.Context, document_id: str, embedder: str, store: Path, as_json: bool) -> None:
    """Take DOCUMENT out of what is searched. Its text stays, and what cited it can still be shown.

    Kept answers that cite it are checked again; exits with 1 when one could not be. While its file is in a folder, the
    next ingest of that folder brings it back.
    """
    from ingest.embed import load_embedder

    with closing(Store.open(store)) as opened:
        opened.document(document_id)
        loaded = load_embedder(embedder)
        done = retire(opened, document_id, loaded)
    program = context.find_object(Program)
    checked = program.check_answers(store, loaded) if program else Checked({}, "", failed=False)
    wire = {"document": document_id, "spans": done.spans, "generation": done.generation, "comes_back": done.comes_back}
    write({**wire, "answers": dict(checked.wire)}, as_json, "\n".join(_lines(done, checked)))
    context.exit(1 if checked.failed else 0)


def _lines(done: Retired, checked: Checked) -> Iterator[str]:
    yield f"{done.document_id} is retired from generation {done.generation} on, with {counted(done.spans, 'span')}."
    if checked.words:
        yield checked.words
        yield "`verispan stale` lists the answers whose sources have changed."
    if done.comes_back:
        yield f"Its file {done.comes_back} is still there: the next ingest of its folder brings it back."
        yield "Remove the file, and its entry in the manifest if it has one."
