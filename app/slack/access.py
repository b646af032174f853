"""Who asks from Slack, and which collections Slack may see."""

from __future__ import annotations

from app.settings import Settings

AUTHORS = "slack-"
"""What the name of an author in the chat begins with if he wrote in Slack; his user id in Slack follows."""


def slack_collections(settings: Settings) -> frozenset[str] | None:
    """The collections that may be answered from in Slack; None for all."""
    return frozenset(part.strip() for part in settings.slack_collections.split(",") if part.strip()) or None


def author_of(user: str) -> str:
    """The name in the chat of a user of Slack."""
    return f"{AUTHORS}{user}"
