"""A Slack channel answers as our channel of the same name does, where there is one."""

from __future__ import annotations

import logging

from slack_sdk import WebClient

from app.chat.channels import Channels
from app.slack.calls import Declined, NotNow, call

log = logging.getLogger(__name__)


class Bindings:
    """What Slack's channels are bound to. A channel's name is asked for once in the life of a process."""

    def __init__(self, client: WebClient, channels: Channels) -> None:
        self._client = client
        self._channels = channels
        self._names: dict[str, str] = {}

    def refresh(self, channel_id: str, slack_channel: str) -> None:
        """Bind a channel of the chat to what ours of the name of its Slack channel is bound to now."""
        mine, ours = self._channels.get_or_none(channel_id), self._channels.get_or_none(self._name(slack_channel))
        if mine is None or ours is None or ours.kind != "channel":
            return
        wanted = (ours.collection, ours.model, ours.min_confidence)
        if wanted != (mine.collection, mine.model, mine.min_confidence):
            self._channels.bind(mine, mine.purpose, *wanted)

    def _name(self, slack_channel: str) -> str:
        """The name of a Slack channel; empty for a direct one, and where Slack does not tell."""
        if slack_channel not in self._names:
            try:
                told = call(lambda: self._client.conversations_info(channel=slack_channel))
            except (NotNow, Declined) as error:
                log.info("the name of the Slack channel %s is not known: %s", slack_channel, error)
                return ""
            about: dict[str, object] = told.get("channel") or {}
            self._names[slack_channel] = str(about.get("name") or "")
        return self._names[slack_channel]
