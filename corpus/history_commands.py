"""`verispan corpus log | diff | show`: what became of the documents of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from corpus.opened import opened, print_wire, store_options
from ingest.history import Logged, SpanChange, diff, full_revision, log, logged_json, previous_revision

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("log")
@click.argument("document_id", metavar="[DOCUMENT]", required=False)
@store_options
def log_command(document_id: str | None, folder: Path, as_json: bool) -> None:
    """List the revisions of DOCUMENT, or of all documents, newest first: when each came, and what it changed."""
    with opened(folder) as store:
        found = log(store, document_id)
    print_wire({"revisions": [logged_json(one) for one in found]}, as_json, map(_log_line, found))


@click.command("diff")
@click.argument("document_id", metavar="DOCUMENT")
@click.argument("revisions", metavar="[REVISION [REVISION]]", nargs=-1)
@store_options
def diff_command(document_id: str, revisions: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Say span by span what differs between two revisions of DOCUMENT.

    With one REVISION the newest is held against it, with none against the one before. The first digits of a revision
    are enough. Text that only moved is left out.
    """
    if len(revisions) > 2:
        raise click.UsageError("Give two revisions at most.")
    with opened(folder) as store:
        first, second = (*revisions, None, None)[:2]
        old = full_revision(store, document_id, first) if first else previous_revision(store, document_id)
        new = full_revision(store, document_id, second)
        found = diff(store, document_id, old, new)
    wire = {"document": document_id, "from": old, "to": new, "changes": [_change_json(one) for one in found]}
    print_wire(wire, as_json, _diff_lines(document_id, old, new, found))


@click.command("show")
@click.argument("document_id", metavar="DOCUMENT")
@click.option("--revision", metavar="REVISION", help="Which revision; left out, the newest. Its first digits will do.")
@store_options
def show_command(document_id: str, revision: str | None, folder: Path, as_json: bool) -> None:
    """Write the canonical text of DOCUMENT, into which all offsets count."""
    with opened(folder) as store:
        wanted = full_revision(store, document_id, revision)
        text = store.canonical_text(document_id, wanted)
    print_wire({"document": document_id, "revision": wanted, "text": text}, as_json, iter([text.rstrip("\n")]))


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
