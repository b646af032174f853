"""Dates in the forms that documents use, compared by the parts that the claim states."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBER_OF = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
_MONTH = rf"(?i:{'|'.join(_MONTHS)}|{'|'.join(name[:3] for name in _MONTHS)}|sept)\.?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"

_FORMS = tuple(
    re.compile(rf"(?<![\w.-]){form}(?![\w-]|[.,]\d)")
    for form in (
        rf"(?P<year>{_YEAR})-(?P<number>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?",
        rf"(?P<day>{_DAY})(?:\sof)?\s(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<month>{_MONTH})\s(?P<day>{_DAY})(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<month>{_MONTH})(?:\sof)?,?\s(?P<year>{_YEAR})",
        rf"(?P<year>{_YEAR})(?P<decade>s)?",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is stated: parts that are not are None. `decade` for "the 1990s", with year 1990."""

    text: str
    start: int
    end: int
    year: int | None
    month: int | None = None
    day: int | None = None
    decade: bool = False

    required = True

    def agrees(self, other: Date) -> bool:
        """Whether `other` has every part that this states, and the same."""
        if self.decade:
            return other.year is not None and other.year // 10 * 10 == self.year
        return all(mine is None or mine == theirs for mine, theirs in zip(self._parts(), other._parts(), strict=True))

    def rivals(self, other: Date) -> bool:
        """Whether a part that both state differs, and both are stated to the same precision."""
        stated = [(a is None, b is None) for a, b in zip(self._parts(), other._parts(), strict=True)]
        return all(mine == theirs for mine, theirs in stated) and not self.agrees(other)

    def _parts(self) -> tuple[int | None, int | None, int | None]:
        return self.year, self.month, self.day


def dates(text: str) -> list[Date]:
    """The dates of a folded text, in order; the fuller form wins where several match. A bare year is 1500 to 2099."""
    found: list[Date] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(_date(match))
    return sorted(found, key=lambda date: date.start)


def _date(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    month = parts.get("number") or _NUMBER_OF.get((parts.get("month") or "").lower()[:3])
    day = re.match(r"\d+", parts.get("day") or "")
    return Date(
        text=match.group(),
        start=match.start(),
        end=match.end(),
        year=int(parts["year"]) if parts.get("year") else None,
        month=int(month) if month else None,
        day=int(day.group()) if day else None,
        decade=bool(parts.get("decade")),
    )
