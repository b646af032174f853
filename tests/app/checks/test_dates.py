from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks import facts
from app.checks.dates import dates

FORMS = ["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y"]
days = st.dates(date(1900, 1, 1), date(2099, 12, 30))


@settings(deadline=None)
@given(days, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_a_day_is_the_same_in_every_form(day: date, mine: str, theirs: str) -> None:
    claim = f"The policy holds from {day.strftime(mine)}."
    assert facts.check(claim, [f"Policy. In force: {day.strftime(theirs)}, until replaced."]).passed is True
    other = day + timedelta(days=1)
    check = facts.check(claim, [f"Policy. The policy holds from {other.strftime(theirs)}."])
    assert check.passed is False
    assert check.detail["conflicts"]


@settings(deadline=None)
@given(days, st.sampled_from(FORMS))
def test_a_claim_may_say_less_but_not_more(day: date, form: str) -> None:
    month, full = day.strftime("%B %Y"), day.strftime(form)
    assert facts.check(f"It was reviewed in {month}.", [f"Guide, reviewed {full}."]).passed is True
    assert facts.check(f"It was reviewed on {full}.", [f"Guide, reviewed in {month}."]).passed is False


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("from 2 to 22 August 1977", [(1977, 8, 22)]),
        ("on August 2, and on September 1, 1977", [(1977, 8, 2), (1977, 9, 1)]),
        ("on Jan. 5, 2020", [(2020, 1, 5)]),
        ("in 2000 gates and 1500 pF", [(2000, None, None)]),
        ("the 1990s", [(1990, None, None)]),
        ("you may 5 times", []),
        ("3.2026 and 2026.5 and 2,026", []),
    ],
)
def test_dates_as_they_are_written(text: str, parts: list[tuple[int | None, int | None, int | None]]) -> None:
    found = [(d.year, d.month, d.day) for d in dates(f"Said: {text}.")]
    assert found == parts


@pytest.mark.parametrize(
    ("claim", "evidence", "passed"),
    [
        ("It was made before 2005.", "It was made in 2001.", True),
        ("It was made before 2005.", "It was made in 2007.", False),
        ("It was made after 2005.", "It was made in 2007.", True),
        ("It was made in the 1990s.", "It was made in 1994.", True),
        ("It was made in the 1990s.", "It was made in 2004.", False),
        ("It was made in the 1800s.", "It was made in 1853.", True),
    ],
)
def test_stretches_of_time(claim: str, evidence: str, passed: bool) -> None:
    assert facts.check(claim, ["Foreword.", evidence]).passed is passed
