"""Dates that a manifest sets for a document, and whether they have passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

REVIEW_EVERY = timedelta(days=365)
"""After this long without a review a document is past its review date, unless its manifest sets one (`review_due`)."""


DateField = Literal["valid_until", "review_due", "reviewed"]

DATES: tuple[DateField, ...] = get_args(DateField)
"""The fields of a manifest that hold dates."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A day that has passed: the last one of validity, the one a review was due on, or that of a review long ago."""

    field: DateField
    day: date


def lapses(metadata: Mapping[str, str], today: date) -> tuple[Lapse, ...]:
    """The dates of a document that have passed. What is no date is passed over: the lint of the corpus names it."""
    until, due, reviewed = (day_of(metadata.get(name)) for name in ("valid_until", "review_due", "reviewed"))
    found = []
    if until and until < today:
        found.append(Lapse("valid_until", until))
    if due and due < today:
        found.append(Lapse("review_due", due))
    if reviewed and not due and reviewed + REVIEW_EVERY < today:
        found.append(Lapse("reviewed", reviewed))
    return tuple(found)


def day_of(value: str | None) -> date | None:
    """The day that a manifest sets; None where it sets none, or what is no date."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
