"""The reliability diagram as SVG: how often claims are supported, against the confidence they were given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import numpy as np

from eval.calibration import Bin, Scores

SIDE = 360
LEFT, TOP = 60, 50
"""The plot is a square of this side, its upper left corner at this place."""

LOW_SIDE = 80
GAP = 30
"""The histogram below it: its height, and how far below."""

COLUMNS = 20
"""Columns of the histogram, all as wide as each other."""

WIDTH, HEIGHT = LEFT + SIDE + 20, TOP + SIDE + GAP + LOW_SIDE + 50
INK, PALE, BLUE = "#222222", "#999999", "#1f5fa8"


def reliability_diagram(
    bins: Sequence[Bin], confidence: Scores, title: str, things: str = "claims", good: str = "supported"
) -> str:
    """Draw the bins as points with their intervals beside the diagonal, and below them how confidence is spread.

    The background is white whatever the page's is. A point on the diagonal is a bin whose confidence is its frequency.
    `things` are what has a confidence, and `good` is what it promises of them.
    """
    points = (_point(one, good) for one in bins)
    return drawing(WIDTH, HEIGHT, title, [*_frame(things, good), *_ticks(), *points, *_histogram(confidence)])


def drawing(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """A whole SVG of these elements over a white background, with its title above them."""
    ground = f'<rect class="background" width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    body = "\n".join(f"  {part}" for part in (ground, text(width / 2, 28, title, size=14), *parts))
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}'
        f' font-family="sans-serif" font-size="12" fill="{INK}">\n  <title>{escape(title)}</title>\n{body}\n</svg>\n'
    )


def _frame(things: str, good: str) -> Iterator[str]:
    yield f'<rect class="plot" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{PALE}"/>'
    yield line("diagonal", (_x(0), _y(0)), (_x(1), _y(1)), f'stroke="{PALE}" stroke-dasharray="5 4"')
    yield text(LEFT + SIDE / 2, HEIGHT - 12, f"confidence; below, how many {things} have it")
    middle = TOP + SIDE / 2
    turned = f'text-anchor="middle" transform="rotate(-90 16 {middle:g})"'
    yield f'<text x="16" y="{middle:g}" {turned}>share {escape(good)}</text>'


def _ticks() -> Iterator[str]:
    for tenth in range(0, 11, 2):
        value = tenth / 10
        yield text(_x(value), TOP + SIDE + 18, f"{value:g}")
        yield text(LEFT - 8, _y(value) + 4, f"{value:g}", anchor="end")


def _point(one: Bin, good: str) -> str:
    spread = f"({one.low:.3f} to {one.high:.3f})"
    said = f"confidence {one.confidence:.3f}, {escape(good)} {one.supported:.3f} of {one.n} {spread}"
    x, style = _x(one.confidence), f'stroke="{BLUE}" stroke-width="1.5"'
    return (
        f'<g class="bin"><title>{said}</title>{line("interval", (x, _y(one.low)), (x, _y(one.high)), style)}'
        f'<circle cx="{x:.1f}" cy="{_y(one.supported):.1f}" r="4" fill="{BLUE}"/></g>'
    )


def _histogram(confidence: Scores) -> Iterator[str]:
    counts, _ = np.histogram(confidence, bins=COLUMNS, range=(0.0, 1.0))
    base, width = TOP + SIDE + GAP + LOW_SIDE, SIDE / COLUMNS
    for column, count in enumerate(counts.tolist()):
        tall = LOW_SIDE * count / max(1, counts.max())
        yield (
            f'<rect class="column" x="{LEFT + column * width:.1f}" y="{base - tall:.1f}" width="{width - 1:.1f}"'
            f' height="{tall:.1f}" fill="{PALE}"><title>{count}</title></rect>'
        )


def _x(value: float) -> float:
    return LEFT + SIDE * value


def _y(value: float) -> float:
    return TOP + SIDE * (1 - value)


def line(name: str, start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    """A line of a class from one place to another; `style` are its further attributes."""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line class="{name}" {ends} {style}/>'


def text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12) -> str:
    """Words with their middle, or the end that `anchor` names, at a place; they are escaped."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
