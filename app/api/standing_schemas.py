"""The forms of what has become of kept answers, for /openapi.json."""

from __future__ import annotations

from typing import Literal

from app.api.schemas import Wire
from ingest.standing import Status


class MovedOnWire(Wire):
    """A citation that stands no longer as it was cited; `status` is null while that is unchecked.

    `successor` is the id of what stands there now, where that has another one.
    """

    id: str
    status: Literal["moved", "changed", "gone", "purged"] | None
    successor: str | None


class ClaimStandingWire(Wire):
    """Whether a shown claim is supported by what stands there now, and if not why."""

    supported: bool
    reason: str


class StandingWire(Wire):
    """What has become of an answer, as of which generation; `claims` are those that it shows, in order.

    `holds`: every cited text still stands word for word. `changed`: some do not, and every claim is still supported.
    `broken`: some claim is supported no more, or what it cites is gone. `unchecked`: a source has changed since.
    """

    status: Status
    generation: int
    checked_at: str
    verifier: str | None
    citations: list[MovedOnWire]
    claims: list[ClaimStandingWire]


class MarkedAnswerWire(Wire):
    """A kept answer of which a source has changed."""

    id: str
    question: str
    created: str
    standing: StandingWire


class MarkedAnswersWire(Wire):
    """Such answers, those given last first."""

    answers: list[MarkedAnswerWire]
