"""Who is asking, and the chat and its runner: what every page of the chat reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask, current_app, g, request

from app.access import User
from app.chat.channels import is_visible
from app.chat.chat import Chat
from app.chat.runner import Runner
from app.chat.types import Channel, Message
from ingest.errors import StoreError, UnknownId

CHAT = "verispan_chat"
_RUNNER = "verispan_runner"


def user() -> User:
    """Who asks; there is somebody on every page but those that are open to all."""
    found: User = g.user
    return found


def give_chat(app: Flask, chat: Chat, runner: Runner) -> None:
    """Give an application its chat."""
    app.extensions[CHAT] = chat
    app.extensions[_RUNNER] = runner


@contextmanager
def answering(app: Flask) -> Iterator[None]:
    """Take up what an earlier process left unanswered; at the end begin nothing more, and close the chat."""
    app.extensions[_RUNNER].resume()
    try:
        yield
    finally:
        app.extensions[_RUNNER].close()
        app.extensions[CHAT].close()


def chat() -> Chat:
    """The chat that the application was given."""
    found: Chat = current_app.extensions[CHAT]
    return found


def runner() -> Runner:
    """What answers the chat's questions."""
    found: Runner = current_app.extensions[_RUNNER]
    return found


def channel_here(channel_id: str) -> Channel:
    """A channel that the user may see. Raises UnknownId."""
    return chat().channels.get(channel_id, user().name, user().collections)


def asked_in(answer_id: str) -> Message | None:
    """The message that an answer was given to, if there is one that the user may see."""
    found = chat().messages.of_answer(answer_id)
    try:
        return message_here(found.id) if found else None
    except UnknownId:
        return None


def number(name: str) -> int | None:
    """A number in the query, such as that of a message; None where there is none, or none that could be."""
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else None


def read_up_to(place: str, seq: int) -> None:
    """Note that the user has read a channel, or by its root's id a thread, so far.

    A chat that cannot be written to, now or ever, does not hold up the page.
    """
    with suppress(StoreError):
        chat().reading.mark(user().name, place, seq)


def message_here(message_id: str) -> Message:
    """A message in a channel that the user may see. Raises UnknownId, the same for one that is hidden or not there."""
    message = chat().messages.get(message_id)
    found = chat().channels.get_or_none(message.channel)
    if found is None or not is_visible(found, user().name, user().collections):
        raise UnknownId(f"there is no message {message_id!r}")
    return message
