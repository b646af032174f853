"""Dates in the forms that documents use, compared by the parts that the claim states."""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass, replace

from app.checks.bounds import before
from app.checks.numerals import PLACE, place_value
from app.checks.units import UNIT
from app.checks.words import NORM

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBER_OF = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
_LONG = "|".join(name for name in _MONTHS if name != "may")
_SHORT = "|".join((*(name[:3] for name in _MONTHS if name != "may"), "sept"))
_MONTH = rf"(?:May|MAY|(?i:{_LONG})|(?i:{_SHORT})(?:\.(?=,?\s[\da-z]))?)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"

_FORMS = tuple(
    re.compile(rf"(?:(?<![\w.-])|(?<=\b[Mm]id-)|(?<=\b[Ee]arly-)|(?<=\b[Ll]ate-)){form}(?![\w-]|[.,]\d)")
    for form in (
        rf"(?P<year>{_YEAR})-(?P<number>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?",
        rf"(?P<year>{_YEAR})/(?P<number>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12]\d|3[01])",
        rf"(?P<day>0?[1-9]|[12]\d|3[01])\.(?P<number>0?[1-9]|1[0-2])\.(?P<year>{_YEAR})",
        rf"(?<!\d/)(?P<number>0[1-9]|1[0-2])/(?P<year>{_YEAR})",
        rf"(?P<day>{_DAY})(?:\sof)?\s(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<day>(?i:{PLACE}))\sof\s(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<month>{_MONTH})\s(?:the\s)?(?P<day>{_DAY}|(?<=\bthe\s)(?i:{PLACE}))(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<month>{_MONTH})(?:\sof)?,?\s(?P<year>{_YEAR})",
        rf"(?P<year>{_YEAR})-(?P<end>{_YEAR}|\d\d?)(?![\s-]?{UNIT})",
        rf"(?P<year>{_YEAR})(?P<decade>'?s)?(?![\s-]?(?![A-Z](?:\.|\s[A-Z])){UNIT})(?!\s(?:to|or)\s[\d,.]+\s?{UNIT})",
    )
)

_BOUNDS = (
    ("before", re.compile(r"\b(?:before|by|prior to)\s$")),
    ("after", re.compile(r"\bafter\s$")),
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is stated: parts that are not are None. `decade` for "the 1990s", with year 1990.

    `bound` is "before" or "after" when a bare year is the end of a stretch of time, else ""; in a `norm`, a text that
    lays down what must or may be, that year must be the evidence's own. `until` is the year that "2010-11", which is
    read as a month, ends with where it is two years.
    """

    text: str
    start: int
    end: int
    year: int | None
    month: int | None = None
    day: int | None = None
    decade: bool = False
    bound: str = ""
    norm: bool = False
    until: int | None = None

    @property
    def required(self) -> bool:
        """A claim may never give a date that its evidence does not."""
        return True

    @property
    def is_bare_year(self) -> bool:
        """Whether this is a year by itself, which may as well be a number."""
        return self.month is None and self.year is not None and not self.decade

    def agrees(self, other: Date) -> bool:
        """Whether `other` has every part that this states, and the same."""
        if self.decade or (self.bound and not self.norm):
            return self._covers(other)
        if self._ends_with(other) or other._ends_with(self):
            return True
        return all(mine is None or mine == theirs for mine, theirs in zip(self._parts(), other._parts(), strict=True))

    def rivals(self, other: Date) -> bool:
        """Whether a part that both state differs, and both are stated to the same precision."""
        stated = [(a is None, b is None) for a, b in zip(self._parts(), other._parts(), strict=True)]
        return all(mine == theirs for mine, theirs in stated) and not self.agrees(other)

    def _covers(self, other: Date) -> bool:
        """Whether the year of `other` lies in the decade or century, or on the stated side of the year."""
        if self.year is None or other.year is None:
            return False
        if self.decade and self.year <= other.year < self.year + (10 if self.year % 100 else 100):
            return True
        return other.year <= self.year if self.bound == "before" else self.bound == "after" and other.year >= self.year

    def _ends_with(self, other: Date) -> bool:
        return self.until is not None and other.is_bare_year and other.year == self.until

    def _parts(self) -> tuple[int | None, int | None, int | None]:
        return self.year, self.month, self.day


def dates(text: str) -> list[Date]:
    """The dates of a folded text, in order; the fuller form wins where several match. A bare year is 1500 to 2099."""
    found: list[Date] = []
    taken = bytearray(len(text))
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(taken[match.start() : match.end()]):
                found += _range(match) if match.groupdict().get("end") else [_date(match)]
                taken[match.start() : match.end()] = b"\1" * len(match.group())
    found.sort(key=lambda date: date.start)
    dated = [date for date in found if date.year is not None]
    return [_with_year(date, dated) for date in found]


def _range(match: re.Match[str]) -> list[Date]:
    """Both years of "1940-45"; none where the second is no later, as in the number of a standard."""
    first, last = int(match["year"]), _full(match["year"], match["end"])
    one, other = Date(match["year"], *match.span("year"), first), Date(str(last), *match.span("end"), last)
    return [one, other] if last > first else []


def _full(year: str, end: str) -> int:
    """The year that the last digits of one that comes after `year` stand for."""
    return int(year[: -len(end)] + end)


def _with_year(date: Date, dated: list[Date]) -> Date:
    """Give a day without a year that of the nearest date that has one: "from 2 to 22 August 1777"."""
    if date.year is not None or not dated:
        return date
    after = bisect(dated, date.start, key=lambda other: other.start)
    beside = dated[max(0, after - 1) : after + 1]
    return replace(date, year=min(beside, key=lambda other: abs(other.start - date.start)).year)


def _bound(match: re.Match[str]) -> str:
    """Which side of a bare year is meant, as "before" and "after" say it; other dates are taken as they stand."""
    if any(match.groupdict().get(part) for part in ("month", "number", "decade")):
        return ""
    ahead = before(match.string, match.start()).lower()
    return next((bound for bound, pattern in _BOUNDS if pattern.search(ahead)), "")


def _date(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    month = parts.get("number") or _NUMBER_OF.get((parts.get("month") or "").lower()[:3])
    bound = _bound(match)
    return Date(
        text=match.group(),
        start=match.start(),
        end=match.end(),
        year=int(parts["year"]) if parts.get("year") else None,
        month=int(month) if month else None,
        day=_day(parts.get("day")),
        decade=bool(parts.get("decade")),
        bound=bound,
        norm=bound != "" and NORM.search(match.string) is not None,
        until=_until(match),
    )


def _day(text: str | None) -> int | None:
    return None if not text else int(text) if text.isdigit() else place_value(text)


def _until(match: re.Match[str]) -> int | None:
    ends = re.fullmatch(r"(\d{4})-(\d\d)", match.group())
    last = _full(*ends.groups()) if ends else 0
    return last if ends and last > int(ends[1]) else None
