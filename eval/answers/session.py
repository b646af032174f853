"""A run from its questions to its report: what `verispan eval answers` does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.services import Models
from app.settings import Settings
from eval.answers.ask import Progress, RecordingServices, ask_all, fill_store, meta_of
from eval.answers.citations import Entails
from eval.answers.examples import ExampleSet
from eval.answers.formats import read_examples, sample
from eval.answers.measure import Measured, measure, write_scores
from eval.answers.replies import Replies
from eval.answers.runs import REPLIES, Run
from ingest.embed import load_embedder
from ingest.errors import BadInput
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks. `documents` are ingested into the run's folder; without them, and where the questions carry
    none, the store that settings name is searched. `judge` is the verifier that says what is entailed."""

    data: Path
    folder: Path
    documents: Path | None = None
    replay: Path | None = None
    sample: int | None = None
    seed: int = 0
    skip_bad: bool = False
    judge: str = "small"


def run_answers(plan: Plan, settings: Settings, progress: Progress) -> tuple[Measured, dict[str, Any]]:
    """Ask, measure, keep; what was measured, with its figures as plain values. Raises BadInput."""
    asked = sample(read_examples(plan.data, plan.skip_bad), plan.sample, plan.seed)
    with opened(plan, asked, settings, progress) as services:
        run = Run.start(plan.folder, meta_of(plan.data, plan.sample, plan.seed, services))
        ask_all(asked, services, run, progress)
        return measured(run, asked, plan, services)


def measured(run: Run, asked: ExampleSet, plan: Plan, models: Models) -> tuple[Measured, dict[str, Any]]:
    """Measure a run by the verifier that the plan names, and keep the scores."""
    judge = replace(models.settings, verifier=plan.judge)
    found = measure(run, asked, Entails(models.verifier(judge)))
    summary = write_scores(found, models.verifier_name(judge), plan.seed)
    return found, summary | ({"skipped": list(asked.skipped)} if asked.skipped else {})


@contextmanager
def opened(plan: Plan, asked: ExampleSet, settings: Settings, progress: Progress) -> Iterator[RecordingServices]:
    """The services that a run asks: over its own store if there are documents, its replies in its folder."""
    embedder = load_embedder(settings.embedder)
    if plan.documents or asked.sources:
        plan.folder.mkdir(parents=True, exist_ok=True)
        settings = replace(settings, store=fill_store(plan.folder, asked, plan.documents, embedder, progress))
    if plan.replay:
        _take_replies(plan.replay, plan.folder)
    replies = Replies(plan.folder / REPLIES)
    services = RecordingServices(settings, Store.open(settings.store), embedder, replies, offline=bool(plan.replay))
    with closing(services):
        yield services


def _take_replies(source: Path, folder: Path) -> None:
    """Copy the replies of a run into another's folder, unless it has some. Raises BadInput for a run without any."""
    if not (source / REPLIES).exists():
        raise BadInput(f"{source} holds no {REPLIES}: its model needed none, or it is not the folder of a run")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / REPLIES).exists():
        shutil.copyfile(source / REPLIES, folder / REPLIES)
