"""The chat: channels and threads, and what is written into them. Rendered in full: it works without JavaScript too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from app.api.blueprint import services
from app.api.bodies import MAX_QUESTION
from app.api.errors import Busy, TooLong
from app.chat.channels import FIRST
from app.chat.mentions import ANSWERER, mentioned
from app.chat.types import Channel, Message
from app.web.fragment import wants_fragment
from app.web.here import channel_here, chat, message_here, number, read_up_to, runner, user
from app.web.shell import sidebar
from app.web.turns import answers_context

chat_pages = Blueprint("chat", __name__)

MOST_OPEN = 8
"""How many questions of one user may be waiting for their answers."""

PAGE = 10
"""How many messages a channel's page shows; older ones are a link away."""


@chat_pages.get("/")
def front() -> str:
    """The first channel that the user may see."""
    channels = [one.id for one in chat().channels.visible(user().name, user().collections)]
    return channel_page(FIRST if FIRST in channels else channels[0])


@chat_pages.get("/in/<channel_id>")
def channel_page(channel_id: str) -> str:
    """A channel's newest messages that begin threads, or with `before` those that came before a number."""
    channel, before, seq = channel_here(channel_id), number("before"), chat().messages.seq()
    messages = chat().messages.page(channel.id, PAGE + 1, before)
    earlier = messages[1].seq if len(messages) > PAGE else None
    return _page(channel, messages[-PAGE:], seq, earlier=earlier, later=before is not None)


@chat_pages.get("/in/<channel_id>/<root>")
def thread_page(channel_id: str, root: str) -> str | Redirect:
    """A thread."""
    channel, first, seq = channel_here(channel_id), message_here(root), chat().messages.seq()
    if first.thread != root or first.channel != channel.id:
        return redirect(link_of(first))
    return _page(channel, chat().messages.thread(root), seq, thread=root)


@chat_pages.get("/m/<message_id>")
def permalink(message_id: str) -> Redirect:
    """Lead to a message in its thread."""
    return redirect(link_of(message_here(message_id)))


@chat_pages.post("/in/<channel_id>")
def post(channel_id: str) -> Redirect | Response:
    """Ask, or post a note; a note that names @verispan asks."""
    channel, text = channel_here(channel_id), _text()
    asks = request.form.get("as", "ask") != "note" or ANSWERER in mentioned(text)
    if asks and chat().messages.open_of(user().name) >= MOST_OPEN:
        raise Busy(f"{MOST_OPEN} of your questions are still to be answered")
    message = chat().messages.post(channel.id, user().name, text, asks, request.form.get("root") or None)
    return _answered(message, is_new=True)


@chat_pages.post("/m/<message_id>/edit")
def edit(message_id: str) -> Redirect | Response:
    """Change one's own message; a question is answered anew."""
    return _answered(chat().messages.edit(message_here(message_id).id, user().name, _text()))


@chat_pages.post("/m/<message_id>/again")
def again(message_id: str) -> Redirect | Response:
    """Answer a question once more."""
    return _answered(chat().messages.ask_again(message_here(message_id).id, user().name))


@chat_pages.get("/in/<channel_id>/news")
def news(channel_id: str) -> Response:
    """What has happened in a channel, or in its thread `root`, since the number `since`; what is unread elsewhere."""
    channel, since = channel_here(channel_id), number("since") or 0
    root, seq = request.args.get("root"), chat().messages.seq()
    messages = chat().messages.news(channel.id, since, root)
    read_up_to(root or channel.id, seq)
    side = sidebar()
    unread = {name: asdict(one) for name, one in side.unread.items()} if side else {}
    html = "".join(message_html(message, bool(root)) for message in messages)
    return jsonify({"html": html, "seq": seq, "unread": unread})


def message_html(message: Message, in_thread: bool) -> str:
    """One message with its answer, as a fragment."""
    shown = answers_context([message])
    return render_template("_message.html", message=message, in_thread=in_thread, new_in={}, **shown)


def link_of(message: Message) -> str:
    """Where a message stands: on its thread's page."""
    return f"/in/{message.channel}/{message.thread}#{message.id}"


def _answered(message: Message, is_new: bool = False) -> Redirect | Response:
    """Begin to answer a message that has an open turn; give its fragment to the script, else lead to it."""
    if message.turns and message.turns[-1].is_open:
        runner().begin(message)
    if wants_fragment():
        html = message_html(message, message.root is not None)
        return make_response(html, 201, {"X-Seq": str(chat().messages.seq())})
    return redirect(f"/in/{message.channel}#{message.id}" if is_new and not message.root else link_of(message), 303)


def _text() -> str:
    text = request.form.get("text", "").replace("\r\n", "\n")  # as a browser sends the line breaks of a form
    if len(text) > MAX_QUESTION:
        raise TooLong(f"The message has {len(text)} characters; {MAX_QUESTION} are the most")
    return text


def _page(channel: Channel, messages: Sequence[Message], seq: int, thread: str = "", **more: Any) -> str:
    read_to = chat().reading.read_to(user().name, thread or channel.id)
    html = render_template(
        "channel.html",
        channel=channel,
        thread=thread,
        in_thread=bool(thread),
        messages=messages,
        first_new=_first_new(messages, read_to),
        new_in=chat().reading.in_threads(user().name, [one.id for one in messages]),
        seq=seq,
        here_is=channel.id,
        bound_to=bound_to,
        may_bind=user().curator or channel.owner == user().name,
        documents=sum(one.status == "current" for one in services().store.documents()),
        **more,
        **answers_context(messages),
    )
    if not more.get("later"):  # of a page of older messages nothing newer was seen
        read_up_to(thread or channel.id, seq)
    return html


def _first_new(messages: Sequence[Message], read_to: int) -> str | None:
    """The id of the first message of somebody else that the user has not read; on a first visit nothing is new."""
    new = (one.id for one in messages if one.seq > read_to > 0 and one.author != user().name)
    return next(new, None)


def bound_to(channel: Channel) -> str:
    """What a channel's questions are answered with, in a line."""
    settings = services().settings
    least = settings.min_confidence if channel.min_confidence is None else channel.min_confidence
    where = channel.collection or "all documents"
    return f"{channel.model or settings.model} · {where} · confidence from {least:g}"
