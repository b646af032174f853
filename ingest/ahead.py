"""What an ingest writes ahead of its commit, a batch at a time: the files' bytes, and the vectors of new passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.embed import Embedder
from ingest.report import IngestReport
from ingest.store import Store
from ingest.writer import save_ahead

EMBEDDED_AT_ONCE = 128
BYTES_AT_ONCE = 16 << 20


@dataclass(slots=True)
class Ahead:
    """Collects what is to be kept, across documents, so that small ones do not cost a commit each."""

    store: Store
    embedder: Embedder
    report: IngestReport
    _sources: list[dict[str, Any]] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)

    def add_source(self, sha256: str, media_type: str, data: bytes) -> None:
        """Take a file's bytes."""
        self._sources.append({"sha256": sha256, "media_type": media_type, "data": data})
        if sum(len(source["data"]) for source in self._sources) >= BYTES_AT_ONCE:
            self._save({})

    def add_texts(self, texts: Mapping[str, str]) -> None:
        """Take texts to embed, by vector key; those that have a vector are passed over."""
        missing = self.store.missing_vectors(texts.keys() - self._texts.keys(), self.embedder.name)
        self._texts |= {key: text for key, text in texts.items() if key in missing}
        while len(self._texts) >= EMBEDDED_AT_ONCE:
            self._embed()

    def flush(self) -> None:
        """Embed and keep what is left."""
        if self._texts:
            self._embed()
        if self._sources:
            self._save({})

    def _embed(self) -> None:
        keys = list(self._texts)[:EMBEDDED_AT_ONCE]
        with self.report.stage("embed"):
            found = self.embedder.embed([self._texts.pop(key) for key in keys])
        self.report.passages += len(keys)
        self._save({key: vector.tobytes() for key, vector in zip(keys, found, strict=True)})

    def _save(self, vectors: Mapping[str, bytes]) -> None:
        name = self.embedder.name
        rows = [{"key": key, "embedder": name, "data": data} for key, data in vectors.items()]
        save_ahead(self.store, self._sources, rows)
        self._sources.clear()
