"""The commands for the store's own safety: a backup, its restoration, an examination."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from app.command import print_result, shared_options
from app.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@shared_options
def backup(file: Path, store: Path | None, as_json: bool) -> None:
    """Write a backup of the store to FILE (`-`: standard output); the store may be in use meanwhile.

    It holds the documents, the answers, the chat and the proven thresholds; no indexes, no users, no session.key.
    """
    from dataclasses import asdict

    from ingest.backup import back_up
    from ingest.files import FOR_ITS_OWNER, written_whole

    folder = load_settings(store=store).store
    if str(file) == "-":
        back_up(folder, sys.stdout.buffer)
        return
    with written_whole(file, FOR_ITS_OWNER) as out:
        manifest = back_up(folder, out)
    wire = {"file": str(file), "store": str(folder)} | asdict(manifest)
    print_result(wire, as_json, lambda said: f"Generation {said['generation']} of {said['store']} is in {said['file']}")


@click.command()
@click.argument("file", type=click.File("rb"))
@shared_options
def restore(file: IO[bytes], store: Path | None, as_json: bool) -> None:
    """Restore the backup FILE (`-`: standard input) as a store in a folder that is not there yet, or is empty.

    A link, or where a disk is mounted, is refused before the file is read.

    The indexes are built anew by the first question, or by `verispan serve`.
    """
    from ingest.restore import restore as unpack

    print_result(unpack(file, load_settings(store=store).store), as_json, _restored)


def _restored(wire: dict[str, object]) -> str:
    counts = wire["counts"]
    assert isinstance(counts, dict)
    held = f"{counts['documents']} documents, {counts['answers']} answers"
    return f"{wire['store']} holds generation {wire['generation']} as of {wire['backed_up']}: {held}"


@click.command()
@click.option("--mend", "mends", is_flag=True, help="Make anew from the truth what is derived and damaged.")
@click.option("--sample", type=click.IntRange(1), default=100, show_default=True, help="How much, where that is slow.")
@click.option("--all", "everything", is_flag=True, help="Look at everything instead.")
@shared_options
def doctor(mends: bool, sample: int, everything: bool, store: Path | None, as_json: bool) -> None:
    """Examine the store: every hash, offset, id and derived index against the text that it comes from.

    Exits with 1 when something is not as it must be, and was not mended. Without --mend nothing is written: of a store
    of an earlier version, a copy is brought up to date and examined.
    """
    from app.show_doctor import doctor_json, doctor_text
    from ingest.doctor.examine import examine
    from ingest.doctor.mend import mend
    from ingest.embed import load_embedder

    settings = load_settings(store=store)
    embedder = load_embedder(settings.embedder)
    wanted = None if everything else sample
    examined = list(examine(settings.store, wanted, embedder))
    done = mend(settings.store, examined, embedder) if mends else []
    if done:
        examined = list(examine(settings.store, wanted, embedder))
    print_result(doctor_json(settings.store, examined, done), as_json, doctor_text)
    if not all(one.passed for one in examined):
        sys.exit(1)
