"""`verispan eval robustness`. What is heavy is imported inside it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from app.command import print_result, shared_options
from app.settings import CHOICES, load_settings
from app.utf8 import UTF8
from eval.answers.options import FILE, NEW_FOLDER, plan_of
from eval.errors import BadData

SHOWN = 5
"""How many wrong claims of an attack are listed in the text; the JSON has them all."""


@click.command()
@click.option("--data", type=FILE, required=True, help="Questions: JSON Lines, or SQuAD's JSON.")
@click.option("--documents", type=click.Path(path_type=Path, exists=True), help="Search these; else the store.")
@click.option("--kinds", type=UTF8, help="The attacks to try, comma-separated; else all.")
@click.option("--model", type=UTF8, help="extractive, local, PROVIDER:NAME or openai-compatible:NAME.")
@click.option("--verifier", type=click.Choice(CHOICES["verifier"]), help="The checks that answers go through.")
@click.option("--run", "folder", type=NEW_FOLDER, help="The runs' folder; what is there is gone on with.")
@click.option("--sample", type=click.IntRange(min=1), help="Ask so many questions, drawn by chance.")
@click.option("--seed", default=0, show_default=True, help="Of the sample, the planted texts and the intervals.")
@shared_options
def robustness(
    data: Path,
    documents: Path | None,
    kinds: str | None,
    model: str | None,
    verifier: str | None,
    folder: Path | None,
    sample: int | None,
    seed: int,
    store: Path | None,
    as_json: bool,
) -> None:
    """Ask questions with misleading documents planted beside the real ones; say what that does to the answers.

    Each attack plants into a copy of the store: instructions to whoever answers, false labels and links,
    contradictions, texts that say that nothing is known, duplicates; and the same documents shuffled. The runs are
    folders below runs/DATA-MODEL-robustness unless --run names another; one that was interrupted is gone on with.
    """
    from app.progress import Bar
    from eval.answers.robustness import run_robustness

    settings = load_settings(store=store, model=model, verifier=verifier)
    plan = plan_of(settings, "robustness", data, folder, documents=documents, sample=sample, seed=seed)
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
        lines += [f"  wrong: {name}: {' '.join(said[0].split())}" for name, said in list(one["wrong"].items())[:SHOWN]]
    return "\n".join(lines)
