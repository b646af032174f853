"""The command line. Each command parses, calls one function, and prints; what is heavy is imported inside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from app.command import Commands, print_result, shared_options
from app.conflicts_command import conflicts_command
from app.copies import FORMS
from app.curators import PROGRAM
from app.purge_command import purge_command
from app.receipts.cli import receipt, signing_key, verify_receipt
from app.settings import VERIFIERS, Settings, load_settings
from app.stale_command import stale
from app.store_commands import backup, doctor, restore
from app.utf8 import UTF8, json_lines, text_lines

if TYPE_CHECKING:
    from app.services import Services
    from app.wire import Json


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="verispan")
@click.pass_context
def main(context: click.Context) -> None:
    """Answer questions from a curated document store; every claim cites, and is checked against, an exact span."""
    context.obj = PROGRAM


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--collection", type=UTF8, default="default", show_default=True, help="The collection they go into.")
@click.option("--name", type=UTF8, default="stdin.txt", show_default=True, help="The file name of what comes from `-`.")
@shared_options
def ingest(paths: tuple[str, ...], collection: str, name: str, store: Path | None, as_json: bool) -> None:
    """Bring the store up to date with files and folders; `-` is standard input.

    A folder's manifest.toml is obeyed. Kept answers that cite what has changed are checked again. Exits with 1 when a
    file is missing or could not be read, while the others have gone in, or when an answer could not be checked.
    """
    from app.progress import Bar
    from app.show import report_text
    from app.stale_command import check_marked
    from ingest.discover import Piped
    from ingest.embed import load_embedder
    from ingest.pipeline import ingest as bring_in

    settings = load_settings(store=store)
    sources = [Piped(name, sys.stdin.buffer.read()) if path == "-" else Path(path) for path in paths]
    with Bar() as progress:
        embedder = load_embedder(settings.embedder)
        report = bring_in(sources, settings.store, embedder=embedder, collection=collection, progress=progress)
    checked = check_marked(settings, embedder)
    print_result({**report.as_json(), "answers": checked}, as_json, report_text)
    if report.failures or checked["failures"]:
        sys.exit(1)


@main.command()
@click.argument("question", type=UTF8)
@click.option("--model", type=UTF8, help="extractive, local, PROVIDER:NAME or openai-compatible:NAME.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Withhold claims below this.")
@click.option("--collection", "collections", type=UTF8, multiple=True, help="Search this collection only; repeatable.")
@click.option("--document", "documents", type=UTF8, multiple=True, help="Search this document only; repeatable.")
@click.option("--follows", type=UTF8, metavar="ID", help="The answer that this question follows: ans_...")
@click.option("--superseded", is_flag=True, help="Search documents too that others have replaced.")
@click.option("--as-of", type=UTF8, metavar="DATE|GENERATION", help="Answer from the documents as they were then.")
@shared_options
def ask(
    question: str,
    model: str | None,
    min_confidence: float | None,
    collections: tuple[str, ...],
    documents: tuple[str, ...],
    follows: str | None,
    superseded: bool,
    as_of: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION (`-`: read it from standard input); every claim is cited and checked."""
    from app.answer import Request, answer_whole
    from app.retrieve import Filters
    from app.show import answer_text
    from app.wire import answer_json

    asked = _text(question, "question")
    with _services(load_settings(store=store, model=model)) as services:
        filters = Filters(collections, documents, superseded=superseded)
        request = Request(asked, None, min_confidence, filters, follows=follows, as_of=as_of)
        print_result(answer_json(answer_whole(request, services)), as_json, answer_text)


@main.command()
@click.argument("query", type=UTF8)
@click.option("-k", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many passages.")
@shared_options
def search(query: str, k: int, store: Path | None, as_json: bool) -> None:
    """Find the passages that serve QUERY (`-`: read it from standard input) best."""
    from app.retrieve import Filters, retrieve
    from app.show import hits_text
    from app.wire import hit_json

    wanted = _text(query, "query")
    with _services(load_settings(store=store)) as services:
        hits = retrieve(wanted, services.view(), Filters(), services.settings, k)
        print_result({"hits": [hit_json(hit) for hit in hits]}, as_json, hits_text)


@main.command()
@click.option("--claim", type=UTF8, help="The claim to check (`-`: read it from standard input).")
@click.option("--evidence", "evidence", type=UTF8, multiple=True, help="What it is checked against; may be repeated.")
@click.option(
    "--jsonl",
    type=click.File("rb"),
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    help="Check the rows of a file, or of standard input.",
)
@click.option("--verifier", type=click.Choice(VERIFIERS), help="The entailment model.")
@shared_options
def check(
    claim: str | None,
    evidence: tuple[str, ...],
    jsonl: IO[bytes] | None,
    verifier: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Check one claim, against --evidence or against the store; or with --jsonl many claims, one a row.

    Rows are {"id", "claim", "evidence" | "evidence_sentences"}; what comes out, in the same order, is
    {"id", "label", "confidence", "p_supported", "p_contradicted"}.
    """
    settings = load_settings(store=store, verifier=verifier)
    if claim is not None and jsonl is None:
        _check_one(_text(claim, "claim"), evidence, settings, as_json)
    elif jsonl is not None and claim is None:
        _check_rows(jsonl, settings)
    else:
        raise click.UsageError("Give either --claim or --jsonl.")


@main.command()
@click.argument("answer_id", type=UTF8)
@click.option("--as", "form", type=click.Choice(tuple(FORMS)), default="markdown", show_default=True, help="The form.")
@click.option("--base-url", type=UTF8, help="The server that links lead to; left out, as it is set.")
@shared_options
def copy(answer_id: str, form: str, base_url: str | None, store: Path | None, as_json: bool) -> None:
    """Write the kept answer ANSWER_ID with its citations, to be taken elsewhere."""
    from app.address import server_of
    from app.copies.references import copied
    from ingest.store import Store

    settings = load_settings(store=store)
    with closing(Store.open(settings.store)) as opened:
        ready = copied(opened.answer(answer_id), opened.documents(), base_url or server_of(settings))
    wire = {"as": form, "media_type": FORMS[form].media_type, "text": FORMS[form].write(ready)}
    print_result(wire, as_json, lambda written: str(written["text"]).rstrip("\n"))


@main.command()
@click.option("--host", help="The address to listen on; beyond loopback only where users have keys.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes any that is free.")
@shared_options
def serve(host: str | None, port: int | None, store: Path | None, as_json: bool) -> None:
    """Serve the page and the HTTP interface until interrupted."""
    from app.serve import serve as run

    def announce(url: str) -> None:
        print_result({"url": url}, as_json, lambda wire: f"Verispan is at {wire['url']}")

    run(load_settings(store=store, host=host, port=port), announce)


@main.command()
@click.argument("name", type=UTF8)
@click.option("--collections", type=UTF8, help="What they may see, comma-separated; left out, everything.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON alone to standard output.")
def key(name: str, collections: str | None, as_json: bool) -> None:
    """Make a key for NAME, shown this once on standard error; to standard output goes NAME's table for the file that
    VERISPAN_ACCESS names."""
    from app.keys import new_key

    allowed = None if collections is None else [one.strip() for one in collections.split(",") if one.strip()]
    if allowed == []:
        raise click.UsageError("--collections names none.")
    made = new_key(name, allowed)
    if not as_json:
        click.echo(f"{made['key']}\nThis is the only time that it is shown. For the file of users:\n", err=True)
    print_result(made, as_json, lambda wire: str(wire["toml"]).rstrip("\n"))


@main.command()
@shared_options
def status(store: Path | None, as_json: bool) -> None:
    """Say what the store holds, and which models are there."""
    from app.show import status_text
    from app.status import status as describe

    with _services(load_settings(store=store)) as services:
        print_result(describe(services), as_json, status_text)


@main.command()
@shared_options
def feedback(store: Path | None, as_json: bool) -> None:
    """List what readers reported of answers and claims, newest first."""
    from app.chat.chat import Chat
    from app.chat.reports import reports
    from app.chat.schema import has_chat
    from app.show import reports_text
    from ingest.store import Store

    folder = load_settings(store=store).store
    found: list[Json] = []
    with closing(Store.open(folder)) as opened:
        if has_chat(folder):
            with closing(Chat(folder)) as chat:
                found = list(reports(chat.feedback.all(), opened))
    print_result({"reports": found}, as_json, reports_text)


@main.group()
def slack() -> None:
    """Set up the Slack app; app/slack/README.md says how."""


@slack.command("manifest")
@click.option(
    "--url", type=UTF8, default="", help="The public address of this server, https://…, where Slack sends to."
)
@click.option("--socket", is_flag=True, help="For Socket Mode: this server connects to Slack, and needs no address.")
def slack_manifest(url: str, socket: bool) -> None:
    """Print the manifest to make the app from, at api.slack.com/apps."""
    from app.slack.manifest import manifest

    if socket == bool(url):
        raise click.UsageError("Give either --url or --socket.")
    print_result(manifest(url, socket), True, str)


def _check_rows(rows: IO[bytes], settings: Settings) -> None:
    from app.checks.pairs import judge_pairs, read_pairs
    from app.progress import Bar
    from app.services import open_models

    with closing(open_models(settings)) as models, Bar() as progress:
        judged = judge_pairs(read_pairs(json_lines(rows)), models.verifier(settings), settings.min_confidence)
        for done, row in enumerate(judged, start=1):
            click.echo(json.dumps(row, ensure_ascii=False))
            progress("claims", done, 0)


def _check_one(claim: str, evidence: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    from app.check import check_against, check_in_store
    from app.services import open_models
    from app.show import checked_text
    from app.wire import checked_json

    if evidence:
        with closing(open_models(settings)) as models:
            checked = check_against(claim, evidence, models)
    else:
        with _services(settings) as services:
            checked = check_in_store(claim, services)
    print_result(checked_json(checked), as_json, checked_text)


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    from app.services import open_services

    with closing(open_services(settings)) as services:
        yield services


def _text(given: str, what: str) -> str:
    text = "".join(text_lines(sys.stdin.buffer)) if given == "-" else given
    if not text.strip():
        raise click.UsageError(f"The {what} is empty.")
    return text.strip()


for _one in (stale, purge_command, receipt, verify_receipt, signing_key, backup, doctor, restore, conflicts_command):
    main.add_command(_one)
