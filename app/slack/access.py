"""Who asks from Slack, and which collections Slack may see."""

from __future__ import annotations

from app.access import SLACK_NAMES, Access
from app.settings import Settings

AUTHORS = SLACK_NAMES
"""What the name of an author in the chat begins with if he wrote in Slack; his user id in Slack follows."""


def slack_collections(settings: Settings) -> frozenset[str] | None:
    """The collections that may be answered from in Slack; None for all."""
    return frozenset(part.strip() for part in settings.slack_collections.split(",") if part.strip()) or None


def seen_by(author: str, access: Access, settings: Settings) -> frozenset[str] | None:
    """The collections that the author of a message in the chat may see, wherever he wrote it; None for all.

    Raises UnknownId for one who is no user any more.
    """
    return slack_collections(settings) if author.startswith(AUTHORS) else access.named(author).collections


def author_of(user: str) -> str:
    """The name in the chat of a user of Slack."""
    return f"{AUTHORS}{user}"
