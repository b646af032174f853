"""The commands of `verispan eval` that ask questions. What is heavy is imported inside them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.command import print_result, shared_options
from app.settings import load_settings
from eval.answers.options import FILE, FOLDER, asking_options, judge_option, plan_of


@click.command()
@asking_options
@judge_option
@click.option("--against", type=FOLDER, help="A run of the same questions: the report says what has changed.")
@shared_options
def answers(
    model: str | None, verifier: str | None, against: Path | None, store: Path | None, as_json: bool, **options: Any
) -> None:
    """Ask questions and measure the answers.

    What do they cite, when are they silent, how sure are they, how long do they take and what do they cost?

    The run is a folder, runs/DATA-MODEL unless --run names it. One that was interrupted is gone on with; `verispan
    eval compare` reads it; its report.html is to be looked at.
    """
    from app.progress import Bar
    from eval.answers.session import run_answers

    settings = load_settings(store=store, model=model, verifier=verifier)
    plan = plan_of(settings, "", **options)
    with Bar() as progress:
        summary = run_answers(plan, settings, progress, against)
    print_result(summary, as_json, summary_text)


@click.command()
@asking_options
@judge_option
@shared_options
def used(model: str | None, verifier: str | None, store: Path | None, as_json: bool, **options: Any) -> None:
    """Test whether citations are used.

    Each claim is drafted again without the spans it cites, and with these turned to say something else. One that comes
    back the same was not drawn from them. The trials are kept in the run's folder.
    """
    from app.progress import Bar
    from eval.answers.session import run_used

    settings = load_settings(store=store, model=model, verifier=verifier)
    with Bar() as progress:
        found = run_used(plan_of(settings, "used", **options), settings, progress)
    print_result(found, as_json, used_text)


@click.command()
@asking_options
@judge_option
@click.option("--changes", type=FILE, required=True, help="A TOML file of [[change]] tables: name, part, text.")
@shared_options
def tune(
    changes: Path, model: str | None, verifier: str | None, store: Path | None, as_json: bool, **options: Any
) -> None:
    """Improve the drafting prompt.

    Other sentences are tried, one at a time, and kept where they help on one half of the questions and on the other
    too, by more than chance explains. Every change that was tried is logged in the run's folder; the prompt itself is
    in app/prompts.py.
    """
    from app.progress import Bar
    from eval.answers.session import run_tune

    settings = load_settings(store=store, model=model, verifier=verifier)
    with Bar() as progress:
        found = run_tune(plan_of(settings, "tune", **options), changes, settings, progress)
    print_result(found, as_json, tune_text)


@click.command()
@click.option("--baseline", type=FOLDER, required=True, help="The run that was good enough.")
@click.option("--run", "folder", type=FOLDER, required=True, help="The run that is held against it.")
@click.option("--seed", default=0, show_default=True, help="Of the intervals.")
@shared_options
def gate(baseline: Path, folder: Path, seed: int, store: Path | None, as_json: bool) -> None:
    """Hold a run against its baseline.

    Exits with 1 when a measure fell further below the baseline's than chance explains.
    """
    from eval.answers.session import run_gate

    found = run_gate(baseline, folder, seed)
    print_result(found, as_json, gate_text)
    if found["fell"]:
        sys.exit(1)


def summary_text(summary: dict[str, Any]) -> str:
    """A line for each figure that says something: its value, its interval, and of how many questions."""
    lines = [f"{summary['run']}: {summary['n']} questions to {summary['model']}, judged by {summary['judged_by']}"]
    for name, (low, high) in summary["intervals"].items():
        value, n = summary[name], summary["counts"][name]
        lines.append(f"  {name:22} {_number(value):>9}   {_number(low)} to {_number(high)}   ({n})")
    return "\n".join([*lines, *summary.get("skipped", []), f"Look at {summary['report']}"])


def used_text(found: dict[str, Any]) -> str:
    """A line for each share."""
    lines = [f"{found['trials']} trials over {found['questions']} questions"]
    lines += [f"  {name:26} {_share(one)}" for name, one in found.items() if isinstance(one, dict)]
    published = f"Published for other systems: up to {found['published']:.0%} came back the same."
    return "\n".join([*lines, published, *found.get("skipped", [])])


def tune_text(found: dict[str, Any]) -> str:
    """A line for each change that was tried, then the prompt as it should be."""
    lines = [
        f"  {one['round']}  {'kept   ' if one['kept'] else 'dropped'}  {one['name']:24} {_share(one['first'])}"
        + (f"; on the other half {_share(one['second'])}, on both {_share(one['both'])}" if one["second"] else "")
        for one in found["tried"]
    ]
    parts = json.dumps(found["parts"], indent=2, ensure_ascii=False)
    return "\n".join(["Gain in criteria met:", *lines, "", parts, *found.get("skipped", [])])


def gate_text(found: dict[str, Any]) -> str:
    """A line for each measure: before, now, and whether it fell."""
    lines = [
        f"  {'FELL' if one['fell'] else 'ok':5} {one['measure']:22} {_share(one['baseline'])} -> {_share(one['now'])}"
        for one in found["measures"]
    ]
    verdict = f"Fell: {', '.join(found['fell'])}" if found["fell"] else "Nothing fell further than chance explains."
    return "\n".join([*lines, verdict])


def _share(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return "—"
    low, high = one["interval"]
    return f"{_number(one['value'])} ({_number(low)} to {_number(high)})"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
