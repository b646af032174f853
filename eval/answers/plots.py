"""Plots about runs as SVG, in the style of the reliability diagram: every mark says its figures in a title."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from eval.answers.figures import Figure
from eval.calibration import Scores
from eval.diagram import BLUE, LEFT, PALE, SIDE, TOP, drawing, line, text

GREEN, RED, GREY = "#12602f", "#99182b", "#545e63"

WIDE = 640
"""The width of the plots whose marks have names; their names stand inside."""

NAMES, ROW = 160, 24
"""In the forest plot: the room for names, and the height of a row."""

LONGEST = 34
"""So many characters of a name are drawn; its mark's title has all."""

_APART = 15
_DOT = "4.5"


@dataclass(frozen=True, slots=True)
class Point:
    """A run by what it costs, in whatever unit, and the share of questions that it gets right."""

    name: str
    cost: float
    right: Figure
    on_front: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference by a measure; `verdict` is a word about it, as `eval.answers.compare` has it."""

    name: str
    by: Figure
    verdict: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from 0 or `low` to `high`, and where these two stand on the page."""

    high: float
    start: float
    end: float
    low: float = 0.0

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def number(value: float | None, signed: bool = False) -> str:
    """A figure to read: three decimals, fewer of what is large, two digits of what is tiny; a dash for none."""
    if value is None:
        return "–"
    if value == 0:
        return "0.000"
    places = ",.0f" if abs(value) >= 100 else ".1f" if abs(value) >= 10 else ".3f" if abs(value) >= 0.001 else ".2g"
    return format(value, ("+" if signed else "") + places)


def spread(figure: Figure) -> str:
    """The interval of a figure in words; empty where there is none."""
    return "" if figure.low is None else f"{number(figure.low)} to {number(figure.high)}"


def risk_coverage(curve: Scores, served: tuple[float, float] | None, title: str) -> str:
    """Draw the risk at every coverage as a line, and what the served checks choose, (coverage, risk), as a point."""
    x, y = Scale(1, LEFT, LEFT + SIDE), Scale(1, TOP + SIDE, TOP)
    parts = [*_frame(x, y, "coverage, the surest first", "share wrong"), _curve(curve, x, y)]
    if served:
        coverage, risk = served
        said = f"served: coverage {coverage:.3f}, share wrong {risk:.3f}"
        parts.append(_mark("served", x(coverage), y(risk), RED, said))
        right = coverage > 0.7
        beside = x(coverage) + (-10 if right else 10)
        parts.append(text(beside, min(y(risk) + 18, y(0) - 8), "served", anchor="end" if right else "start"))
    return drawing(LEFT + SIDE + 20, TOP + SIDE + 50, title, parts)


def pareto(points: Sequence[Point], unit: str, title: str) -> str:
    """Draw runs by cost and share right with its interval; those that no other beats are filled and joined.

    `unit` says what the cost is. A point whose `right` has no value is left out.
    """
    drawn = [one for one in points if one.right.value is not None]
    high = max((one.cost for one in drawn), default=0.0) * 1.05
    x, y = Scale(high or 1.0, LEFT, WIDE - 20), Scale(1, TOP + 280, TOP)
    front = sorted((one.cost, one.right.value or 0.0) for one in drawn if one.on_front)
    joined = " ".join(f"{x(cost):.1f},{y(right):.1f}" for cost, right in front)
    path = (
        f'<polyline class="front" points="{joined}" fill="none" stroke="{PALE}" stroke-dasharray="5 4">'
        "<title>the front</title></polyline>"
    )
    marks = [_run(one, x, y) for one in drawn]
    return drawing(WIDE, TOP + 330, title, [*_frame(x, y, unit, "share right"), path, *marks, *_names(drawn, x, y)])


def forest(gaps: Sequence[Gap], title: str, less: str, more: str) -> str:
    """Draw each difference with its interval beside the line of no difference; those without a value are left out."""
    drawn = [one for one in gaps if one.by.value is not None]
    ends = (abs(end) for one in drawn for end in (one.by.low, one.by.high) if end is not None)
    furthest, bottom = max((0.1, *ends)) * 1.05, TOP + ROW * len(drawn) + 8
    x = Scale(furthest, NAMES, WIDE - 70, -furthest)
    ticks = [tick for step in _steps(furthest) for tick in {step, -step}]
    parts = [
        line("zero", (x(0), TOP), (x(0), bottom), f'stroke="{PALE}" stroke-dasharray="5 4"'),
        line("axis", (x.start, bottom), (x.end, bottom), f'stroke="{PALE}"'),
        *(text(x(tick), bottom + 18, f"{tick:+g}" if tick else "0") for tick in sorted(ticks)),
        text(x.start, bottom + 38, f"← {less}", anchor="start"),
        text(x.end, bottom + 38, f"{more} →", anchor="end"),
        *(part for row, one in enumerate(drawn) for part in _gap(one, x, TOP + ROW * (row + 0.6))),
    ]
    return drawing(WIDE, bottom + 50, title, parts)


def _curve(curve: Scores, x: Scale, y: Scale) -> str:
    places = ((count / curve.size, risk) for count, risk in enumerate(curve.tolist(), start=1))
    joined = " ".join(f"{x(coverage):.1f},{y(risk):.1f}" for coverage, risk in places)
    said = f"share wrong of the surest {curve[0]:.3f}, of all {curve[-1]:.3f}"
    return (
        f'<polyline class="curve" points="{joined}" fill="none" stroke="{BLUE}" stroke-width="2">'
        f"<title>{said}</title></polyline>"
    )


def _frame(x: Scale, y: Scale, below: str, beside: str) -> Iterator[str]:
    size = f'width="{x.end - x.start:g}" height="{y.start - y.end:g}"'
    yield f'<rect class="plot" x="{x.start:g}" y="{y.end:g}" {size} fill="none" stroke="{PALE}"/>'
    for value in _steps(x.high):
        yield text(x(value), y.start + 18, f"{value:g}")
    for value in _steps(y.high):
        yield text(x.start - 8, y(value) + 4, f"{value:g}", anchor="end")
    yield text((x.start + x.end) / 2, y.start + 38, below)
    middle = (y.start + y.end) / 2
    turned = f'text-anchor="middle" transform="rotate(-90 16 {middle:g})"'
    yield f'<text x="16" y="{middle:g}" {turned}>{beside}</text>'


def _steps(high: float) -> list[float]:
    """Round values from 0 to `high`, at most six of them."""
    unit = 10.0 ** math.floor(math.log10(high))
    step = next(unit * one for one in (0.2, 0.5, 1, 2) if high / (unit * one) < 6)
    return [round(step * count, 12) for count in range(int(high / step + 1e-9) + 1)]


def _run(one: Point, x: Scale, y: Scale) -> str:
    low, high, value = one.right.low or 0.0, one.right.high or 0.0, one.right.value or 0.0
    on = "on the front" if one.on_front else "not on the front"
    said = f"{one.name}: right {number(value)} ({spread(one.right)}), at {number(one.cost)}; {on}"
    whisker = line("interval", (x(one.cost), y(low)), (x(one.cost), y(high)), f'stroke="{BLUE}" stroke-width="1.5"')
    return _mark("run", x(one.cost), y(value), BLUE, said, hollow=not one.on_front, before=whisker)


def _names(points: Sequence[Point], x: Scale, y: Scale) -> Iterator[str]:
    """Each name beside its point, moved down where another name stands too near."""
    last = -math.inf
    for one in sorted(points, key=lambda one: (-(one.right.value or 0.0), one.name)):
        last = max(y(one.right.value or 0.0) + 4, last + _APART)
        left = x(one.cost) > (x.start + x.end) / 2
        name = one.name if len(one.name) <= LONGEST else f"{one.name[: LONGEST - 1]}…"
        yield text(x(one.cost) + (-10 if left else 10), last, name, anchor="end" if left else "start")


def _gap(one: Gap, x: Scale, y: float) -> Iterator[str]:
    colour = {"better": GREEN, "worse": RED}.get(one.verdict, GREY)
    value, low, high = one.by.value or 0.0, one.by.low or 0.0, one.by.high or 0.0
    whisker = line("interval", (x(low), y), (x(high), y), f'stroke="{colour}" stroke-width="1.5"')
    said = f"{one.name}: {number(value, True)} ({spread(one.by)}), {one.by.n} questions; {one.verdict}"
    sure = one.verdict in ("better", "worse")
    yield text(NAMES - 10, y + 4, one.name, anchor="end")
    yield _mark("gap", x(value), y, colour, said, hollow=not sure, before=whisker)
    if sure:
        yield text(WIDE - 60, y + 4, one.verdict, anchor="start")


def _mark(name: str, x: float, y: float, colour: str, said: str, hollow: bool = False, before: str = "") -> str:
    fill = "#ffffff" if hollow else colour
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'
    return f'<g class="{name}"><title>{escape(said)}</title>{before}{dot}</g>'
