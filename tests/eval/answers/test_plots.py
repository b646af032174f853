from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from eval.answers.figures import Figure
from eval.answers.plots import Gap, Point, forest, number, pareto, risk_coverage, spread

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'a <script>alert("1")</script> & b'


def of_class(drawn: str, name: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(drawn).iter() if one.get("class") == name]


def texts(drawn: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def place(element: ElementTree.Element) -> tuple[float, float]:
    circle = element.find(f"{SVG}circle")
    assert circle is not None
    return float(circle.get("cx", "")), float(circle.get("cy", ""))


def plot(drawn: str) -> tuple[float, float, float, float]:
    """The left, top, width and height of the frame."""
    [frame] = of_class(drawn, "plot")
    left, top, width, height = (float(frame.get(name, "")) for name in ("x", "y", "width", "height"))
    return left, top, width, height


@pytest.mark.parametrize(
    ("value", "signed", "said"),
    [
        (None, False, "–"),
        (0.0, True, "0.000"),
        (-0.0, False, "0.000"),
        (0.25, True, "+0.250"),
        (-0.25, False, "-0.250"),
        (0.00042, False, "0.00042"),
        (60.0, False, "60.0"),
        (1234.5, False, "1,234"),
    ],
)
def test_numbers_are_as_long_as_they_need(value: float | None, signed: bool, said: str) -> None:
    assert number(value, signed) == said


def test_an_interval_is_its_two_ends_or_nothing() -> None:
    assert spread(Figure(0.5, 0.25, 0.75, 4)) == "0.250 to 0.750"
    assert spread(Figure(None, None, None, 0)) == ""


def test_the_risk_curve_goes_through_its_values_and_the_served_point_stands_where_it_is() -> None:
    drawn = risk_coverage(np.array([0.0, 0.5, 0.25, 0.5]), (0.5, 0.25), "Risk")
    left, top, width, height = plot(drawn)
    [curve] = of_class(drawn, "curve")
    points = [tuple(map(float, one.split(","))) for one in curve.get("points", "").split()]
    wanted = [(0.25, 0.0), (0.5, 0.5), (0.75, 0.25), (1.0, 0.5)]
    assert points == [(left + width * x, top + height * (1 - y)) for x, y in wanted]
    assert curve.findtext(f"{SVG}title") == "share wrong of the surest 0.000, of all 0.500"
    [served] = of_class(drawn, "served")
    assert place(served) == (left + width * 0.5, top + height * 0.75)
    assert served.findtext(f"{SVG}title") == "served: coverage 0.500, share wrong 0.250"


def test_without_anything_served_there_is_no_point() -> None:
    drawn = risk_coverage(np.array([1.0]), None, "Risk")
    assert not of_class(drawn, "served")
    assert "served" not in texts(drawn)


def test_runs_stand_at_their_cost_and_quality_with_their_intervals() -> None:
    points = [
        Point("cheap", 1.0, Figure(0.5, 0.25, 0.75, 8), True),
        Point("dear", 2.0, Figure(0.5, 0.0, 1.0, 8), False),
        Point("unknown", 0.0, Figure(None, None, None, 0), False),
    ]
    drawn = pareto(points, "dollars", "Quality")
    left, top, width, height = plot(drawn)
    cheap, dear = of_class(drawn, "run")
    assert place(cheap)[1] == place(dear)[1] == top + height / 2
    assert (place(dear)[0] - left) == pytest.approx(2 * (place(cheap)[0] - left), abs=0.2)
    assert place(dear)[0] < left + width
    interval = cheap.find(f"{SVG}line")
    assert interval is not None
    assert (float(interval.get("y1", "")), float(interval.get("y2", ""))) == (top + height * 0.75, top + height * 0.25)
    fills = [one.find(f"{SVG}circle").get("fill") for one in (cheap, dear)]  # type: ignore[union-attr]
    assert fills[0] != "#ffffff" == fills[1], "only what is on the front is filled"
    assert cheap.findtext(f"{SVG}title") == "cheap: right 0.500 (0.250 to 0.750), at 1.000; on the front"
    [front] = of_class(drawn, "front")
    assert len(front.get("points", "").split()) == 1


def test_names_of_runs_that_stand_together_do_not_cover_each_other() -> None:
    same = [Point(name, 0.0, Figure(0.5, 0.4, 0.6, 8), True) for name in ("b", "a", "c")]
    root = ElementTree.fromstring(pareto(same, "dollars", "t"))
    heights = {one.text: float(one.get("y", "")) for one in root.iter(f"{SVG}text") if one.text in ("a", "b", "c")}
    assert heights["b"] - heights["a"] >= 12
    assert heights["c"] - heights["b"] >= 12


def test_without_runs_there_is_still_a_plot() -> None:
    assert not of_class(pareto([], "dollars", "t"), "run")
    assert not of_class(forest([], "t", "less", "more"), "gap")


def test_differences_stand_right_of_zero_when_there_is_more() -> None:
    gaps = [
        Gap("right", Figure(0.2, 0.1, 0.3, 20), "better"),
        Gap("wrong", Figure(-0.1, -0.4, 0.2, 20), "open"),
        Gap("gold_recall", Figure(None, None, None, 0), "open"),
    ]
    drawn = forest(gaps, "t", "less", "more")
    [zero] = of_class(drawn, "zero")
    middle = float(zero.get("x1", ""))
    more, less = of_class(drawn, "gap")
    assert place(more)[0] - middle == pytest.approx(2 * (middle - place(less)[0]), abs=0.2)
    assert place(more)[1] < place(less)[1]
    [axis] = of_class(drawn, "axis")
    ends = [float(line.get(end, "")) for gap in (more, less) for line in gap.iter(f"{SVG}line") for end in ("x1", "x2")]
    assert all(float(axis.get("x1", "")) <= end <= float(axis.get("x2", "")) for end in ends)
    assert more.findtext(f"{SVG}title") == "right: +0.200 (0.100 to 0.300), 20 questions; better"
    assert "better" in texts(drawn)
    assert "open" not in texts(drawn)
    assert {"right", "wrong"} <= set(texts(drawn))
    assert "gold_recall" not in texts(drawn)


def test_names_are_escaped_and_long_ones_cut() -> None:
    points = [Point(NASTY, 1.0, Figure(0.5, 0.4, 0.6, 8), True)]
    for drawn in (
        pareto(points, NASTY, NASTY),
        forest([Gap(NASTY, Figure(0.1, 0.0, 0.2, 9), NASTY)], NASTY, NASTY, NASTY),
    ):
        assert "<script" not in drawn
        assert ElementTree.fromstring(drawn).findtext(f"{SVG}title") == NASTY
    assert f"{'n' * 33}…" in texts(pareto([Point("n" * 40, 1.0, Figure(0.5, 0.4, 0.6, 8), True)], "", ""))
