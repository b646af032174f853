"""What opens in a window over Slack, a source or the withheld claims, and the app's home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.about import About, about
from app.chat.types import Message
from app.present import counted, numbers_of, sources_of
from app.slack.answers import claim_block, place
from app.slack.blocks import Block, context, fitting, gap, line, link, modal, quote, rich, table, words
from app.slack.links import Links
from app.wire import Json
from ingest.errors import UnknownId
from ingest.resolve import Resolution, resolve
from ingest.store import Store

WITHHELD = 40
"""How many withheld claims a window shows."""

HELP = "Ask me about the documents, for example: @Verispan What is the hold uncertainty after CTS?"

_STANDS = {
    "current": "unchanged, it stands in the document as it was cited",
    "moved": "moved, the text is unchanged and stands elsewhere in the document now",
    "changed": "changed since it was cited",
    "gone": "gone from the documents",
    "purged": "purged from the store",
}


class Desk(NamedTuple):
    """What windows are made from: the links, and the store, of which Slack may see everything."""

    store: Store
    links: Links


def source_window(desk: Desk, answer_id: str, number: int) -> Block:
    """A source of an answer, counted from 1: what was cited, where, and what has become of it. Raises UnknownId."""
    sources = sources_of(desk.store.answer(answer_id))
    if not 1 <= number <= len(sources):
        raise UnknownId(f"the answer {answer_id!r} has no source {number}")
    citation = sources[number - 1]
    header = [words(citation["header"], italic=True), gap("\n")] if citation["header"] else []
    exact = rich(quote(*header, words(citation["exact"])))
    full = rich(line(link(desk.links.citation(citation), "Open it in its document")))
    found = _found(desk, citation)
    known = about(desk.store, found, date.today())
    notices = [rich(line(words(sentence, bold=True))) for sentence in _notices(known)]
    return modal(f"Source {number}", [*notices, exact, table(_facts(citation, found, known)), full])


def withheld_window(desk: Desk, answer_id: str) -> Block:
    """The claims of an answer that were withheld, each with its reason. Raises UnknownId."""
    answer = desk.store.answer(answer_id)
    numbers = numbers_of(sources_of(answer))
    claims = [claim_block(one, desk.links, numbers) for one in answer["withheld"]]
    full = rich(line(link(desk.links.answer(answer_id), "The full answer")))
    first = rich(line(words("These did not hold when they were checked, and are no part of the answer.")))
    return modal("Withheld", [first, *fitting(claims, WITHHELD), full])


def error_window(message: str) -> Block:
    """Why something cannot be shown."""
    return modal("Not shown", [rich(line(words(message)))])


def home(desk: Desk, asked: Sequence[Message]) -> Block:
    """The app's home: what it is, how to ask, how many documents there are, and the latest questions of a user."""
    count = sum(one.status == "current" for one in desk.store.documents())
    about = "Verispan answers from a curated document store. Every sentence cites what it rests on and is checked."
    how = "Mention @Verispan in a channel, write to it here, or use /verispan. A reply in the thread follows up."
    blocks = [
        rich(line(words("Verispan", bold=True))),
        rich(line(words(about))),
        rich(line(words(how))),
        rich(line(link(desk.links.documents(), counted(count, "document")))),
    ]
    latest = [rich(line(words("Your latest questions", bold=True))), *(_asked(one, desk.links) for one in asked)]
    return {"type": "home", "blocks": fitting([*blocks, *(latest if asked else ())], 100)}


def _asked(message: Message, links: Links) -> Block:
    turn = message.turns[-1]
    if turn.answer_id:
        return rich(line(link(links.answer(turn.answer_id), turn.question)))
    return context(f"{turn.question} ({'no answer' if turn.error else 'being answered'})")


def _found(desk: Desk, citation: Json) -> Resolution:
    cited = citation["document"]
    return resolve(desk.store, citation["id"], cited["revision"], citation["start"])


def _notices(known: About) -> list[str]:
    """What a reader must know before he relies on a document: that it was replaced or retired, or has lapsed."""
    successor, retired = known.successor, known.retired
    replaced = [f"This document was replaced by {successor.title or successor.id}."] if successor else []
    gone = [f"This document was retired on {retired}: it is not searched any more."] if retired else []
    return [*replaced, *gone, *known.lapsed]


def _facts(citation: Json, found: Resolution, known: About) -> list[tuple[str, str]]:
    return [
        ("Document", citation["document"]["title"]),
        ("Section", place(citation | {"page": None}) or "–"),
        ("Page", str(citation["page"]) if citation["page"] else "–"),
        ("Revision", citation["document"]["revision"]),
        ("Status", _STANDS[found.status]),
        ("Owner", known.owner or "–"),
        ("Reviewed", known.reviewed or "–"),
    ]
