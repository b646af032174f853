"""Pages about runs: HTML that holds all it needs, runs no script, and escapes whatever answers and documents say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.answers.compare import COSTS, Comparison, Standing, Versus
from eval.answers.plots import Gap, Point, forest, number, pareto, spread

MOST = 200
"""So many questions stand on a page; a browser opens it at once, and nobody reads further."""

WORDS = {
    "right": "right",
    "wrong": "wrong",
    "silent": "needless silence",
    "refused": "declined",
    "failed": "failed",
    "unknown": "not known",
    "gold": "gold",
    "old": "outdated",
    "better": "better",
    "worse": "worse",
    "few": "too few",
}
"""Words for what became of a question, for a cited text, and for a difference."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Quality against one cost, with the names of the runs on its front and of those that cannot be placed."""

    svg: Markup
    front: tuple[str, ...]
    unknown: tuple[str, ...]


def became(status: str, worth: int | None) -> str:
    """What became of a question, as a key of WORDS, from how it ended and what that is worth."""
    if status in ("refused", "failed"):
        return status
    return "unknown" if worth is None else {1: "right", 0: "silent", -1: "wrong"}[worth]


def render(template: str, **context: object) -> str:
    """A whole page. Halves of surrogate pairs, which a file of questions may hold, become question marks."""
    return _environment().get_template(template).render(context).encode("utf-8", "replace").decode()


def comparison_page(found: Comparison) -> str:
    """A comparison as a page, with its plots."""
    forests = [drawn_differences(one) for one in found.versus]
    return render("compare.html", found=found, plots=list(_plots(found)), forests=forests, most=MOST)


def drawn_differences(versus: Versus) -> Markup:
    """The forest plot of the differences between two runs."""
    gaps = [Gap(one.measure.name, one.by, one.verdict) for one in versus.differences if one.measure.is_share]
    title = f"What {versus.other} has more than {versus.first}"
    return Markup(forest(gaps, title, "less", "more"))  # noqa: S704  # the plot escapes what it is given


def _plots(found: Comparison) -> Iterator[Plot]:
    for cost, unit in COSTS.items():
        placed = [one for one in found.standings if one.on_front[cost] is not None]
        points = [_point(one, cost) for one in placed]
        svg = Markup(pareto(points, unit, f"Share right against {unit}"))  # noqa: S704  # as above
        on = tuple(one.name for one in points if one.on_front)
        yield Plot(svg, on, tuple(one.name for one in found.standings if one.on_front[cost] is None))


def _point(one: Standing, cost: str) -> Point:
    return Point(one.name, one.figures[cost].value or 0.0, one.figures["right"], bool(one.on_front[cost]))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("eval.answers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "spread": spread, "became": became, "in_words": WORDS.__getitem__}
    return made
