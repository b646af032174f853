"""`verispan corpus log | diff | show`: what became of the documents of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from corpus.output import json_option, store_option, write
from ingest.history import Logged, SpanChange, diff, full_revision, log, logged_json, previous_revision
from ingest.store import Store

NOTHING = "The store has no documents yet: `verispan ingest FOLDER` brings them in."

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("log")
@click.argument("document_id", metavar="[DOCUMENT]", required=False)
@store_option
@json_option
def log_command(document_id: str | None, store: Path, as_json: bool) -> None:
    """List the revisions of DOCUMENT, or of all documents, newest first: when each came, and what it changed."""
    with closing(Store.open(store)) as opened:
        found = log(opened, document_id)
    write({"revisions": [logged_json(one) for one in found]}, as_json, "\n".join(map(_log_line, found)) or NOTHING)


@click.command("diff")
@click.argument("document_id", metavar="DOCUMENT")
@click.argument("revisions", metavar="[REVISION [REVISION]]", nargs=-1)
@store_option
@json_option
def diff_command(document_id: str, revisions: tuple[str, ...], store: Path, as_json: bool) -> None:
    """Say span by span what differs between two revisions of DOCUMENT.

    With one REVISION the newest is held against it, with none against the one before. The first digits of a revision
    are enough. Text that only moved is left out.
    """
    if len(revisions) > 2:
        raise click.UsageError("Give two revisions at most.")
    with closing(Store.open(store)) as opened:
        first, second = (*revisions, None, None)[:2]
        old = full_revision(opened, document_id, first) if first else previous_revision(opened, document_id)
        new = full_revision(opened, document_id, second)
        found = diff(opened, document_id, old, new)
    wire = {"document": document_id, "from": old, "to": new, "changes": [_change_json(one) for one in found]}
    write(wire, as_json, "\n".join(_diff_lines(document_id, old, new, found)))


@click.command("show")
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--revision", metavar="REVISION", help="Which revision; left out, the newest. Its first digits will do.")
@store_option
@json_option
def show_command(document_id: str, revision: str | None, store: Path, as_json: bool) -> None:
    """Write the canonical text of DOCUMENT, into which all offsets count."""
    with closing(Store.open(store)) as opened:
        wanted = full_revision(opened, document_id, revision)
        text = opened.canonical_text(document_id, wanted)
    write({"document": document_id, "revision": wanted, "text": text}, as_json, text.rstrip("\n"))


def _log_line(one: Logged) -> str:
    counts = ((one.added, "added"), (one.changed, "changed"), (one.removed, "removed"))
    said = one.why or ", ".join(f"{count} {name}" for count, name in counts if count) or "no span differs"
    time = one.committed_at or "time not known"
    return f"{one.generation:>5}  {time:<25}  {one.revision or '-':<16}  {one.what:<8}  {one.document_id}: {said}"


def _change_json(one: SpanChange) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "before": one.before and {"id": one.before.id, "start": one.before.start, "text": one.before.text},
        "after": one.after and {"id": one.after.id, "start": one.after.start, "text": one.after.text},
        "diff": [part._asdict() for part in one.diff],
    }


def _diff_lines(document_id: str, old: str, new: str, found: Sequence[SpanChange]) -> Iterator[str]:
    yield f"{document_id}, from {old} to {new}"
    for one in found:
        span = one.after or one.before
        if span is not None:
            yield f"{_MARKS[one.kind]} {span.id}  {_words(one) if one.diff else span.text}"
    if not found:
        yield "No span differs."


def _words(one: SpanChange) -> str:
    """The words of a change, those that went as [-so-] and those that came as {+so+}, as git writes them."""
    return "".join(_marked(part.kind, part.text) for part in one.diff)


def _marked(kind: str, text: str) -> str:
    words = text.rstrip()
    marked = {"equal": words, "delete": f"[-{words}-]", "insert": f"{{+{words}+}}"}[kind]
    return marked + (" " if text != words else "")
