"""Asking the questions of a set, one after the other, and keeping each answer as soon as it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from app.answer import Request, answer_whole
from app.retrieve import Filters
from app.services import Services
from app.settings import Settings
from app.wire import answer_json
from eval.answers.examples import ExampleSet, Source
from eval.answers.formats import format_of
from eval.answers.formats.chip import PASSAGES
from eval.answers.replies import RecordedChat, Replies
from eval.answers.runs import Meta, Run, kept_settings
from eval.errors import BadData
from ingest.embed import Embedder
from ingest.identity import normalised
from ingest.manifest import MANIFEST
from ingest.pipeline import Progress, ingest
from ingest.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class RecordingServices(Services):
    """Services whose drafting models' replies are kept. With `offline` nothing that was not kept is asked."""

    def __init__(self, settings: Settings, store: Store, embedder: Embedder, replies: Replies, offline: bool) -> None:
        super().__init__(settings, store, embedder)
        self.replies = replies
        self._offline = offline

    def chat_model(self, settings: Settings) -> BaseChatModel:
        """The model that settings name, recorded. Raises ModelUnavailable or UnknownModel."""
        from app.reply import model_name

        inner = None if self._offline else self._inner(settings)
        name = model_name(inner) if inner else self.replies.model or settings.model
        return RecordedChat(asked_as=settings.model, model_name=name, replies=self.replies, inner=inner)

    def _inner(self, settings: Settings) -> BaseChatModel:
        return super().chat_model(settings)


def ask_all(asked: ExampleSet, services: RecordingServices, run: Run, progress: Progress) -> None:
    """Ask what the run has no answer to yet. An interruption loses no more than the question that was being asked."""
    done = run.rows().keys()
    for count, example in enumerate(asked.examples):
        progress("questions", count, len(asked.examples))
        if example.id in done:
            continue
        services.replies.replayed_s, begun = 0.0, monotonic()
        request = Request(example.question, filters=Filters(documents=example.documents), keep=False)
        answer = answer_json(answer_whole(request, services))
        run.add(example.id, monotonic() - begun + services.replies.replayed_s, answer)


def meta_of(data: Path, sample: int | None, seed: int, services: Services) -> Meta:
    """What a run of these questions with these services is of."""
    return Meta(
        **asked_of(data, sample, seed, services.settings),
        verifier=services.verifier_name(services.settings),
        store=store_digest(services.store),
    )


def asked_of(data: Path, sample: int | None, seed: int, settings: Settings) -> dict[str, Any]:
    """What is known of a run before anything is opened. The seed is that of the sample, and 0 without one."""
    return {
        "model": settings.model,
        "data": data.name,
        "data_sha256": data_digest(data),
        "sample": sample,
        "seed": 0 if sample is None else seed,
        "settings": kept_settings(settings),
        "version": version("verispan"),
    }


def data_digest(data: Path) -> str:
    """The SHA-256 of a file of questions, and of the file of passages beside it that it names, if it names one."""
    read = [data, data.with_name(PASSAGES)] if format_of(data) == "chip" else [data]
    return sha256(b"".join(one.read_bytes() for one in read)).hexdigest()


def store_digest(store: Store) -> str:
    """What names the revisions that a store holds now."""
    held = sorted((one.id, one.current_revision) for one in store.documents() if one.status == "current")
    return sha256(json.dumps(held).encode()).hexdigest()[:16]


def fill_store(folder: Path, asked: ExampleSet, documents: Path | None, embedder: Embedder, progress: Progress) -> Path:
    """Ingest the documents that are given, and those that the set carries, into a store in `folder`.

    Raises BadData when a document cannot be read: an eval of a part of them would say something else.
    """
    paths = [documents] if documents else []
    if asked.sources:
        paths.append(_write_sources(folder / "sources", asked.sources))
    report = ingest(paths, folder / "store", embedder=embedder, progress=progress)
    if report.failures:
        first = report.failures[0]
        raise BadData(f"{len(report.failures)} documents cannot be read; the first: {first.path}: {first.reason}")
    return folder / "store"


def _write_sources(folder: Path, sources: tuple[Source, ...]) -> Path:
    """Write each document as a file, under a manifest that gives its id and title."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in sources:
        (folder / f"{one.id}.txt").write_text(one.text, encoding="utf-8")
    fields = [{"id": one.id, "path": f"{one.id}.txt", "title": one.title} for one in sources]
    (folder / MANIFEST).write_text(manifest_text(fields), encoding="utf-8")
    return folder


def manifest_text(entries: Sequence[Mapping[str, str]]) -> str:
    """A manifest.toml of documents with these fields."""
    tables = ("".join(f"{_toml(name)} = {_toml(text)}\n" for name, text in one.items()) for one in entries)
    return "\n".join(f"[[document]]\n{table}" for table in tables)


def _toml(text: str) -> str:
    """A basic string of TOML: one of JSON, but that no half of a code point is escaped, and U+007F is."""
    return json.dumps(normalised(text), ensure_ascii=False).replace("\x7f", "\\u007f")
