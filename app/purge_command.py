"""`verispan purge`: take a document out of the store, the chat and every answer for good, and prove it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.command import print_result, shared_options
from app.marked import outcome_words
from app.settings import load_settings
from app.stale_command import check_marked
from app.utf8 import UTF8

if TYPE_CHECKING:
    from app.wire import Json


@click.command("purge")
@click.argument("document_id", metavar="DOCUMENT", type=UTF8)
@click.option("--by", required=True, type=UTF8, metavar="NAME", help="Who has it purged; kept, so nothing it says.")
@click.option("--why", required=True, type=UTF8, metavar="TEXT", help="Why; kept, so let it say nothing private.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def purge_command(document_id: str, by: str, why: str, yes: bool, store: Path | None, as_json: bool) -> None:
    """Remove the text of DOCUMENT for good: from the store with all its revisions, from every index, and from all kept
    answers and messages that repeat it. In these [purged] takes its place, also of claims that rest on it; receipts
    that quote it are deleted. Then every file of the store is searched for its sentences and for those claims.

    Its id, its collection, and who had it purged, when and why stay; of the place of its file only a digest does, by
    which the file is kept from coming back. Texts of less than 16 bytes, such as a short heading, may stand anywhere,
    and so stay where messages have them. What others say too stays there, and is listed: what stands in another
    document, its file or its metadata, in the reason of another purge, or in the id or the collection of this one.

    Exits with 1 naming the file where something was found. Whatever it was cut off by, run it again with the same
    words: it goes on from there.
    """
    folder = load_settings(store=store).store
    if not yes and not as_json:
        click.confirm(f"Remove {document_id} from {folder} for good?", abort=True, err=True)
    print_result(_purge(folder, document_id, by.strip(), why.strip()), as_json, _text)
    checked = check_marked(load_settings(store=folder))
    if checked["failures"]:
        click.echo(outcome_words(checked), err=True)


def _purge(folder: Path, document_id: str, by: str, why: str) -> Json:
    from app.chat.purge import ChatBeside
    from app.chat.schema import has_chat
    from ingest.embed import load_embedder
    from ingest.purge import purge
    from ingest.store import Store
    from ingest.writer import write_lock

    settings = load_settings(store=folder)
    with ExitStack() as opened:
        store = opened.enter_context(closing(Store.open(folder)))
        store.document(document_id)
        opened.enter_context(write_lock(folder))
        beside = [opened.enter_context(closing(ChatBeside(folder)))] if has_chat(folder) else []
        done, proof = purge(store, document_id, by, why, load_embedder(settings.embedder), beside)
    purged = {
        "document": done.document_id,
        "at": done.at,
        "by": done.by,
        "why": done.why,
        "generation": done.generation,
    }
    return {**purged, "proof": asdict(proof)}


def _text(wire: Json) -> str:
    from ingest.traces import WINDOW

    proof = wire["proof"]
    excepted = proof["excepted"]
    lines = [
        f"{wire['document']} was purged on {wire['at'][:10]} by {wire['by']}: {wire['why']}",
        f"None of its {proof['sentences']} texts was found in {proof['files']} files ({proof['bytes']:,} bytes).",
    ]
    if proof["claims"]:
        lines.append(f"Nor were {proof['claims']} claims of answers that rested on it.")
    if proof["too_short"]:
        short = f"{proof['too_short']} of less than {WINDOW} bytes, {proof['short_names']} of them titles or headings,"
        lines.append(f"{short} cannot be told from what may stand anywhere, and were not looked for.")
    if proof["said_since"]:
        lines.append("What others have come to say since this purge was begun was not looked for, and stays there.")
    if excepted:
        lines += [
            f"{len(excepted)} stand in other documents, in ids, collections or reasons of purges too, and stay there:",
            *(f"  {one}" for one in excepted),
        ]
    return "\n".join([*lines, "Restart servers that run: they may still have some of it in memory."])
