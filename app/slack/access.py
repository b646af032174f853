"""Who asks from Slack, and which collections Slack may see."""

from __future__ import annotations

from app.access import SLACK_NAMES, Access
from app.settings import BadSetting, Settings

ALL = "*"
"""In place of the names of collections: all that there are."""


def slack_collections(settings: Settings) -> frozenset[str] | None:
    """The collections that may be answered from in Slack; None for all."""
    listed = frozenset(settings.slack_shelves)
    return None if listed <= {ALL} else listed


def check_open(settings: Settings, access: Access) -> None:
    """Raise BadSetting where users have keys, and nobody has said what people in Slack, who have none, may see."""
    if access.asks_for_keys and not settings.slack_shelves:
        wanted = f"the collections that everybody in Slack may see, comma-separated, or to {ALL} for all"
        raise BadSetting("slack_collections", settings.slack_collections, wanted)


def seen_by(author: str, access: Access, settings: Settings) -> frozenset[str] | None:
    """The collections that the author of a message in the chat may see, wherever he wrote it; None for all.

    Raises UnknownId for one who is no user any more.
    """
    return slack_collections(settings) if author.startswith(SLACK_NAMES) else access.named(author).collections


def author_of(user: str) -> str:
    """The name in the chat of a user of Slack."""
    return f"{SLACK_NAMES}{user}"
