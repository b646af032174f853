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
        ("on the 14th of November", [(None, 11, 14)]),
        ("on November 14th and on Nov 14", [(None, 11, 14), (None, 11, 14)]),
        ("on the tenth of December 1931", [(1931, 12, 10)]),
        ("on March the twenty-first", [(None, 3, 21)]),
        (
            "from 1940-45 and 1934-6",
            [(1940, None, None), (1945, None, None), (1934, None, None), (1936, None, None)],
        ),
        ("from 1998-2003, in ISO 1940-0", [(1998, None, None), (2003, None, None)]),
        ("in 2026-03", [(2026, 3, None)]),
        ("in 1940-45 ns", []),
        ("the mid-1970s", [(1970, None, None)]),
        ("In March second place went to it", []),
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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("open until 10 December.", ["10 December"]),
        ("open until 3 Dec.", ["3 Dec"]),
        ("open until 3 Dec. 1990.", ["3 Dec. 1990"]),
        ("closed in December. 10 people came.", []),
    ],
)
def test_the_full_stop_of_a_sentence_is_no_part_of_a_date(text: str, written: list[str]) -> None:
    assert [date.text for date in dates(f"It is {text}")] == written


@pytest.mark.parametrize(
    ("claim", "evidence", "passed"),
    [
        ("The mill closes on 14 November.", "From the 14th of November, the mill is closed.", True),
        ("The mill closes on Nov 14.", "From the fourteenth of November, the mill is closed.", True),
        ("The mill closes on the tenth of December.", "The mill shuts on December 10.", True),
        ("The mill closes on the tenth of December.", "The mill closes on December 11.", False),
        ("She taught there from 1940 to 1945.", "A teacher there (1940\u201345), she wrote plays.", True),
        ("She taught there from 1934 to 1936.", "A teacher there (1934\u20136), she wrote plays.", True),
        ("She taught there from 1940 to 1946.", "A teacher there (1940\u201345), she wrote plays.", False),
        ("She taught there from 1908 to 1912.", "A teacher there (1908\u201312), she wrote plays.", True),
        ("She taught there from 1908 to 1913.", "A teacher there (1908\u201312), she wrote plays.", False),
        ("She taught there in 2010\u201311.", "She taught there from 2010 to 2011.", True),
        ("She taught there in the 1980s.", "A teacher there (1981\u201390), she wrote plays.", True),
        ("She taught there in the mid-1980s.", "A teacher there (1984-1990), she wrote plays.", True),
        ("She taught there in the 1980s.", "A teacher there (1971\u20139), she wrote plays.", False),
    ],
)
def test_days_and_years_in_words_and_ranges(claim: str, evidence: str, passed: bool) -> None:
    assert facts.check(claim, ["Foreword.", evidence]).passed is passed
