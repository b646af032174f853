"""Dates of a manifest that have passed."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.review import Lapse, lapses

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("metadata", "fields"),
    [
        ({}, []),
        ({"reviewed": "2025-06-15"}, []),
        ({"reviewed": "2025-06-14"}, ["reviewed"]),
        ({"reviewed": "2020-01-01", "review_due": "2026-06-15"}, []),
        ({"reviewed": "2026-01-01", "review_due": "2026-06-14"}, ["review_due"]),
        ({"valid_until": "2026-06-14", "reviewed": "2020-01-01"}, ["valid_until", "reviewed"]),
        ({"valid_until": "soon", "review_due": "", "reviewed": "2026"}, []),
    ],
)
def test_a_date_has_passed_the_day_after_it(metadata: dict[str, str], fields: list[str]) -> None:
    assert [one.field for one in lapses(metadata, TODAY)] == fields


def test_a_lapse_says_which_day_it_was() -> None:
    assert lapses({"valid_until": "2026-06-01"}, TODAY) == (Lapse("valid_until", date(2026, 6, 1)),)
