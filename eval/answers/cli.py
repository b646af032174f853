"""The commands of `verispan eval` about whole answers. What is heavy is imported inside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from app.command import print_result, shared_options
from app.settings import CHOICES, load_settings
from app.utf8 import UTF8

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
NEW_FOLDER = click.Path(path_type=Path, file_okay=False)
RUNS = Path("runs")


@click.command()
@click.option("--data", type=FILE, required=True, help="Questions: JSON Lines, or SQuAD's JSON.")
@click.option("--documents", type=click.Path(path_type=Path, exists=True), help="Search these; else the store.")
@click.option("--model", type=UTF8, help="extractive, local, PROVIDER:NAME or openai-compatible:NAME.")
@click.option("--verifier", type=click.Choice(CHOICES["verifier"]), help="The checks that answers go through.")
@click.option("--judge", type=click.Choice(CHOICES["verifier"]), default="small", help="Says what is entailed.")
@click.option("--run", "folder", type=NEW_FOLDER, help="The run's folder; one that is there is gone on with.")
@click.option("--replay", type=FOLDER, help="Take the model's replies from this run; ask it nothing anew.")
@click.option("--sample", type=click.IntRange(min=1), help="Ask so many questions, drawn by chance.")
@click.option("--seed", default=0, show_default=True, help="Of the sample, and of the intervals.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read; each is named.")
@shared_options
def answers(
    data: Path,
    documents: Path | None,
    model: str | None,
    verifier: str | None,
    judge: str,
    folder: Path | None,
    replay: Path | None,
    sample: int | None,
    seed: int,
    skip_bad: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Ask questions; measure what the answers cite, when they are silent, how long they take and what they cost.

    The run is a folder, runs/DATA-MODEL unless --run names it. One that was interrupted is gone on with; `verispan
    eval compare` reads it; its report.html is to be looked at.
    """
    from app.progress import Bar
    from eval.answers.session import Plan, run_answers

    settings = load_settings(store=store, model=model, verifier=verifier)
    where = folder or RUNS / re.sub(r"[^\w.-]+", "-", f"{data.stem}-{settings.model}")
    plan = Plan(data, where, documents, replay, sample, seed, skip_bad, judge)
    with Bar() as progress:
        _, summary = run_answers(plan, settings, progress)
    print_result(summary, as_json, summary_text)


def summary_text(summary: dict[str, Any]) -> str:
    """A line for each figure that says something: its value, its interval, and of how many questions."""
    lines = [f"{summary['run']}: {summary['n']} questions to {summary['model']}, judged by {summary['judged_by']}"]
    for name, (low, high) in summary["intervals"].items():
        value, n = summary[name], summary["counts"][name]
        lines.append(f"  {name:22} {_number(value):>9}   {_number(low)} to {_number(high)}   ({n})")
    return "\n".join([*lines, *summary.get("skipped", [])])


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
