"""A chat that is open: its channels, messages, marks of what was read, feedback, and its book about Slack."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from app.chat.channels import Channels
from app.chat.feedback import FeedbackBox
from app.chat.messages import Messages
from app.chat.reading import Reading
from app.chat.schema import open_engine
from app.chat.slack import SlackBook


class Chat:
    """The chat beside the store in a folder, safe in many threads. Raises StoreError where it cannot be opened."""

    def __init__(self, folder: Path, collections: Collection[str] = ()) -> None:
        self.folder = folder
        self._engine = open_engine(folder)
        self.channels = Channels(self._engine)
        self.messages = Messages(self._engine)
        self.reading = Reading(self._engine)
        self.feedback = FeedbackBox(self._engine)
        self.slack = SlackBook(self._engine)
        self.channels.begin(collections)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
