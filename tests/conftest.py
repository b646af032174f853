"""Shared fixtures: small real parts in place of the slow ones, and a small store on a temporary disk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings
from numpy.typing import NDArray

from app.services import Services
from app.settings import Settings
from app.types import Checked, Citation, Claim, Label, Verdict
from ingest.load import LOADERS, resolve
from ingest.pipeline import ingest
from ingest.store import Store
from ingest.types import Hit, Loaded, Passage, Span

# A loaded machine is no bug, and a failure must be the same on the next run.
hypothesis_settings.register_profile("verispan", deadline=None, derandomize=True)
hypothesis_settings.load_profile("verispan")

HOLD = """# Hold checks

This page is about short paths. A hold violation is caused by data that arrives too early at the capturing flop.
The hold uncertainty after clock tree synthesis is 15 ps. A hold violation cannot be mended by slowing the clock down.

## Mending

Insert delay cells at the endpoint of the path. The command `set_clock_uncertainty -hold 0.015` sets the margin.

| Corner | Hold margin (ps) | Voltage (V) |
| --- | --- | --- |
| SS | 15 | 0.675 |
| FF | 12 | 0.825 |
"""

RESET = """# Reset synchronisers

Some words on resets come first. An asynchronous reset is asserted at once and released on a clock edge.
The reset synchroniser has two flops whose data input is tied high. Each clock domain has a reset synchroniser of its own.

## Recovery

Recovery time is the time a reset must be released before the clock edge.
"""


class HashEmbedder:
    """Bags of words hashed into 256 dimensions: deterministic, quick, and similar words give similar vectors."""

    name = "hash-256"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % 256] += 1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)


class LetterEmbedder:
    """Counts letters: quicker still, for tests that search nothing."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[len(text), text.count("e") + 1] for text in texts], np.float32).reshape(-1, 2)


@dataclass
class Ingested:
    """A store with the two documents above, and the folder they came from."""

    folder: Path
    store_path: Path
    embedder: HashEmbedder

    def again(self) -> None:
        """Ingest the folder as it stands now."""
        ingest([self.folder], self.store_path, embedder=self.embedder, loader=DirectLoader())


class DirectLoader:
    """Loads in this process: quick, for documents that the tests wrote themselves. Remembers what it loaded."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        self.loaded.append(path.name)
        return resolve(LOADERS[suffix or path.suffix])(path)


@pytest.fixture(scope="session")
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture(scope="session")
def shared_services(tmp_path_factory: pytest.TempPathFactory, embedder: HashEmbedder) -> Iterator[Services]:
    """Services over one small store, for all tests that add nothing to it but answers."""
    folder, store_path = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("shared") / "store"
    (folder / "hold.md").write_text(HOLD, encoding="utf-8")
    (folder / "reset.md").write_text(RESET, encoding="utf-8")
    ingest([folder], store_path, embedder=embedder, loader=DirectLoader())
    settings = Settings(store=store_path, model="extractive", verifier="overlap")
    built = Services(settings, Store.open(store_path), embedder)
    yield built
    built.close()


@pytest.fixture(scope="session")
def letters() -> LetterEmbedder:
    return LetterEmbedder()


@pytest.fixture(scope="session")
def direct() -> DirectLoader:
    return DirectLoader()


@pytest.fixture
def ingested(tmp_path: Path, embedder: HashEmbedder) -> Ingested:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "hold.md").write_text(HOLD, encoding="utf-8")
    (folder / "reset.md").write_text(RESET, encoding="utf-8")
    done = Ingested(folder, tmp_path / "store", embedder)
    done.again()
    return done


@pytest.fixture
def services(ingested: Ingested) -> Iterator[Services]:
    settings = Settings(store=ingested.store_path, model="extractive", verifier="overlap")
    built = Services(settings, Store.open(ingested.store_path), ingested.embedder)
    yield built
    built.close()


class Make:
    """Makes values for tests; nothing interesting stands at offset 0."""

    @staticmethod
    def span(text: str, *, document: str = "doc", start: int = 40, section: tuple[str, ...] = ("Top",)) -> Span:
        """A span that stands at `start`, with an id made of its text."""
        name = hashlib.sha256(text.encode()).hexdigest()[:10]
        return Span(f"{document}~{name}", document, "0" * 16, start, start + len(text), text, section)

    @staticmethod
    def hit(*spans: Span, name: str = "p1", title: str = "A title", score: float = 1.0) -> Hit:
        """A hit whose passage holds these spans, one after the other."""
        first, last = spans[0], spans[-1]
        passage = Passage(
            f"{first.document_id}@{name}",
            first.document_id,
            first.revision,
            first.start,
            last.end,
            " ".join(span.text for span in spans),
            first.section,
            tuple(span.id for span in spans),
        )
        return Hit(passage, spans, title, score)

    @staticmethod
    def citation(span: Span, header: str = "") -> Citation:
        """A citation of the span."""
        return Citation(span, "A title", "file:a.md", "before ", " after", header)

    @staticmethod
    def checked(text: str, label: Label, confidence: float, *spans: Span, verbatim: bool = False) -> Checked:
        """A claim that cites the spans, with a verdict."""
        claim = Claim(text, tuple(Make.citation(span) for span in spans), verbatim)
        return Checked(claim, Verdict(label, confidence, (), "" if label == "supported" else "It does not say so."))


@pytest.fixture
def make() -> type[Make]:
    return Make
