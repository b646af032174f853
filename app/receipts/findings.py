"""What a check of a receipt finds, and what it comes to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import NamedTuple

from app.wire import Json


class Outcome(IntEnum):
    """What becomes of a receipt; the number is the exit status of `verispan verify-receipt`."""

    HOLDS = 0
    SOURCES_CHANGED = 1
    NO_LONGER_SUPPORTED = 2
    TAMPERED_WITH = 3


class Finding(NamedTuple):
    """Something that is not as it should be: where in the receipt, and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class CitedNow:
    """A citation of a receipt and what a store says of it: `current`, `moved`, `changed`, `gone` or `purged`.

    `exact` is what stands there now, empty where nothing does. `current` is also said of what stood no longer when the
    answer was given as of an earlier generation; `exact` is then what stood there in that one.
    """

    id: str
    status: str
    exact: str


@dataclass(frozen=True, slots=True)
class ClaimNow:
    """A shown claim, and whether what stands at its citations now supports it; `reason` says why not."""

    text: str
    supported: bool
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """All that was found of a receipt. `problems` say that it was tampered with, `notes` what could not be told.

    `fallen` are shown claims that the checks of this program find wanting where those of the receipt's did not.
    `is_signed` where there is a signature, valid or not; `signed_by` is the public key of a valid one. `citations` and
    `claims` are those of shown claims in a store, and empty without one.
    """

    answer_id: str = ""
    question: str = ""
    is_signed: bool = False
    signed_by: str | None = None
    problems: tuple[Finding, ...] = ()
    fallen: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    citations: tuple[CitedNow, ...] = ()
    claims: tuple[ClaimNow, ...] = ()
    store: str | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst of what was found."""
        if self.problems:
            return Outcome.TAMPERED_WITH
        if self.fallen or not all(one.supported for one in self.claims):
            return Outcome.NO_LONGER_SUPPORTED
        changed = any(one.status not in ("current", "moved") for one in self.citations)
        return Outcome.SOURCES_CHANGED if changed else Outcome.HOLDS

    def as_json(self) -> Json:
        """Plain JSON values, the outcome first."""
        wire = asdict(self)
        for name in ("problems", "fallen", "notes"):
            wire[name] = [one._asdict() for one in getattr(self, name)]
        return {"outcome": self.outcome.name.lower(), **wire}
