"""The parts of Block Kit that are used, within Slack's limits. Text is plain in all of them: it formats nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.slack.text import clip, units

Block = dict[str, Any]

MAX_TEXT = 3000
MAX_FIELD = 2000
MAX_LABEL = 75
SMALL_PRINT = 300
MAX_TITLE = 24
MAX_CONTEXT = 10
MAX_OPTIONS = 100

MAX_CHARACTERS = 10_000
"""Characters of all text in a message: Slack refuses longer ones from some 13,000 on, without saying where."""


def plain(text: str, limit: int = MAX_TEXT) -> Block:
    """A text object that is shown as it stands."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": False}


def words(text: str, limit: int = MAX_TEXT, **style: bool) -> Block:
    """A run of text in a rich text, such as `words("sure", bold=True)`."""
    run = {"type": "text", "text": clip(text, limit)}
    return run | {"style": style} if style else run


def gap(text: str = " ") -> Block:
    """White space, or other words of ours, between two runs: kept as it is."""
    return {"type": "text", "text": text}


def link(url: str, text: str, limit: int = 200) -> Block:
    """A link in a rich text."""
    return {"type": "link", "url": url, "text": clip(text, limit)}


def line(*runs: Block) -> Block:
    """A paragraph of a rich text."""
    return {"type": "rich_text_section", "elements": list(runs)}


def quote(*runs: Block) -> Block:
    """A quotation in a rich text."""
    return {"type": "rich_text_quote", "elements": list(runs)}


def rich(*parts: Block) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def context(*texts: str) -> Block:
    """Small print; of more texts than there may be, the last ones are left out."""
    return {"type": "context", "elements": [plain(text, SMALL_PRINT) for text in texts[:MAX_CONTEXT]]}


def table(values: Iterable[tuple[str, str]]) -> Block:
    """Names with their values, at most ten."""
    return {"type": "section", "fields": [plain(f"{name}: {value}", MAX_FIELD) for name, value in values]}


def button(text: str, action: str, value: str) -> Block:
    """A button; `action` is unique in its message, `value` comes back with a click."""
    return {"type": "button", "text": plain(text, MAX_LABEL), "action_id": action, "value": value}


def option(text: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(text, MAX_LABEL), "value": value}


def select(prompt: str, action: str, options: Sequence[Block]) -> Block:
    """A menu that shows its prompt until something is chosen."""
    shown = plain(prompt, MAX_LABEL)
    return {"type": "static_select", "placeholder": shown, "action_id": action, "options": options[:MAX_OPTIONS]}


def overflow(action: str, options: Sequence[Block]) -> Block:
    """A menu behind three dots, with at most five choices."""
    return {"type": "overflow", "action_id": action, "options": list(options)}


def actions(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def modal(title: str, blocks: list[Block]) -> Block:
    """A window over Slack."""
    return {"type": "modal", "title": plain(title, MAX_TITLE), "close": plain("Close", MAX_TITLE), "blocks": blocks}


def fitting(blocks: Sequence[Block], most: int, characters: int = MAX_CHARACTERS) -> list[Block]:
    """As many of the first blocks as there may be: so many, with so many characters of text in all."""
    kept = list[Block]()
    for block in blocks[:most]:
        characters -= sum(units(text) for text in texts_of(block))
        if characters < 0:
            break
        kept.append(block)
    return kept


def texts_of(value: Any) -> Iterator[str]:
    """All texts in a block."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "text" and isinstance(one, str):
                yield one
            else:
                yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
