"""Units: whatever the pattern finds has a scale."""

import re

import pytest

from app.checks.units import _PINT, UNIT, scale_of


@pytest.mark.parametrize("form", ["{}", "{}/s", "V/{}", "{} per K", "{}/C"])
def test_every_spelling_has_a_scale(form):
    found = [form.format(name) for name in _PINT if re.fullmatch(UNIT, form.format(name))]
    assert len(found) > 100
    assert all(scale_of(one).factor > 0.0 for one in found)


def test_parts_per_billion_are_a_thousandth_of_parts_per_million():
    assert scale_of("ppb").factor == pytest.approx(scale_of("ppm").factor / 1000)
