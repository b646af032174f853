"""One row of a run as values: what was said, on what, how sure, how long it took and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ingest.identity import normalised

Status = Literal["answered", "abstained", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited span: its id, document and text, and the text under its column names where it is a table's row."""

    id: str
    document: str
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Said:
    """A claim with what it cites; `supported` is the served checks' word, `reason` why it is withheld, if it is."""

    text: str
    confidence: float
    supported: bool
    cited: tuple[Cited, ...]
    reason: str = ""

    @property
    def is_quotation(self) -> bool:
        """Whether it says a span that it cites word for word."""
        return any(normalised(one.text) == normalised(self.text) for one in self.cited)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. A model that declined or failed is that, whatever stood in for it.

    `cost_usd` is None where the price of a call is not known; `seconds` are those of the first time for what is
    replayed. `near` are the spans that were looked at and not used.
    """

    id: str
    status: Status
    text: str
    confidence: float
    shown: tuple[Said, ...]
    withheld: tuple[Said, ...]
    seconds: float
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    near: tuple[Cited, ...] = ()

    @property
    def drafted(self) -> tuple[Said, ...]:
        """All claims, shown or not."""
        return (*self.shown, *self.withheld)


def outcome_of(row: Mapping[str, Any]) -> Outcome:
    """Read a row of `answers.jsonl`."""
    answer = row["answer"]
    failure = answer["model_failure"]
    usage, costs = answer["usage"], [one["cost_usd"] for one in answer["usage"]]
    return Outcome(
        id=row["id"],
        status=failure or answer["status"],
        text="" if failure else answer["text"],
        confidence=answer["confidence"],
        shown=() if failure else tuple(map(_said, answer["claims"])),
        withheld=() if failure else tuple(map(_said, answer["withheld"])),
        seconds=row["seconds"],
        input_tokens=sum(one["input_tokens"] for one in usage),
        output_tokens=sum(one["output_tokens"] for one in usage),
        cost_usd=None if None in costs else sum(map(Decimal, costs), Decimal(0)),
        near=tuple(map(_near, answer.get("searched", {}).get("near_misses", ()))),
    )


def _said(claim: Mapping[str, Any]) -> Said:
    cited = tuple(map(_cited, claim["citations"]))
    return Said(claim["text"], claim["confidence"], claim["label"] == "supported", cited, claim.get("reason", ""))


def _cited(citation: Mapping[str, Any]) -> Cited:
    text = citation["exact"]
    evidence = f"{citation['header']}\n{text}" if citation["header"] else text
    return Cited(citation["id"], citation["document"]["id"], text, evidence)


def _near(miss: Mapping[str, Any]) -> Cited:
    return Cited(miss["id"], miss["document"]["id"], miss["text"], miss["text"])
