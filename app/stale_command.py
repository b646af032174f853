"""`verispan stale`, and the check of the kept answers that an ingest marked."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.command import print_result, shared_options
from app.errors import explain
from app.settings import VERIFIERS, Settings, load_settings
from ingest.errors import VerispanError
from ingest.standing import STATUSES, Status, how_many, mark_all_missed

if TYPE_CHECKING:
    from app.standing import Progress
    from app.wire import Json
    from ingest.embed import Embedder
    from ingest.store import Store

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
    --verifier names it. That may be interrupted, and goes on where it was. Exits with 1 when one could not be checked.
    """
    from app.marked import marked_answers, marked_text, outcome_words, with_changes
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
    if check and outcome["checked"]["failures"]:
        sys.exit(1)


def check_marked(settings: Settings, embedder: Embedder | None = None, verifier: str = "") -> Json:
    """Check the marked answers of a store, if there are any, under a bar: how many there were, and became what.

    Nothing that fails is raised: `failures` name each answer that could not be checked, or none where that was not one
    answer's failure and ended the run, with the reason.
    """
    from app.progress import Bar
    from ingest.store import Store

    done, marked, failures = Counter[Status](), 0, list[dict[str, Any]]()
    try:
        with closing(Store.open(settings.store)) as opened, Bar() as progress:
            marked = how_many(opened.engine)["unchecked"]
            if marked:
                done = _check(opened, settings, embedder, verifier, progress, failures)
    except Exception as error:  # what was done before, such as an ingest, is still to be told
        failures.append(_failure(None, error))
    counts = {**done, "unchecked": max(0, marked - done.total())}
    return {"marked": sum(counts.values()), **{one: counts.get(one, 0) for one in STATUSES}, "failures": failures}


def _check(
    store: Store, settings: Settings, embedder: Embedder | None, verifier: str, progress: Progress, failures: list[Json]
) -> Counter[Status]:
    from app.services import Services
    from app.standing import check_standings
    from ingest.embed import RememberingEmbedder, load_embedder

    embedding = RememberingEmbedder(embedder or load_embedder(settings.embedder))
    with closing(Services(settings, store, embedding)) as services:
        return check_standings(
            services, verifier, progress, lambda answer_id, error: failures.append(_failure(answer_id, error))
        )


def _failure(answer_id: str | None, error: Exception) -> Json:
    reason = explain(error) if isinstance(error, VerispanError) else f"{type(error).__name__}: {error}"
    return {"id": answer_id, "reason": reason}
