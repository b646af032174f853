"""`verispan eval compare`. What is heavy is imported inside the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.command import print_result, shared_options
from eval.answers.lines import one_line
from eval.answers.options import FOLDER, NEW_FILE

if TYPE_CHECKING:
    from eval.answers.compare import Asked, Comparison, Difference, Standing, Versus
    from eval.answers.outcome import Outcome, Said

FIRST = 10
"""So many questions are told in text; the other outputs have more."""


@click.command()
@click.argument("first", type=FOLDER)
@click.argument("others", type=FOLDER, nargs=-1, required=True)
@click.option("--html", type=NEW_FILE, help="Write a page with plots to this file.")
@click.option("--markdown", type=NEW_FILE, help="Write Markdown to this file.")
@shared_options
def compare(
    first: Path, others: tuple[Path, ...], html: Path | None, markdown: Path | None, store: Path | None, as_json: bool
) -> None:
    """Compare runs head to head.

    The run in the folder FIRST is held against each of the OTHERS, on the questions that all of them were asked.

    The runs are those that `verispan eval answers` made of one file of questions. Nothing is asked anew: no model, no
    network and no store is needed. Differences are paired by question, with 95 % intervals.
    """
    from eval.answers.compare import compare as compared
    from eval.answers.compare_markdown import comparison_markdown
    from eval.answers.kept import read_run
    from eval.answers.pages import comparison_page
    from ingest.files import write_whole

    found = compared([read_run(folder) for folder in (first, *others)])
    if html:
        write_whole(html, comparison_page(found))
    if markdown:
        write_whole(markdown, comparison_markdown(found))
    print_result(comparison_json(found), as_json, lambda _: comparison_text(found))


def comparison_json(found: Comparison) -> dict[str, Any]:
    """The comparison as plain values. Undefined figures are null."""
    return {
        "n": found.n,
        "warnings": list(found.warnings),
        "runs": [_standing_json(one) for one in found.standings],
        "versus": [_versus_json(one) for one in found.versus],
    }


def _standing_json(one: Standing) -> dict[str, Any]:
    meta = one.run.meta
    return {
        "name": one.name,
        "folder": str(one.run.folder),
        "model": meta.model,
        "verifier": meta.verifier,
        "judged_by": one.run.judged_by,
        **{status: one.ended.get(status, 0) for status in ("answered", "abstained", "refused", "failed")},
        "figures": {name: figure.plain() for name, figure in one.figures.items()},
        "on_front": dict(one.on_front),
    }


def _versus_json(one: Versus) -> dict[str, Any]:
    return {
        "first": one.first,
        "other": one.other,
        "wins": one.wins,
        "losses": one.losses,
        "ties": one.ties,
        "p": one.p,
        "differences": {difference.measure.name: _difference_json(difference) for difference in one.differences},
        "questions": [_asked_json(question) for question in one.questions],
    }


def _difference_json(one: Difference) -> dict[str, Any]:
    return {
        "first": one.first.plain(),
        "other": one.other.plain(),
        "difference": one.by.plain(),
        "more_is_better": one.measure.more_is_better,
        "excludes_zero": one.excludes_zero,
        "verdict": one.verdict,
    }


def _asked_json(one: Asked) -> dict[str, Any]:
    return {
        "id": one.id,
        "question": one.question,
        "gain": one.gain,
        "first": _side_json(one.first, one.first_worth),
        "other": _side_json(one.other, one.other_worth),
    }


def _side_json(outcome: Outcome, worth: int | None) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "worth": worth,
        "text": outcome.text,
        "confidence": outcome.confidence,
        "cited": [{"id": one.id, "exact": one.text} for said in outcome.shown for one in said.cited],
        "withheld": [_withheld_json(said) for said in outcome.withheld],
        "seconds": outcome.seconds,
        "cost_usd": None if outcome.cost_usd is None else float(outcome.cost_usd),
    }


def _withheld_json(said: Said) -> dict[str, Any]:
    cited = [{"id": one.id, "exact": one.text} for one in said.cited]
    return {"text": said.text, "confidence": said.confidence, "reason": said.reason, "cited": cited}


def comparison_text(found: Comparison) -> str:
    """The comparison for a terminal: warnings, the runs, differences, and the questions that differ most in worth."""
    lines = [f"{found.n} questions that all of the runs were asked", *(f"! {one}" for one in found.warnings)]
    lines += [_standing_text(one) for one in found.standings]
    return "\n".join([*lines, *(line for one in found.versus for line in _versus_text(one))])


def _standing_text(one: Standing) -> str:
    from eval.answers.compare import COSTS
    from eval.answers.plots import number, spread

    ends = ", ".join(f"{one.ended.get(end, 0)} {end}" for end in ("answered", "abstained", "refused", "failed"))
    right = one.figures["right"]
    costs = ", ".join(
        f"{number(one.figures[name].value)} {unit}{' (front)' if one.on_front[name] else ''}"
        for name, unit in COSTS.items()
    )
    told = f"right {number(right.value)} ({spread(right)})" if right.value is not None else "right not known"
    return f"{one_line(one.name)} ({one_line(one.run.meta.model)}): {told}; {ends}; {costs}"


def _versus_text(versus: Versus) -> Iterator[str]:
    from eval.answers.pages import WORDS
    from eval.answers.plots import number, spread

    yield f"\n{one_line(versus.other)} against {one_line(versus.first)}"
    tally = f"wins {versus.wins}, loses {versus.losses}, ties {versus.ties}"
    yield f"  {tally}; exact sign test p = {number(versus.p)}"
    for one in versus.differences:
        if one.by.value is not None:
            values = f"{number(one.first.value):>9} {number(one.other.value):>9} {number(one.by.value, True):>9}"
            said = WORDS[one.verdict] if one.excludes_zero else ""
            yield f"  {one.measure.name:22} {values}   {spread(one.by):18} ({one.by.n}) {said}".rstrip()
    changed = [one for one in versus.questions if one.gain]
    for question in changed[:FIRST]:
        yield from _asked_text(question, (versus.first, versus.other))
    if len(changed) > FIRST:
        yield f"  and {len(changed) - FIRST} more whose worth differs; --html, --markdown and --json show them"


def _asked_text(one: Asked, names: tuple[str, str]) -> Iterator[str]:
    yield f"  {'won ' if (one.gain or 0) > 0 else 'lost'} {one_line(one.id)}: {one_line(one.question)}"
    for name, side in zip(names, (one.first, one.other), strict=True):
        yield f"       {one_line(name)} {side.status}" + (f": {one_line(side.text)[:200]}" if side.text else "")
