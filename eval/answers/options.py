"""The options that all commands share which ask questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.settings import CHOICES, Settings
from app.utf8 import UTF8

if TYPE_CHECKING:
    from eval.answers.session import Plan

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)
NEW_FOLDER = click.Path(path_type=Path, file_okay=False)
RUNS = Path("runs")

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--data", type=FILE, required=True, help="Questions: JSON Lines, or SQuAD's JSON."),
    click.option("--documents", type=click.Path(path_type=Path, exists=True), help="Search these; else the store."),
    click.option("--model", type=UTF8, help="extractive, local, PROVIDER:NAME or openai-compatible:NAME."),
    click.option("--verifier", type=click.Choice(CHOICES["verifier"]), help="The checks that answers go through."),
    click.option("--run", "folder", type=NEW_FOLDER, help="The run's folder; one that is there is gone on with."),
    click.option("--replay", type=FOLDER, help="Take the model's replies from this run; ask it nothing anew."),
    click.option("--sample", type=click.IntRange(min=1), help="Ask so many questions, drawn by chance."),
    click.option(
        "--seed", default=0, show_default=True, help="Of the sample, the intervals and all else that is drawn."
    ),
    click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read; each is named."),
)


judge_option = click.option(
    "--judge", type=click.Choice(CHOICES["verifier"]), default="small", help="Says what is entailed."
)


def asking_options(command: Command) -> Command:
    """Give a command what says which questions are asked of what, by whom, and where that is kept."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def plan_of(settings: Settings, what: str, data: Path, folder: Path | None, **options: Any) -> Plan:
    """The plan that the options make; without a folder it is `runs/DATA-MODEL`, and `-what` where there is one."""
    from eval.answers.session import Plan

    name = "-".join(filter(None, (data.stem, settings.model, what)))
    return Plan(data, folder or RUNS / re.sub(r"[^\w.-]+", "-", name), **options)
