"""`verispan stale`, and what `verispan ingest` says of the kept answers that it marked."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.command import print_result, shared_options
from app.settings import VERIFIERS, Settings, load_settings

if TYPE_CHECKING:
    from app.wire import Json
    from ingest.embed import Embedder
    from ingest.standing import Status

STATUSES: tuple[Status, ...] = ("unchecked", "holds", "changed", "broken")
LISTED = 20


@click.command()
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this standing.")
@click.option("--limit", type=click.IntRange(1), default=LISTED, show_default=True, help="How many, newest first.")
@click.option("--before", metavar="ID", help="Only those given before this answer.")
@click.option("--check", is_flag=True, help="Check first, against what stands there now, what is not checked yet.")
@click.option("--verifier", type=click.Choice(VERIFIERS), help="The entailment model of --check.")
@shared_options
def stale(
    status: Status | None,
    limit: int,
    before: str | None,
    check: bool,
    verifier: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """List the kept answers of which a source has changed, with what no longer holds and the words that changed.

    With --check those that are marked are checked first: as the settings say, but without the language model unless
    --verifier names it. That may be interrupted, and goes on where it was.
    """
    from app.marked import marked_answers, marked_text, outcome_words, with_changes
    from ingest.standing import mark_all_missed
    from ingest.store import Store

    settings = load_settings(store=store)
    outcome: Json = {}
    with closing(Store.open(settings.store)) as opened:
        if check:
            mark_all_missed(opened.engine)
            outcome = {"checked": check_marked(settings, verifier=verifier or "")}
        found = [with_changes(opened, one) for one in marked_answers(opened, status, limit, before)]
    told = outcome_words(outcome["checked"]) if check else ""
    print_result(
        {"answers": found, **outcome}, as_json, lambda wire: "\n\n".join(filter(None, [told, marked_text(found)]))
    )


def check_marked(settings: Settings, embedder: Embedder | None = None, verifier: str = "") -> dict[str, int]:
    """Check the marked answers of a store, if there are any, under a bar: how many there were, and became what."""
    from app.progress import Bar
    from app.services import Services
    from app.standing import check_standings
    from ingest.embed import RememberingEmbedder, load_embedder
    from ingest.standing import Status, how_many
    from ingest.store import Store

    with closing(Store.open(settings.store)) as opened, Bar() as progress:
        done = Counter[Status]()
        if how_many(opened.engine)["unchecked"]:
            embedding = RememberingEmbedder(embedder or load_embedder(settings.embedder))
            with closing(Services(settings, opened, embedding)) as services:
                done = check_standings(services, None, verifier, progress)
        return {"marked": done.total(), **{status: done[status] for status in STATUSES if status != "unchecked"}}
