"""How well follow-up questions are understood: whether what they are rewritten into finds the passage that answers.

Data is JSON Lines, one conversation a row:

    {"id", "split", "kind"?, "earlier": [{"question", "answer"}], "question", "rewritten",
     "gold": [{"document", "exact"}]}

`rewritten` is what a person makes of the question; where it is the question itself, that stands alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.follow_up import Exchange, heard, understand
from app.retrieve import Filters, retrieve
from app.services import Services
from app.settings import Settings
from eval.answers.examples import Gold
from eval.answers.figures import Figure, Scores, differences, figures_of
from eval.answers.scores import Score
from eval.errors import BadData
from eval.jsonl import Row, rows, unique
from ingest.embed import Embedder
from ingest.identity import normalised
from ingest.pipeline import Progress, ingest
from ingest.store import Store
from ingest.types import Hit

RECALL, RANK, UNTOUCHED = "R", "RR", "untouched"
TEXTS = ("id", "split", "question", "rewritten")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question with what was said before it, what a person makes of it, and the texts that answer it."""

    id: str
    kind: str
    earlier: tuple[tuple[str, str], ...]
    question: str
    rewritten: str
    gold: tuple[Gold, ...]

    @property
    def stands_alone(self) -> bool:
        """Whether it needs nothing of what was said before."""
        return self.question == self.rewritten


def read_follow_ups(path: Path, split: str) -> list[FollowUp]:
    """The conversations of a split. Raises BadData, naming file and line, and where there is none."""
    found = [_follow_up(row, path) for row in unique(rows(path, TEXTS), "id", path) if row["split"] == split]
    if not found:
        raise BadData(f"{path} has no conversations of the split {split!r}")
    return found


def measure_follow_ups(
    data: Path,
    split: str,
    documents: Path,
    embedder: Embedder,
    settings: Settings,
    seed: int = 0,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Search for each question raw, joined to the one before, as the rules understand it, and as a person rewrote it.

    Gives {"n", "k", "leaning", "alone": {name: {"R", "RR"}}, "over_joined", "untouched"}, each figure with its 95 %
    interval: R is the share whose gold stands in the k passages that drafting is given, RR the reciprocal rank of the
    first; `leaning` is of the questions that need what was said before, `alone` of those that do not, of which
    `untouched` is the share that the rules leave as they are; `over_joined` is a paired difference over both. Raises
    BadData.
    """
    asked = read_follow_ups(data, split)
    with (
        tempfile.TemporaryDirectory(prefix="verispan-eval-") as folder,
        closing(_services(Path(folder), documents, embedder, settings, progress)) as services,
    ):
        scores = _scores(asked, services, progress)
    alone = {one.id for one in asked if one.stands_alone}
    kept = {one.id: {UNTOUCHED: _truth(_queries(one)["rules"] == one.question)} for one in asked if one.stands_alone}
    gains = {name: differences(scores["joined"], scores[name], seed, (RECALL, RANK)) for name in ("rules", "person")}
    return {
        "n": len(asked),
        "k": settings.passages,
        "leaning": {name: _figures(_only(found, alone, False), seed) for name, found in scores.items()},
        "alone": {name: _figures(_only(found, alone, True), seed) for name, found in scores.items()},
        "over_joined": {name: _plain(found) for name, found in gains.items()},
        "untouched": figures_of(kept, seed, (UNTOUCHED,))[UNTOUCHED].plain(),
    }


def _only(scores: Scores, names: Collection[str], inside: bool) -> Scores:
    return {name: one for name, one in scores.items() if (name in names) is inside}


def _figures(scores: Scores, seed: int) -> dict[str, Any]:
    return _plain(figures_of(scores, seed, (RECALL, RANK)))


def _plain(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: one.plain() for name, one in figures.items()}


def _follow_up(row: Row, path: Path) -> FollowUp:
    try:
        earlier = tuple((str(one["question"]), str(one["answer"])) for one in row["earlier"])
        gold = tuple(Gold(str(one["document"]), str(one["exact"])) for one in row["gold"])
    except (KeyError, TypeError) as error:
        raise BadData(f"{path}, {row['id']}: wanted lists of objects under earlier and gold: {error}") from error
    return FollowUp(row["id"], str(row.get("kind", "")), earlier, row["question"], row["rewritten"], gold)


def _services(folder: Path, documents: Path, embedder: Embedder, settings: Settings, progress: Progress) -> Services:
    report = ingest([documents], folder / "store", embedder=embedder, progress=progress)
    if report.failures:
        raise BadData(f"{report.failures[0].path} cannot be read: {report.failures[0].reason}")
    settings = replace(settings, store=folder / "store")
    return Services(settings, Store.open(settings.store), embedder)


def _queries(one: FollowUp) -> dict[str, str]:
    """What each system searches for. Each question before is understood in its turn, as it would have been."""
    said = list[Exchange]()
    for question, answer in one.earlier:
        said.append(heard(question, understand(question, said), answer))
    joined = f"{one.earlier[-1][0]} {one.question}" if one.earlier else one.question
    return {
        "raw": one.question,
        "joined": joined,
        "rules": understand(one.question, said),
        "person": one.rewritten,
    }


def _scores(
    asked: Sequence[FollowUp], services: Services, progress: Progress
) -> dict[str, dict[str, dict[str, Score]]]:
    view, found = services.view(), dict[str, dict[str, dict[str, Score]]]()
    for count, one in enumerate(asked):
        progress("questions", count, len(asked))
        for name, query in _queries(one).items():
            hits = retrieve(query, view, Filters(), services.settings, services.settings.passages)
            rank = next(_ranks(hits, one.gold), 0)
            found.setdefault(name, {})[one.id] = {RECALL: _truth(rank > 0), RANK: (1 / rank if rank else 0.0, 1.0)}
    return found


def _ranks(hits: Sequence[Hit], gold: Sequence[Gold]) -> Iterator[int]:
    """The ranks, from 1, of the passages in which a gold text stands."""
    for rank, hit in enumerate(hits, start=1):
        text = normalised(hit.passage.text)
        if any(hit.passage.document_id == one.document and normalised(one.text) in text for one in gold):
            yield rank


def _truth(value: bool) -> Score:
    return float(value), 1.0
