"""A run from its questions to its report: what the commands of `verispan eval` that ask questions do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.prompts import DRAFT_PARTS
from app.services import Models
from app.settings import Settings
from eval.answers import gate, tune, used
from eval.answers.ask import (
    RecordingServices,
    ask_all,
    asked_of,
    data_digest,
    fill_store,
    meta_of,
)
from eval.answers.citations import Entails
from eval.answers.drafts import evidence_for
from eval.answers.examples import ExampleSet
from eval.answers.figures import Scores
from eval.answers.formats import read_examples, sample
from eval.answers.kept import pairs_of, read_run, read_scores
from eval.answers.measure import Measured, measure, write_scores
from eval.answers.replies import Replies
from eval.answers.report import write_report
from eval.answers.runs import REPLIES, Run, refuse_other
from eval.errors import BadData
from ingest.embed import Embedder, load_embedder
from ingest.files import write_whole
from ingest.pipeline import Progress
from ingest.store import Store

TRIALS, TUNED = "trials.jsonl", "tuned.json"


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


def run_answers(plan: Plan, settings: Settings, progress: Progress, against: Path | None = None) -> dict[str, Any]:
    """Ask, measure, keep, and write the report, which tells what is otherwise than in the run `against`.

    Gives the figures as plain values. Raises BadData.
    """
    asked, previous = asked_by(plan), read_run(against) if against else None
    if previous and previous.meta.data_sha256 != data_digest(plan.data):
        raise BadData(f"{against} is of other questions than {plan.data}: name a run of the same")
    with opened(plan, asked, settings, progress) as services:
        run = Run.start(plan.folder, meta_of(plan.data, plan.sample, plan.seed, services))
        ask_all(asked, services, run, progress)
        found, summary = measured(run, asked, plan, services)
    return summary | {"report": str(write_report(found, summary, previous))}


def run_gate(baseline: Path, folder: Path, seed: int) -> dict[str, Any]:
    """Hold a run's scores against a baseline's; each measure, and the names of those that fell, as plain values.

    Raises BadData when they are of other questions, or were judged by another verifier.
    """
    held = [(Run.open(one).meta.data_sha256, read_scores(one)) for one in (baseline, folder)]
    (data, first), (other_data, other) = held
    if data != other_data or first["summary"]["judged_by"] != other["summary"]["judged_by"]:
        raise BadData(
            f"{folder} and {baseline} are of other questions, or were judged by other verifiers: run one anew"
        )
    before, now = _scores(first), _scores(other)
    if missing := gate.not_asked(before, now):
        raise BadData(f"{folder} was not asked {missing[0]!r}, which is in {baseline}: run all its questions first")
    found = gate.gate(before, now, seed)
    rows = [
        {"measure": one.measure, "baseline": one.baseline.plain(), "now": one.now.plain(), "fell": one.fell}
        for one in found
    ]
    return {"measures": rows, "fell": [one.measure for one in found if one.fell]}


def _scores(kept: Mapping[str, Any]) -> Scores:
    return {name: pairs_of(one) for name, one in kept["questions"].items()}


def run_used(plan: Plan, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Try every claim without what it cites; the shares as plain values, the trials in the run's folder.

    Raises BadData for the model `extractive`, whose claims are what they cite.
    """
    if settings.model == "extractive":
        raise BadData("the model extractive quotes its sources, so there is nothing to try. Name a language model")
    asked = asked_by(plan)
    with opened(plan, asked, settings, progress) as services:
        Run.start(plan.folder, meta_of(plan.data, plan.sample, plan.seed, services))
        entails = entails_by(plan, services)
        found = list(used.trials(asked.examples, services, entails, plan.seed, progress))
    write_whole(plan.folder / TRIALS, "".join(json.dumps(asdict(one)) + "\n" for one in found))
    return used.summarise(found, plan.seed) | {"run": str(plan.folder), "model": settings.model} | skipped_of(asked)


def run_tune(plan: Plan, changes: Path, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Try changes of the drafting prompt; what was tried and the parts that are left, also in the run's folder.

    Raises BadData for the model `extractive`, and for questions of which none has gold.
    """
    asked = asked_by(plan)
    examples = [one for one in asked.examples if one.gold or one.answerable is False]
    if settings.model == "extractive" or not any(one.gold for one in examples):
        raise BadData("prompts are tuned for a language model, on questions that have gold")
    read = tune.read_changes(changes, DRAFT_PARTS)
    with opened(plan, asked, settings, progress) as services:
        Run.start(plan.folder, meta_of(plan.data, plan.sample, plan.seed, services))
        problems = [tune.Problem(one, evidence_for(one, services)) for one in examples]
        bench = tune.Bench(services, entails_by(plan, services), progress)
        found = _tuned(list(tune.tune(problems, DRAFT_PARTS, read, bench, plan.seed)), plan.folder)
    return found | skipped_of(asked)


def _tuned(found: Sequence[tune.Tried], folder: Path) -> dict[str, Any]:
    """What was tried as plain values, kept as the log."""
    tried = [one.plain() for one in found]
    parts = found[-1].parts if found else DRAFT_PARTS
    write_whole(folder / TUNED, json.dumps({"tried": tried, "parts": dict(parts)}, indent=1) + "\n")
    return {"run": str(folder), "tried": tried, "parts": dict(parts)}


def asked_by(plan: Plan) -> ExampleSet:
    """The questions that a plan asks."""
    return sample(read_examples(plan.data, plan.skip_bad), plan.sample, plan.seed)


def entails_by(plan: Plan, models: Models) -> Entails:
    """What says what is entailed."""
    return Entails(models.verifier(replace(models.settings, verifier=plan.judge)))


def measured(run: Run, asked: ExampleSet, plan: Plan, models: Models) -> tuple[Measured, dict[str, Any]]:
    """Measure a run by the verifier that the plan names, and keep the scores."""
    judge = models.verifier_name(replace(models.settings, verifier=plan.judge))
    found = measure(run, asked, entails_by(plan, models))
    return found, write_scores(found, judge, plan.seed) | skipped_of(asked)


def skipped_of(asked: ExampleSet) -> dict[str, list[str]]:
    """What was wrong with the rows that were left out, if any were."""
    return {"skipped": list(asked.skipped)} if asked.skipped else {}


@contextmanager
def opened(plan: Plan, asked: ExampleSet, settings: Settings, progress: Progress) -> Iterator[RecordingServices]:
    """The services that a run asks: over its own store if there are documents, its replies in its folder.

    Nothing in the folder is touched when it holds another run, or when another process is running there: BadData.
    """
    refuse_other(plan.folder, asked_of(plan.data, plan.sample, plan.seed, settings))
    refuse_replies(plan)
    plan.folder.mkdir(parents=True, exist_ok=True)
    with _alone(plan.folder), closing(_services(plan, asked, settings, progress)) as services:
        yield services


def _services(plan: Plan, asked: ExampleSet, settings: Settings, progress: Progress) -> RecordingServices:
    embedder = load_embedder(settings.embedder)
    if plan.documents or asked.sources:
        settings = replace(settings, store=fill_store(plan.folder, asked, plan.documents, embedder, progress))
    return recording(plan, settings, embedder)


def recording(plan: Plan, settings: Settings, embedder: Embedder) -> RecordingServices:
    """Services over the store that settings name, with the replies in the plan's folder: kept there, or taken from
    the run that is replayed, which `refuse_replies` has let through."""
    kept = plan.folder / REPLIES
    if plan.replay:
        write_whole(kept, (plan.replay / REPLIES).read_text("utf-8"))
    elif settings.model != "extractive":
        kept.touch()  # a run whose model was never asked anything can be replayed too
    return RecordingServices(settings, Store.open(settings.store), embedder, Replies(kept), offline=bool(plan.replay))


def refuse_replies(plan: Plan) -> None:
    """Raise BadData when a run cannot be replayed into a folder: it has no replies, or the folder has others."""
    source, folder = plan.replay, plan.folder
    if source is None:
        return
    if not (source / REPLIES).exists():
        raise BadData(f"{source} holds no {REPLIES}: its model needed none, or it is not the folder of a run")
    kept = folder / REPLIES
    if kept.exists() and (source.samefile(folder) or kept.read_bytes() != (source / REPLIES).read_bytes()):
        raise BadData(f"{folder} has replies of its own: name a new folder with --run to replay {source} into")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a run's folder; raises BadData when another process holds it."""
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise BadData(f"another process is running in {folder}: wait for its end, or name another folder") from error
