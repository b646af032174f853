"""`verispan eval`: measures on labelled data. An entry point attaches it to the command line, which is below `eval`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.command import print_result, shared_options
from app.settings import CHOICES, load_settings
from app.utf8 import UTF8
from eval.answers.cli import answers, gate, tune, used
from eval.answers.compare_cli import compare
from eval.answers.options import FILE, NEW_FILE, NEW_FOLDER
from eval.answers.robustness_cli import robustness

if TYPE_CHECKING:
    from eval.verify import Judged

EXISTING = click.Path(path_type=Path, exists=True)
INSIDE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.group(name="eval")
def group() -> None:
    """Measure retrieval, answers and the checks on labelled data. Only `calibrate` writes beside the store."""


group.add_command(answers)
group.add_command(gate)
group.add_command(tune)
group.add_command(used)
group.add_command(compare)
group.add_command(robustness)


@group.command()
@click.option("--data", type=EXISTING, required=True, help="A folder in BEIR's layout.")
@click.option("--split", default="test", show_default=True, help="Which qrels: qrels/SPLIT.tsv.")
@click.option("--rerank", is_flag=True, help="Measure reranking by sentences too, which takes a second a query.")
@click.option("--runs", type=NEW_FOLDER, help="Write TREC run files there.")
@click.option("--seed", default=0, show_default=True, help="Of the intervals.")
@shared_options
def retrieval(
    data: Path, split: str, rerank: bool, runs: Path | None, seed: int, store: Path | None, as_json: bool
) -> None:
    """Measure BM25, the dense leg and their fusions: nDCG@10, R@10, R@100, RR@10."""
    from app.progress import Bar
    from eval.retrieval import measure_retrieval
    from ingest.embed import load_embedder

    settings = load_settings(store=store)
    embedder = load_embedder(settings.embedder)
    with Bar() as progress:
        found = measure_retrieval(
            data, split, embedder, settings, rerank=rerank, runs=runs, seed=seed, progress=progress
        )
    print_result(found, as_json, systems_text)


@group.command("follow-ups")
@click.option("--data", type=FILE, required=True, help="JSON Lines: conversations with the passage that answers.")
@click.option("--documents", type=EXISTING, required=True, help="The documents that are searched.")
@click.option("--split", default="test", show_default=True, help="Which of the conversations.")
@click.option("--seed", default=0, show_default=True, help="Of the intervals.")
@shared_options
def follow_ups(data: Path, documents: Path, split: str, seed: int, store: Path | None, as_json: bool) -> None:
    """Measure whether questions that lean on what was said before find what answers them, once understood."""
    from app.progress import Bar
    from eval.follow_ups import measure_follow_ups
    from ingest.embed import load_embedder

    settings = load_settings(store=store)
    with Bar() as progress:
        embedder = load_embedder(settings.embedder)
        found = measure_follow_ups(data, split, documents, embedder, settings, seed, progress)
    print_result(found, as_json, follow_ups_text)


@group.command()
@click.option("--data", type=FILE, required=True, help="JSON Lines with claim, evidence and label; .gz too.")
@click.option("--verifier", type=click.Choice(CHOICES["verifier"]), help="The entailment model.")
@click.option("--sample", type=click.IntRange(min=2), help="Judge so many rows, drawn by chance.")
@click.option("--seed", default=0, show_default=True, help="Of the sample, and of the intervals.")
@click.option("--rows", type=NEW_FILE, help="Write each row with its verdict and checks to this file, as JSON Lines.")
@click.option("--diagram", type=NEW_FILE, help="Draw the reliability diagram into this SVG file.")
@shared_options
def verify(
    data: Path,
    verifier: str | None,
    sample: int | None,
    seed: int,
    rows: Path | None,
    diagram: Path | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Measure how well the checks tell supported claims from the rest, and how far their confidence is a frequency."""
    from app.services import open_models
    from eval.verify import figures, judge_all, read_labelled, write_rows

    settings = load_settings(store=store, verifier=verifier)
    pairs = read_labelled(data, sample, seed)
    with closing(open_models(settings)) as models:
        judged = judge_all(pairs, models.verifier(settings), settings.min_confidence)
    if rows:
        write_rows(judged, rows)
    if diagram:
        draw(judged, data.name, diagram)
    print_result(figures(judged, settings.min_confidence, seed), as_json, figures_text)


def draw(judged: Judged, name: str, path: Path) -> None:
    """Write the reliability diagram of what was judged."""
    from eval.calibration import expected_calibration_error, reliability
    from eval.diagram import reliability_diagram

    truth, likely = judged.truth, judged.confidence
    title = f"{name}: n = {truth.size}, ECE = {expected_calibration_error(truth, likely):.3f}"
    path.write_text(reliability_diagram(reliability(truth, likely), likely, title), encoding="utf-8")


@group.command()
@click.option("--collection", type=UTF8, required=True, help="The collection that the claims are about.")
@click.option("--data", type=FILE, required=True, help="JSON Lines with claim, citations or evidence, and label.")
@click.option("--target", type=INSIDE, default=0.95, show_default=True, help="The precision to guarantee.")
@click.option("--delta", type=INSIDE, default=0.05, show_default=True, help="The probability of being wrong about it.")
@click.option("--verifier", type=click.Choice(CHOICES["verifier"]), help="The entailment model.")
@shared_options
def calibrate(
    collection: str,
    data: Path,
    target: float,
    delta: float,
    verifier: str | None,
    store: Path | None,
    as_json: bool,
) -> None:
    """Find the threshold of a collection whose precision labelled claims prove, and keep it beside the store."""
    from app.guarantee import Guarantee, write_guarantee
    from app.services import open_services
    from eval.calibrate import Aim, calibrate

    settings = load_settings(store=store, verifier=verifier)
    with closing(open_services(settings)) as services:
        judge, name = services.verifier(settings), services.verifier_name(settings)
        found = calibrate(data, services.store, collection, judge, name, Aim(target, delta))
    write_guarantee(settings.store, found)
    print_result(asdict(found), as_json, lambda wire: str(Guarantee(**wire)))


def systems_text(wire: dict[str, Any]) -> str:
    """One line for each system, one column for each measure, and the gain over BM25 with its interval."""
    lines = [
        f"{name:8}" + "".join(f"  {measure} {value:.4f}" for measure, value in figures.items()) + _gain(wire, name)
        for name, figures in wire["systems"].items()
    ]
    return "\n".join(lines)


def _gain(wire: dict[str, Any], name: str) -> str:
    gain = wire["over_bm25"].get(name)
    return "  ({:+.4f}, {:+.4f} to {:+.4f} over BM25)".format(*gain) if gain else ""


def follow_ups_text(wire: dict[str, Any]) -> str:
    """One line for each way to search, for questions that lean on others and for those that stand alone."""
    lines = [
        f"{part:8} {name:7}  " + "  ".join(f"{measure}@{wire['k']} {_interval(one)}" for measure, one in found.items())
        for part in ("leaning", "alone")
        for name, found in wire[part].items()
    ]
    return "\n".join([*lines, f"left untouched of those that stand alone: {_interval(wire['untouched'])}"])


def _interval(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "-"
    return "{:.3f} ({:.3f} to {:.3f}, n = {})".format(figure["value"], *figure["interval"], figure["n"])


def figures_text(wire: dict[str, Any]) -> str:
    """One line for each figure; an interval stands as its two ends, the risks at their coverages."""
    return "\n".join(f"{name:20} {_figure(value)}" for name, value in wire.items())


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name}: {one:.4f}" for name, one in value.items())
    if isinstance(value, tuple):
        return " to ".join(f"{one:.4f}" for one in value)
    return str(value) if isinstance(value, int) else f"{value:.4f}"
