"""A comparison as Markdown, in which whatever answers and documents say is text and never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.answers.compare import COSTS, Asked, Comparison, Standing, Versus
from eval.answers.outcome import Outcome, Said
from eval.answers.pages import MOST, WORDS, became
from eval.answers.plots import number, spread

_MARKUP = re.compile(r"([!#$&()*+.:<=>@\[\\\]^_`{|}~-])")
"""What can be a part of markup, of a bare link, or of a table. CommonMark lets a backslash stand before each."""


def comparison_markdown(found: Comparison) -> str:
    """The comparison as a document with tables; the questions that differ most come first."""
    names = [escaped(one.name) for one in found.standings]
    data = escaped(found.standings[0].run.meta.data)
    parts = [
        f"# {names[0]} against {' and '.join(names[1:])}",
        f"{found.n} questions of {data} that all of the runs were asked.",
    ]
    if found.warnings:
        parts += ["Not all else is equal:", "\n".join(f"- {escaped(one)}" for one in found.warnings)]
    parts += ["## The runs", _runs(found.standings)]
    for versus in found.versus:
        parts += _versus(versus)
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """A text on one line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).encode("utf-8", "replace").decode()


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _runs(standings: Sequence[Standing]) -> str:
    ends = ("answered", "abstained", "refused", "failed")
    head = ["Run", "Model", "Right", *(one.capitalize() for one in ends), "Seconds", "Dollars", "On the front"]
    rows = (
        [
            escaped(one.name),
            escaped(one.run.meta.model),
            f"{number(one.figures['right'].value)} ({spread(one.figures['right'])})",
            *(str(one.ended.get(end, 0)) for end in ends),
            *(number(one.figures[cost].value) for cost in ("seconds", "cost_usd")),
            _front(one),
        ]
        for one in standings
    )
    return _table(head, rows)


def _front(one: Standing) -> str:
    words = {True: "yes", False: "no", None: "not known"}
    return ", ".join(f"{cost.split()[0]}: {words[one.on_front[name]]}" for name, cost in COSTS.items())


def _versus(versus: Versus) -> Iterator[str]:
    first, other = escaped(versus.first), escaped(versus.other)
    yield f"## {other} against {first}"
    yield (
        f"{other} wins {versus.wins}, loses {versus.losses}, ties {versus.ties};"
        f" exact sign test p = {number(versus.p)}."
    )
    rows = (
        [
            escaped(one.measure.name),
            number(one.first.value),
            number(one.other.value),
            number(one.by.value, signed=True),
            spread(one.by),
            str(one.by.n),
            "more" if one.measure.more_is_better else "less",
            WORDS[one.verdict] if one.excludes_zero else "",
        ]
        for one in versus.differences
    )
    yield _table(["Measure", first, other, "Difference", "95 %", "In both", "Better", f"{other} is"], rows)
    yield f"### Answers side by side{_of_all(len(versus.questions))}"
    yield _table(["Question", first, other], (_asked(one) for one in versus.questions[:MOST]))


def _of_all(count: int) -> str:
    return f", the {MOST} that differ most of {count}" if count > MOST else ""


def _asked(one: Asked) -> list[str]:
    question = f"{escaped(one.question)} ({escaped(one.id)})"
    return [question, _side(one.first, one.first_worth), _side(one.other, one.other_worth)]


def _side(outcome: Outcome, worth: int | None) -> str:
    """An answer in one cell: what became of it, how sure, its text, what it cites, what it withheld."""
    parts = [f"**{WORDS[became(outcome.status, worth)]}**, {outcome.status}"]
    if outcome.shown:
        parts += [f"confidence {number(outcome.confidence)}", escaped(outcome.text)]
    parts += [line for said in outcome.shown for line in _cited(said)]
    for said in outcome.withheld:
        parts += [f"withheld: {escaped(said.text)} ({escaped(said.reason)})", *_cited(said)]
    return "<br>".join(parts)


def _cited(said: Said) -> Iterator[str]:
    return (f"{escaped(one.id)}: {escaped(one.evidence)}" for one in said.cited)
