"""Text to Slack and from it. Whatever a document or a question says is shown as it stands, and does nothing."""

from __future__ import annotations

import re
from html import unescape

CUT = "…"

_HARMLESS = {"\n", "\t"}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_FORMATS = re.compile(r"[*_~`]")
_APART = "\u2060"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def clean(text: str) -> str:
    """The text without control characters, halves of surrogate pairs, and what turns the direction of writing."""
    return _CONTROLS.sub(lambda found: found[0] if found[0] in _HARMLESS else "�", text)


def units(text: str) -> int:
    """How long a text is as Slack counts: in units of UTF-16."""
    return len(text) + sum(char > "\uffff" for char in text)


def clip(text: str, limit: int) -> str:
    """The text, cleaned, cut to `limit` units of UTF-16 with an ellipsis at its end; never empty."""
    head = clean(text.strip()[: limit + 1])  # one more than there may be, so that what is too long shows
    if units(head) <= limit:
        return head or CUT
    kept, left = list[str](), limit - len(CUT)
    for char in head:
        left -= units(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + CUT


def escaped(text: str, limit: int) -> str:
    """The text for where Slack reads markup: shown as it stands, at most `limit` units long when it is escaped."""
    kept, left = list[str](), limit - len(CUT)
    for char in clip(text, limit):
        written = _ESCAPES.get(char) or _FORMATS.sub(f"{_APART}\\g<0>{_APART}", char)
        left -= units(written)
        if left < 0:
            return "".join(kept) + CUT
        kept.append(written)
    return "".join(kept)


def question_in(text: str, bot_user: str) -> str:
    """What was typed in Slack as a plain question: without the bot's mention, links by their words, nothing escaped.

    Where the bot's user id is not known, `bot_user` is empty, and the first mention is taken to be the bot's.
    """
    name = re.escape(bot_user) if bot_user else r"\w+"
    without = re.sub(rf"<@{name}(?:\|[^<>]*)?>[,:]?", " ", text, count=0 if bot_user else 1)
    plain = unescape_slack(_MARKED.sub(_plain_mark, without))
    return re.sub(r"[^\S\n]+", " ", clean(plain)).strip()


def unescape_slack(text: str) -> str:
    """The text with the three characters that Slack escapes."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: unescape(found[0]), text)


def _plain_mark(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind == "!":
        return f"@{label or target.partition('^')[0]}".replace("@@", "@")
    return {"@": "@", "#": "#"}.get(kind, "") + (label or target)
