"""What the templates of all pages may use: the channels at the side, the words for an answer, the token of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, g
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app import marked, present
from app.access import LOCAL
from app.address import place_of
from app.api.bodies import MAX_QUESTION
from app.chat.feedback import OF_ANSWERS, OF_CLAIMS
from app.chat.reports import report_words
from app.chat.types import Channel, Unread
from app.copies import FORMS
from app.web.here import chat, user
from ingest.cited import outdated_of
from ingest.errors import StoreError


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The channels that the user sees, and what is unread in them."""

    channels: Sequence[Channel]
    unread: Mapping[str, Unread]


def furnish(app: Flask) -> None:
    """Give an application's templates what they use."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        headline=present.headline,
        as_of_words=present.as_of_words,
        outdated_of=outdated_of,
        badge=present.badge,
        kind_of=present.kind_of,
        is_disputed=present.is_disputed,
        disputes_of=present.disputes_of,
        against=present.against,
        parts_of=present.parts_of,
        sources_of=present.sources_of,
        numbers_of=present.numbers_of,
        near_misses_of=present.near_misses_of,
        near_heading=present.near_heading,
        headings_above=present.headings_above,
        understood_as=present.understood_as,
        since_words=marked.since_words,
        fallen_claims=marked.fallen_claims,
        name_of=name_of,
        called=called,
        csrf=csrf_field,
        sidebar=sidebar,
        answer_feedback=OF_ANSWERS,
        claim_feedback=OF_CLAIMS,
        report_words=report_words,
        copies=FORMS.values(),
        place_of=place_of,
        max_question=MAX_QUESTION,
    )
    app.context_processor(lambda: {"user": g.get("user")})


def sidebar() -> Sidebar | None:
    """The sidebar of the user who asks; None where the chat cannot be read, so that a page can still say so."""
    try:
        channels = chat().channels.visible(user().name, user().collections)
        return Sidebar(channels, chat().reading.unread(user().name, [one.id for one in channels]))
    except StoreError:
        return None


def name_of(channel: Channel) -> str:
    """What a channel is called on a page."""
    return "Verispan, directly" if channel.kind == "direct" else f"#{channel.id}"


def called(name: str) -> str:
    """What somebody is called on a page. Before there were keys, whoever sat at the server was `you`."""
    return "the server's user" if name == LOCAL.name != user().name else name


def csrf_field() -> Markup:
    """The hidden field that a form needs, so that no other site can send it."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
