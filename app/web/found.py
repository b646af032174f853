"""Searching what was asked and answered."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, render_template, request

from app.api.blueprint import services
from app.chat.types import Message
from app.web.here import chat, user
from app.web.shell import name_of
from ingest.errors import UnknownId

found_page = Blueprint("found", __name__)

MOST = 50
"""How many messages a search lists."""

LOOKED_AT = 4 * MOST
"""How many are looked at for those: what is found in a hidden answer, or in one made anew, is left out."""

MOST_WORDS = 8
"""How many words are searched for."""


@found_page.get("/search")
def search() -> str:
    """The newest messages that the user may see, with all the words in them or in their answers."""
    words = " ".join(request.args.get("q", "")[:200].split()[:MOST_WORDS])
    channels = chat().channels.visible(user().name, user().collections)
    found = chat().messages.search(words.split(), [one.id for one in channels], LOOKED_AT) if words else ()
    return render_template(
        "found.html",
        words=words,
        found=list(islice((one for one in map(_with_answer, found) if _holds(one, words)), MOST)),
        places={one.id: name_of(one) for one in channels},
    )


def _with_answer(message: Message) -> tuple[Message, str]:
    """A message with what was answered; nothing where there is no answer, or none that the user may see."""
    answer_id = message.turns[-1].answer_id if message.turns else None
    try:
        return message, services().store.answer(answer_id)["text"] if answer_id else ""
    except UnknownId:
        return message, ""


def _holds(found: tuple[Message, str], words: str) -> bool:
    """Whether the words stand in what the user may see: not in an answer that was made anew, or is hidden from him."""
    text = f"{found[0].text} {found[1]}".casefold()
    return all(word.casefold() in text for word in words.split())
