"""Retrieval over a large store: time, memory, and the peers that define its two searchers.

The passages are made of sentences of `corpus/`, drawn with a seed; their vectors are those of their sentences, added
up and normalised, so that 100,000 passages need no hour of embedding. Questions are embedded in earnest.
"""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from app.retrieve import Filters, retrieve
from app.services import Services
from app.settings import Settings
from eval.bench_answers import build_corpus, questions
from eval.bench_row import Row, median_ms
from ingest.analyse import terms
from ingest.embed import Embedder, load_embedder
from ingest.pipeline import ingest
from ingest.store import Store
from ingest.types import Block, Layout, Loaded

SENTENCES = 6
PASSAGES_A_DOCUMENT = 500


class SyntheticLoader:
    """Stands in for a parser: file `n` gives the n-th document of seeded sentences, one passage a heading."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences

    def load(self, path: Path, suffix: str | None = None, root: Path | None = None) -> Loaded:
        """Make a document; the file's number is its seed."""
        drawn = random.Random(path.stem)  # noqa: S311
        text, blocks = "", []
        for number in range(PASSAGES_A_DOCUMENT):
            body = "\n".join([f"{path.stem}-{number}", *drawn.choices(self._sentences, k=SENTENCES)])
            start = len(text)
            text += body + "\n\n"
            blocks.append(Block(start, start + len(body), "paragraph", (f"Part {number}",)))
        return Loaded(text.rstrip(), Layout(tuple(blocks)), path.stem, "text/plain")


class SummingEmbedder:
    """Embeds questions in earnest, and passages as the sum of their sentences' vectors plus a little seeded noise."""

    def __init__(self, real: Embedder, sentences: Sequence[str]) -> None:
        self.name = f"{real.name}-summed"
        self._real = real
        self._vectors = dict(zip(sentences, real.embed(list(sentences)), strict=True))
        self._noise = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text."""
        if not any("Part " in text for text in texts):
            return self._real.embed(texts)
        summed = np.stack([self._sum(text) for text in texts])
        summed += self._noise.normal(0, 0.05, summed.shape).astype(np.float32)
        unit: NDArray[np.float32] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return unit

    def _sum(self, text: str) -> NDArray[np.float32]:
        known = [self._vectors[line] for line in text.split("\n") if line in self._vectors]
        total: NDArray[np.float32] = np.stack(known).sum(axis=0, dtype=np.float32)
        return total


def scale_rows(passages: int, folder: Path) -> Iterator[Row]:
    """Median retrieval at that many passages, its peers in the same run, and the memory of the process."""
    sentences = corpus_sentences(build_corpus(folder))
    embedder = SummingEmbedder(load_embedder(), sentences)
    services = _build(passages, sentences, embedder, folder / "large")
    try:
        yield from _retrieval_rows(passages, services, embedder)
    finally:
        services.close()


def corpus_sentences(store: Path) -> list[str]:
    """Every sentence of the curated store that is at least 40 characters long."""
    opened = Store.open(store)
    spans = [s for one in opened.documents() for s in opened.spans_at(one.id, opened.generation())]
    opened.close()
    return sorted({span.text for span in spans if span.kind == "sentence" and len(span.text) >= 40})


def _build(passages: int, sentences: Sequence[str], embedder: SummingEmbedder, folder: Path) -> Services:
    files = folder / "files"
    files.mkdir(parents=True)
    for number in range(passages // PASSAGES_A_DOCUMENT):
        (files / f"d{number:04}.txt").write_text(f"{number}", encoding="utf-8")
    ingest([files], folder / "store", embedder=embedder, loader=SyntheticLoader(sentences))
    settings = Settings(store=folder / "store", model="extractive", verifier="overlap")
    return Services(settings, Store.open(settings.store), embedder)


def _retrieval_rows(passages: int, services: Services, embedder: SummingEmbedder) -> Iterator[Row]:
    view = services.view()
    asked = questions()
    turn = iter(asked * 100)
    name = f"retrieval at {passages:,} passages"
    whole = median_ms(lambda: retrieve(next(turn), view, Filters(), services.settings, 8), 50)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row(f"{name}: BM25, dense, fusion, spans", whole, "ms", "< 25")
    yield Row(f"memory of the process that built and serves {passages:,} passages", peak, "MB", "< 3,072")
    [indexes] = view.indexes.values()
    lexical = median_ms(lambda: indexes.lexical.search(next(turn), 100), 50)
    texts = [text for _, text, _ in services.store.passages_of_collection("default", view.generation)]
    peer = BM25Okapi([terms(text) for text in texts])
    slow = median_ms(lambda: peer.get_scores(terms(asked[0])), 3)
    yield Row("    BM25 alone", lexical, "ms", "", "rank-bm25", lexical / slow)
    vectors = np.stack([embedder._sum(text) for text in texts])
    query = embedder.embed([asked[0]])[0]
    exact = median_ms(lambda: np.argpartition(-(vectors @ query), 100)[:100], 20)
    dense = median_ms(lambda: indexes.dense.search(next(turn), 100), 50)
    yield Row("    dense alone, embedding of the question included", dense, "ms", "", "an exact scan", dense / exact)
