"""The values of the chat: pure, frozen data. Times are ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChannelKind = Literal["channel", "direct", "slack"]
"""A `channel` is of everybody who may see its collection, a `direct` one of its owner, a `slack` one of its Slack."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to ask, bound to a collection, a model and a least confidence; an empty field leaves it to settings."""

    id: str
    kind: ChannelKind
    owner: str
    purpose: str
    collection: str
    model: str
    min_confidence: float | None
    created: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a message and what came of it: neither an answer's id nor an error while it is being answered.

    Each edit of a question makes a turn of a higher `version`, from 1.
    """

    message: str
    version: int
    question: str
    answer_id: str | None
    error: str
    asked: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.answer_id is None and not self.error


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said. `root` is the message that began its thread, None for that message itself.

    `seq` counts what happened in the chat; `turns` are a question's, oldest first, and empty for a note.
    """

    id: str
    seq: int
    channel: str
    root: str | None
    author: str
    text: str
    asks: bool
    created: str
    edited: str | None
    turns: tuple[Turn, ...] = ()
    replies: int = 0

    @property
    def thread(self) -> str:
        """The id of the message that began the thread it stands in."""
        return self.root or self.id


@dataclass(frozen=True, slots=True)
class Unread:
    """What somebody has not read of a channel: how many messages and answers, and whether one names him."""

    count: int
    mentioned: bool


FeedbackKind = Literal["up", "down", "wrong_citation", "not_supported", "outdated"]

WHOLE_ANSWER = -1
"""In place of a claim's index: the feedback is about all of the answer."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thinks of an answer, or of its claim `claim` (from 0, the withheld ones after the shown ones)."""

    answer_id: str
    user: str
    claim: int
    kind: FeedbackKind
    given: str
