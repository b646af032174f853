"""Where a reply is in Slack, and how it is brought up to date there."""

from __future__ import annotations

import threading

from slack_sdk import WebClient

from app.chat.slack import Reply, SlackBook
from app.slack.answers import Shown
from app.slack.calls import Declined, NotNow, call, insist, once, respond

TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""What Slack says of a message whose blocks it does not take."""


class Posting:
    """One reply in Slack: a message that is updated, or what a user alone is told in the end."""

    def __init__(self, reply: Reply, client: WebClient, book: SlackBook, stopping: threading.Event) -> None:
        self.reply = reply
        self._client = client
        self._book = book
        self._stopping = stopping

    def begin(self, shown: Shown) -> None:
        """Post the reply if it is not in Slack yet. After a slash command where the bot may not post, post nothing.

        Raises NotNow, Unsure where it may be in Slack for all that, and Declined where no other way leads to the user.
        """
        if self.reply.ts:
            return
        try:
            ts = once(lambda: self._post(shown), self._stopping)
        except Declined:
            if not self.reply.response_url:
                raise
            return
        self.reply = self._book.posted(self.reply, ts)

    def show(self, shown: Shown) -> float:
        """Bring the message up to date, if Slack takes it now. Returns how long Slack asks to wait before the next."""
        if not self.reply.ts:
            return 0.0
        try:
            call(lambda: self._update(shown))
        except NotNow as error:
            return error.seconds
        except Declined:  # the end is told what is the matter
            return 0.0
        return 0.0

    def end(self, shown: Shown, in_short: Shown) -> None:
        """Bring the message to its end; where Slack does not take its blocks, say it in short. Raises as `begin`."""
        try:
            insist(lambda: self._finish(shown), self._stopping)
        except Declined as error:
            if error.code not in TOO_MUCH:
                raise
            insist(lambda: self._finish(in_short), self._stopping)

    def _post(self, shown: Shown) -> str:
        posted = self._client.chat_postMessage(
            channel=self.reply.channel,
            thread_ts=self.reply.thread or None,
            text=shown.text,
            blocks=shown.blocks,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(posted["ts"])

    def _update(self, shown: Shown) -> None:
        self._client.chat_update(channel=self.reply.channel, ts=self.reply.ts, text=shown.text, blocks=shown.blocks)

    def _finish(self, shown: Shown) -> None:
        if self.reply.ts:
            self._update(shown)
        else:
            respond(self.reply.response_url, {"text": shown.text, "blocks": shown.blocks, "replace_original": False})
