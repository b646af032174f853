"""What people think of answers: of the whole, or of one claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import get_args

from sqlalchemy import Engine, and_, select

from app.chat.messages import MESSAGE_WAIT_MS
from app.chat.schema import feedback
from app.chat.types import WHOLE_ANSWER, Feedback, FeedbackKind
from ingest.database import writing
from ingest.rows import now

KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)

OF_ANSWERS: dict[FeedbackKind, str] = {"up": "Helpful", "down": "Not helpful"}
"""What is said of a whole answer, in words."""

OF_CLAIMS: dict[FeedbackKind, str] = {
    "wrong_citation": "Wrong citation",
    "not_supported": "Not supported",
    "outdated": "Outdated",
}
"""What is said of one claim, in words."""

OPPOSITE: dict[str, str] = {"up": "down", "down": "up"}
"""Of these two, giving one takes the other back."""


class FeedbackBox:
    """The feedback in a chat's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def toggle(self, answer_id: str, user: str, kind: FeedbackKind, claim: int = WHOLE_ANSWER) -> bool:
        """Give feedback, or take the same back. Returns whether it stands now."""
        mine = and_(feedback.c.answer_id == answer_id, feedback.c.user == user, feedback.c.claim == claim)
        with writing(self._engine, MESSAGE_WAIT_MS).begin() as connection:
            taken = connection.execute(feedback.delete().where(mine, feedback.c.kind == kind)).rowcount
            if taken:
                return False
            connection.execute(feedback.delete().where(mine, feedback.c.kind == OPPOSITE.get(kind, "")))
            connection.execute(feedback.insert(), asdict(Feedback(answer_id, user, claim, kind, now())))
        return True

    def of_user(self, answer_ids: Collection[str], user: str) -> frozenset[tuple[str, int, str]]:
        """What a user has given to these answers: (answer's id, claim, kind)."""
        query = select(feedback.c.answer_id, feedback.c.claim, feedback.c.kind)
        with self._engine.connect() as connection:
            found = connection.execute(query.where(feedback.c.user == user, feedback.c.answer_id.in_(answer_ids)))
            return frozenset((row[0], row[1], row[2]) for row in found)

    def all(self) -> tuple[Feedback, ...]:
        """All feedback, newest first."""
        query = select(feedback).order_by(feedback.c.given.desc(), feedback.c.answer_id, feedback.c.user)
        with self._engine.connect() as connection:
            return tuple(Feedback(**row._mapping) for row in connection.execute(query))
