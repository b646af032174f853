"""The story of one document: ten edits and a purge, after each what its citations and answers that cite it became.

python -m eval.story
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import click

from app.answer import Request, answer_whole
from app.services import Services, open_services
from app.settings import Settings
from app.standing import check_standings
from ingest.embed import Embedder, load_embedder
from ingest.pipeline import ingest
from ingest.purge import purge
from ingest.resolve import resolve
from ingest.standing import standings_of
from ingest.writer import write_lock

BEFORE = "Some rules for the last weeks before tape-out come first.\n\n"

FIRST = f"""# Sign-off rules

{BEFORE}## Hold

The hold uncertainty after clock tree synthesis is 15 ps. A hold violation is mended with a delay cell.

## Drop

The limit on dynamic voltage drop is 8 % of the supply. A waiver of that limit lapses after 90 days.
"""

QUESTIONS = (
    "What is the hold uncertainty after clock tree synthesis?",
    "What is the limit on dynamic voltage drop?",
    "When does a waiver of the limit lapse?",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the document: what was done, in words, and what it makes of the text; None deletes the file."""

    what: str
    apply: Callable[[str], str] | None


def _put(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def _swapped(text: str) -> str:
    head, _, rest = text.partition("## Hold")
    hold, _, drop = rest.partition("## Drop")
    return f"{head}## Drop{drop.rstrip()}\n\n## Hold{hold.rstrip()}\n"


EDITS = (
    Edit("a sentence elsewhere is added", lambda text: f"{text}\nReview these rules each spring.\n"),
    Edit("the introduction is taken out", _put(BEFORE, "")),
    Edit("“is 15 ps” becomes “is 15 ps in all corners”", _put("is 15 ps.", "is 15 ps in all corners.")),
    Edit("15 ps becomes 20 ps", _put("is 15 ps", "is 20 ps")),
    Edit("20 ps becomes 15 ps again", _put("is 20 ps", "is 15 ps")),
    Edit("the original sentence is back", _put("is 15 ps in all corners.", "is 15 ps.")),
    Edit(
        "the sentence on drop is said in other words",
        _put("The limit on dynamic voltage drop is 8 %", "Dynamic voltage drop is limited to 8 %"),
    ),
    Edit("the sentence on waivers is deleted", _put(" A waiver of that limit lapses after 90 days.", "")),
    Edit("the two sections change places", _swapped),
    Edit("the file is deleted", None),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """After an edit: the status of what each answer cites, and the standing of each answer, in the order asked."""

    what: str
    citations: tuple[str, ...]
    answers: tuple[str, ...]


def story(folder: Path, embedder: Embedder, services_of: Callable[[Path], Services]) -> Iterator[Chapter]:
    """Live through the edits in a folder that holds nothing yet; the answers are given before the first of them."""
    documents, path = folder / "documents", folder / "store"
    documents.mkdir()
    file, text = documents / "rules.md", FIRST
    file.write_text(text, "utf-8")
    ingest([documents], path, embedder=embedder)
    with closing(services_of(path)) as services:
        asked = [answer_whole(Request(question), services) for question in QUESTIONS]
        cited = [one.claims[0].claim.citations[0].span.id for one in asked]
        ids = [one.id for one in asked]
        yield _chapter("the answers are given", services, cited, ids)
        for edit in EDITS:
            text = _edited(file, text, edit)
            ingest([documents], path, embedder=embedder)
            check_standings(services)
            yield _chapter(edit.what, services, cited, ids)
        with write_lock(path):
            purge(services.store, "rules", "the curator", "the story ends", embedder)
        check_standings(services)
        yield _chapter("the document is purged", services, cited, ids)


def _edited(file: Path, text: str, edit: Edit) -> str:
    if edit.apply is None:
        file.unlink()
        return text
    file.write_text(edit.apply(text), "utf-8")
    return edit.apply(text)


def _chapter(what: str, services: Services, cited: Sequence[str], ids: Sequence[str]) -> Chapter:
    store = services.store
    now = standings_of(store.engine, ids)
    return Chapter(
        what,
        tuple(resolve(store, one).status for one in cited),
        tuple(now[one].status if one in now else "as given" for one in ids),
    )


def main() -> None:
    """Print the story as a table in Markdown."""
    settings = Settings(model="extractive", verifier="small")
    with tempfile.TemporaryDirectory() as folder:
        chapters = story(
            Path(folder), load_embedder(settings.embedder), lambda path: open_services(replace(settings, store=path))
        )
        click.echo("| | " + " | ".join(QUESTIONS) + " |\n| --- |" + " --- |" * len(QUESTIONS))
        for one in chapters:
            cells = (f"{cited}; {stands}" for cited, stands in zip(one.citations, one.answers, strict=True))
            click.echo(f"| {one.what} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
