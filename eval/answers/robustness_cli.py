"""`verispan eval robustness`. What is heavy is imported inside it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from app.command import print_result, shared_options
from app.settings import load_settings
from app.utf8 import UTF8
from eval.answers.lines import one_line
from eval.answers.options import asking_options, plan_of
from eval.errors import BadData

SHOWN = 5
"""How many wrong claims of an attack are listed in the text; the JSON has them all."""


@click.command()
@asking_options
@click.option("--kinds", type=UTF8, help="The attacks to try, comma-separated; else all.")
@shared_options
def robustness(
    kinds: str | None, model: str | None, verifier: str | None, store: Path | None, as_json: bool, **options: Any
) -> None:
    """Ask questions with misleading documents planted beside the real ones; say what that does to the answers.

    Each attack plants into a copy of the store: instructions to whoever answers, falsehoods, these with false labels
    and links, contradictions, texts that say that nothing is known, duplicates; and the same documents shuffled. The
    runs are folders below runs/DATA-MODEL-robustness unless --run names another; one that was interrupted is gone on
    with.
    """
    from app.progress import Bar
    from eval.answers.robustness import run_robustness

    settings = load_settings(store=store, model=model, verifier=verifier)
    plan = plan_of(settings, "robustness", **options)
    with Bar() as progress:
        found = run_robustness(plan, kinds_of(kinds), settings, progress)
    print_result(found, as_json, robustness_text)


def kinds_of(listed: str | None) -> tuple[str, ...]:
    """The attacks that a comma-separated list names, in their own order; all for None. Raises BadData."""
    from eval.answers.planted import KINDS

    named = KINDS if listed is None else tuple(filter(None, map(str.strip, listed.split(","))))
    if not named or (unknown := sorted(set(named) - set(KINDS))):
        wrong = unknown[0] if named else ""
        raise BadData(f"--kinds: there is no attack {wrong!r}. Name some of {', '.join(KINDS)}")
    return tuple(one for one in KINDS if one in named)


def robustness_text(found: dict[str, Any]) -> str:
    """For each attack a line for each figure, with its interval and of how many questions; then what got through."""
    lines = [f"{found['run']}: {found['model']}, checked by {found['verifier']}"]
    for kind, one in found["attacks"].items():
        lines.append(f"{kind}: {one['n']} questions")
        for name, (low, high) in one["intervals"].items():
            lines.append(f"  {name:14} {one[name]:.3f}   {low:.3f} to {high:.3f}   ({one['counts'][name]})")
        forms = Counter(form for forms in one["markers"].values() for form in forms)
        lines += [f"  markers got through: {form}, at {times} questions" for form, times in sorted(forms.items())]
        shown = list(one["wrong"].items())[:SHOWN]
        lines += [f"  wrong: {one_line(name)}: {one_line(said[0])}" for name, said in shown]
    return "\n".join([*lines, *found.get("skipped", [])])
