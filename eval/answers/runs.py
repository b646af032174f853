"""A run: a folder with all that was asked and answered, so that it can be resumed, replayed, scored and compared.

run.json        what was asked of what: data, store, model, checks, settings
answers.jsonl   a row for each question, in the order they were asked
replies.jsonl   what the language model said to each prompt
scores.json     figures, and each question's scores
report.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from app.settings import Settings
from eval.errors import BadData
from eval.jsonl import append, mend, rows
from ingest.files import write_whole

META, ANSWERS, REPLIES, SCORES, REPORT = "run.json", "answers.jsonl", "replies.jsonl", "scores.json", "report.html"

_KEPT = (
    "model", "model_timeout_s", "verifier", "judge", "min_confidence", "max_claims", "passages", "evidence_tokens",
    "fusion", "fusion_weight",
)  # fmt: skip
"""The settings that an answer depends on and that hold neither a secret nor a place."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a run is of. `store` names the revisions that were searched, `verifier` the checks with their weights.

    `sample` and `seed` say which of the questions were asked; `sample` is None for all.
    """

    model: str
    verifier: str
    data: str
    data_sha256: str
    sample: int | None
    seed: int
    store: str
    settings: Mapping[str, Any]
    version: str


class Run:
    """A run's folder, open for adding rows."""

    def __init__(self, folder: Path, meta: Meta) -> None:
        self.folder = folder
        self.meta = meta

    @classmethod
    def start(cls, folder: Path, meta: Meta) -> Self:
        """Make a run's folder, or go on with the one that is there. Raises BadData when that is of something else."""
        folder.mkdir(parents=True, exist_ok=True)
        refuse_other(folder, asdict(meta))
        if not (folder / META).exists():
            write_whole(folder / META, json.dumps(asdict(meta), indent=2) + "\n")
        mend(folder / ANSWERS)
        return cls(folder, meta)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a run that was made before. Raises BadData when there is none."""
        try:
            return cls(folder, Meta(**json.loads((folder / META).read_text("utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise BadData(f"{folder} is not the folder of a run: {error}") from error

    def add(self, example_id: str, seconds: float, answer: Mapping[str, Any]) -> None:
        """Keep the answer to a question, as it goes over the wire, and how long it took."""
        append(self.folder / ANSWERS, {"id": example_id, "seconds": round(seconds, 3), "answer": dict(answer)})

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows by the id of their question."""
        file = self.folder / ANSWERS
        return {row["id"]: row for _, row in rows(file, ("id",))} if file.exists() else {}


def refuse_other(folder: Path, wanted: Mapping[str, Any]) -> None:
    """Raise BadData when the folder holds a run that is of something else than these fields of a `Meta` say."""
    if not (folder / META).exists():
        return
    held = asdict(Run.open(folder).meta)
    if differs := [name for name, value in wanted.items() if held[name] != value]:
        raise BadData(f"{folder} holds another run: its {' and '.join(differs)} differ. Name another folder")


def kept_settings(settings: Settings) -> dict[str, Any]:
    """The settings that an answer depends on, without secrets and without places on this machine."""
    address = urlsplit(settings.model_url)
    server = f"{address.hostname}:{address.port}" if address.port else address.hostname
    return {
        **{name: getattr(settings, name) for name in _KEPT},
        "model_url": f"{address.scheme}://{server}{address.path}" if address.hostname else "",
        "embedder": Path(settings.embedder).name,
        "weights": Path(settings.weights).name,
    }
