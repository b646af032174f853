"""What comes from Slack, as values: questions and clicks. What is of another form, or not for us, is None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.slack.text import question_in

Payload = dict[str, Any]

ASKING = (None, "file_share", "thread_broadcast")
"""The subtypes of messages that may ask: none at all, one with a file, one of a thread that is shown outside it too."""

_ID = re.compile(r"[A-Z0-9]{2,40}")
_TS = re.compile(r"\d{1,15}\.\d{1,10}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in Slack. `thread` is the `ts` of the message that begins its thread, empty for a slash command,
    whose answer begins one. `text` is empty where nothing was asked."""

    request: str
    team: str
    channel: str
    user: str
    text: str
    thread: str = ""
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Clicked:
    """A button or a choice of a menu: `value` is what it was made with. `thread` is the `ts` of the message that begins
    the thread in which it stands; empty in a message that stands in none, and in a window."""

    request: str
    user: str
    value: str
    trigger: str
    response_url: str
    thread: str = ""


def asked_by_event(body: Payload) -> Asked | None:
    """A question in a message that a person wrote: one that mentions the bot, or one in a direct conversation."""
    event = body.get("event")
    if not isinstance(event, dict) or event.get("bot_id") or event.get("hidden"):
        return None
    if event.get("subtype") not in ASKING:
        return None
    if event.get("type") == "message" and event.get("channel_type") != "im":
        return None
    bot, text = _bot_of(body), event.get("text")
    user, channel, ts = _id(event.get("user")), _id(event.get("channel")), _ts(event.get("ts"))
    request, team = body.get("event_id"), _id(body.get("team_id"))
    if not (isinstance(text, str) and isinstance(request, str) and request and user and channel and ts and team):
        return None
    if user == bot:
        return None
    mentions = event.get("type") == "app_mention"
    question = question_in(text, bot if bot or mentions else "-")
    return Asked(request[:200], team, channel, user, question, _ts(event.get("thread_ts")) or ts)


def asked_by_command(body: Payload) -> Asked | None:
    """A question in a slash command."""
    user, channel, team = _id(body.get("user_id")), _id(body.get("channel_id")), _id(body.get("team_id"))
    request, url, text = body.get("trigger_id"), _url(body.get("response_url")), body.get("text", "")
    if not (isinstance(request, str) and isinstance(text, str) and request and url and user and channel and team):
        return None
    return Asked(f"command {request[:200]}", team, channel, user, question_in(text, "-"), response_url=url)


def clicked(body: Payload) -> Clicked | None:
    """A click on one of our buttons, or a choice of one of our menus."""
    user = body.get("user")
    action = _first(body.get("actions"))
    if not isinstance(user, dict) or not action:
        return None
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else action.get("value")
    name, trigger, url = _id(user.get("id")), body.get("trigger_id"), _url(body.get("response_url"))
    if not (isinstance(value, str) and isinstance(trigger, str) and trigger and name):
        return None
    container = body.get("container")
    thread = _ts(container.get("thread_ts")) if isinstance(container, dict) else ""
    return Clicked(f"click {trigger[:200]}", name, value, trigger, url, thread)


def home_opened(body: Payload) -> tuple[str, str] | None:
    """The id of the request and the user, when somebody opens the app's home."""
    event, request = body.get("event"), body.get("event_id")
    if not isinstance(event, dict) or event.get("tab") != "home" or not isinstance(request, str):
        return None
    user = _id(event.get("user"))
    return (request[:200], user) if user else None


def _bot_of(body: Payload) -> str:
    """The bot's own user id, which Slack sends with each event; empty where it does not."""
    return _id(_first(body.get("authorizations")).get("user_id"))


def _first(value: Any) -> Payload:
    """The first object of a list; an empty one where there is none."""
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _id(value: Any) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _ts(value: Any) -> str:
    return value if isinstance(value, str) and _TS.fullmatch(value) else ""


def _url(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""
