"""The one place that builds things: the store, the embedder, the indexes of a generation, the models, the ladder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from app.as_of import PastViews
from app.checks.adapter import CARD as ADAPTER_CARD
from app.checks.adapter import adapter_for
from app.checks.cross_encoder import CARD, CrossEncoder
from app.checks.fallback import Fallback
from app.checks.fitted import FITTED, Fitted, read_fitted
from app.checks.ladder import Ladder
from app.checks.overlap import OverlapVerifier
from app.checks.trusted import WEIGHTS, read_card
from app.checks.undecided import Undecided
from app.errors import UnknownModel
from app.guarantee import Thresholds, guarantees
from app.receipts.signing import Signer, read_signer
from app.record import Record
from app.relevance import Relevance
from app.settings import Settings
from app.types import Usage, Verifier
from app.view import OpenView
from app.weights import find_weights
from ingest.embed import Embedder, RememberingEmbedder, load_embedder
from ingest.errors import BadInput, UnknownId
from ingest.indexes import IndexMissing, open_indexes
from ingest.pipeline import ensure_indexes
from ingest.store import Store

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from app.checks.judge import Judge
    from app.local import LocalServer


_UNTAUGHT = {"auto": "small", "lm": "lm-untaught"}
"""What serves in place of a verifier, or is known by another name, where the local model has not its adapter."""


def _ignored(_usage: Usage) -> None:
    return None


class Models:
    """The embedder, the language models and the verifiers: what the checks need where there is no store."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self.settings = settings
        self.embedder = embedder

    def chat_model(self, settings: Settings) -> BaseChatModel:
        """The language model that settings name. Raises ModelUnavailable or UnknownModel."""
        from app.models import chat_model

        return chat_model(settings.model, settings, self.local_server if settings.model == "local" else None)

    @cached_property
    def local_server(self) -> LocalServer | None:
        """The local model's server, started on first use; None where its weights are not there."""
        from app.local import LocalServer

        try:
            weights = find_weights(self.settings)
        except BadInput:  # a path in settings that leads nowhere: as good as no weights, and `chat_model` says so
            return None
        return LocalServer(weights, adapter_for(weights)) if weights else None

    @cached_property
    def overlap(self) -> Verifier:
        """The verifier that needs no language model."""
        return OverlapVerifier(self.embedder)

    def language_model(self, on_usage: Callable[[Usage], None]) -> Verifier:
        """The local model as a verifier; where its weights are missing, it is unavailable when it is asked.

        Weights that settings name instead of the bundled ones have no adapter: they are shown examples.
        """
        from app.checks.language_model import LanguageModelVerifier
        from app.models import chat_model

        return LanguageModelVerifier(lambda: chat_model("local", self.settings, self.local_server), on_usage)

    @cached_property
    def cross_encoder(self) -> Verifier:
        """The trained small model. Raises WeightsRefused."""
        return CrossEncoder()

    @cached_property
    def small(self) -> Verifier:
        """All that judges in milliseconds, joined, of a claim and of its parts."""
        from app.checks.by_parts import ByParts
        from app.checks.stacked import Stacked

        return ByParts(Stacked((self.cross_encoder, self.overlap), self._fitted.small))

    def verifier(self, settings: Settings, on_usage: Callable[[Usage], None] = _ignored) -> Verifier:
        """The entailment model that settings name; `auto` asks the language model too, where it has its adapter, about
        the claims that `small` leaves undecided."""
        match settings.verifier:
            case "overlap":
                return self.overlap
            case "cross-encoder":
                return self.cross_encoder
            case "lm":
                return self.language_model(on_usage)
            case "auto" if self.is_taught:
                return Undecided(self.small, self.language_model(on_usage), self._fitted)
        return self.small

    def contradicting(self, settings: Settings) -> Verifier | None:
        """The verifier that knows contradiction and takes milliseconds; None where settings name overlap alone."""
        return None if settings.verifier == "overlap" else self.cross_encoder

    def verifier_name(self, settings: Settings) -> str:
        """What identifies the verifier with its weights and its fit: a guarantee holds for no other."""
        served = settings.verifier
        if served in _UNTAUGHT and not self.is_taught:
            served = _UNTAUGHT[served]
        return f"{served}-{self._digest}"

    @property
    def is_taught(self) -> bool:
        """Whether the local model is there with the adapter that it was fitted with."""
        return self.local_server is not None and self.local_server.adapter is not None

    @cached_property
    def _digest(self) -> str:
        cards = [read_card(WEIGHTS / name)["sha256"] for name in (CARD, ADAPTER_CARD)]
        return sha256(f"{cards}{FITTED.read_text('utf-8')}{self.embedder.name}".encode()).hexdigest()[:8]

    @cached_property
    def _fitted(self) -> Fitted:
        return read_fitted()

    def close(self) -> None:
        """End the local model."""
        if "local_server" in self.__dict__ and self.local_server is not None:
            self.local_server.close()


class Services(Models):
    """What a process needs to answer questions. Build it once with `open_services`; it is safe in many threads.

    `signer` signs receipts, where there is one.
    """

    def __init__(self, settings: Settings, store: Store, embedder: Embedder, signer: Signer | None = None) -> None:
        super().__init__(settings, embedder)
        self.store = store
        self.signer = signer
        self.relevance = Relevance(embedder)
        self._lock = threading.Lock()
        self._view: OpenView | None = None

    @cached_property
    def _past(self) -> PastViews:
        """Made on first use: what is limited never has it, and is gone with the last who holds it."""
        return PastViews(self.store, self.embedder, self.view)

    def view(self, as_of: int | str | None = None) -> OpenView:
        """The newest generation whose indexes are ready; while an ingest builds newer ones, the one before it.

        With `as_of` that generation, or the newest by that date or time. Raises BadInput where there was none.
        """
        if as_of is not None:
            return self._past.view(as_of)
        with self._lock:
            generation = self.store.generation()
            if self._view is None:
                self._view = self._first()
            elif self._view.generation != generation:
                self._view = self._newer(generation) or self._view
            return self._view

    def settings_for(self, model: str | None, min_confidence: float | None) -> Settings:
        """The settings of one request. Raises UnknownModel for a model that is not offered, and BadInput."""
        from app.models import check_name

        changed = replace(
            self.settings,
            model=model if model is not None else self.settings.model,
            min_confidence=self.settings.min_confidence if min_confidence is None else min_confidence,
        )
        check_name(changed.model)
        if changed.judge:
            check_name(changed.judge)
        offered = self.settings.offered_models
        if changed.model not in offered:
            raise UnknownModel(f"the model {changed.model!r} is not offered here; these are: {', '.join(offered)}")
        return changed

    def ladder(self, settings: Settings, record: Record) -> Ladder:
        """The checks that a claim climbs, with the thresholds and the verifier; `record` notes what that takes."""
        verifier = Fallback(self.verifier(settings, record.usage.append), self.small, record.notes.append)
        judge, thresholds = self.judge(settings, record), self.thresholds(settings)
        return Ladder(verifier, self.relevance, self.store.text_at, thresholds, judge)

    def thresholds(self, settings: Settings) -> Thresholds:
        """What confidence claims need: what settings ask for, and what is proven for collections and this verifier."""
        proven = guarantees(self.store.folder, self.verifier_name(settings))
        return Thresholds(settings.min_confidence, proven, self._collection_of)

    def _collection_of(self, document_id: str) -> str:
        try:
            return self.store.document(document_id).collection
        except UnknownId:  # deleted since it was found
            return ""

    def judge(self, settings: Settings, record: Record) -> Judge | None:
        """Who is asked about undecided claims; None where settings name no judge."""
        if not settings.judge:
            return None
        from app.checks.judge import Judge

        named = replace(settings, model=settings.judge)
        return Judge(lambda: self.chat_model(named), record.usage.append, record.notes.append, settings.model_timeout_s)

    def close(self) -> None:
        """End the local model and close the store."""
        super().close()
        self.store.close()

    def _first(self) -> OpenView:
        """Build what is lacking and open it; once more when an ingest has come between."""
        ensure_indexes(self.store, self.embedder)
        view = self._newer(self.store.generation())
        if view is None:
            ensure_indexes(self.store, self.embedder)
            view = self._open(self.store.generation())
        return view

    def _newer(self, generation: int) -> OpenView | None:
        try:
            return self._open(generation)
        except IndexMissing:
            return None

    def _open(self, generation: int) -> OpenView:
        root = self.store.folder / "indexes"
        names = self.store.collections()
        opened = {name: open_indexes(root, name, generation, self.embedder) for name in names}
        return OpenView(self.store, generation, opened)


def open_services(settings: Settings) -> Services:
    """Open the store, the embedder and the signing key that settings name. Raises StoreError and BadSigningKey."""
    signer = read_signer(Path(settings.signing_key).expanduser()) if settings.signing_key else None
    embedder = RememberingEmbedder(load_embedder(settings.embedder))
    return Services(settings, Store.open(settings.store), embedder, signer)


def open_models(settings: Settings) -> Models:
    """Open the embedder that settings name, and what needs no store."""
    return Models(settings, load_embedder(settings.embedder))
