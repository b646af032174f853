"""`verispan eval`: measures on labelled data. An entry point attaches it to the command line, which is below `eval`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from app.command import print_result, shared_options
from app.settings import load_settings

EXISTING = click.Path(path_type=Path, exists=True)


@click.group(name="eval")
def group() -> None:
    """Measure retrieval and the checks on labelled data. Nothing is read from or written to the store."""


@group.command()
@click.option("--data", type=EXISTING, required=True, help="A folder in BEIR's layout.")
@click.option("--split", default="test", show_default=True, help="Which qrels: qrels/SPLIT.tsv.")
@shared_options
def retrieval(data: Path, split: str, store: Path | None, as_json: bool) -> None:
    """Measure BM25, the dense leg and their fusion: nDCG@10, R@10, R@100, RR@10."""
    from eval.retrieval import measure_retrieval
    from ingest.embed import load_embedder

    settings = load_settings(store=store)
    print_result(measure_retrieval(data, split, load_embedder(settings.embedder), settings), as_json, systems_text)


@group.command()
@click.option("--data", type=EXISTING, required=True, help="JSON Lines with claim, evidence and label.")
@click.option("--verifier", type=click.Choice(["auto", "overlap", "lm"]), help="The entailment model.")
@shared_options
def verify(data: Path, verifier: str | None, store: Path | None, as_json: bool) -> None:
    """Measure how well the checks tell supported claims from the rest."""
    from app.services import open_models
    from eval.verify import measure_verify

    settings = load_settings(store=store, verifier=verifier)
    with closing(open_models(settings)) as models:
        print_result(measure_verify(data, models.verifier(settings)), as_json, figures_text)


def systems_text(wire: dict[str, Any]) -> str:
    """One line for each system, one column for each measure."""
    lines = [
        f"{name:8}" + "".join(f"  {measure} {value:.4f}" for measure, value in figures.items())
        for name, figures in wire["systems"].items()
    ]
    return "\n".join(lines)


def figures_text(wire: dict[str, Any]) -> str:
    """One line for each figure."""
    return "\n".join(f"{name:18} {value:.4f}" for name, value in wire.items())
