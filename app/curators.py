"""What the curator's commands (`corpus/`) need of this room, handed to them by the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.program import Checked, Contradiction, Program, Say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.services import Models
    from app.settings import Settings
    from app.types import Verifier
    from ingest.embed import Embedder
    from ingest.types import Document, Hit

AT_ONCE = 16
"""How many passages are embedded between two looks of the bar."""


def contradictions_of(documents: Sequence[Document], say: Say) -> list[Contradiction]:
    """The contradictions between documents of which none replaces the other, found without a store.

    Where the verifier's weights are missing those that the fact rung can name are found, without the embedder none.
    """
    from app.contradictions import contradictions
    from app.services import Models
    from app.settings import load_settings
    from ingest.rows import indexed_text

    hits = [hit for one in documents if not one.metadata.get("superseded_by") for hit in _hits(one)]
    if len({hit.passage.document_id for hit in hits}) < 2:
        return []
    settings = load_settings()
    embedder = _embedder(settings, say)
    if embedder is None:
        return []
    matrix = _embedded(embedder, [indexed_text(hit.title, hit.passage) for hit in hits])
    with closing(Models(settings, embedder)) as models:
        found = contradictions(hits, matrix, _verifier(models, say))
    return [Contradiction(one.first, one.second, one.why) for one in found]


def _embedder(settings: Settings, say: Say) -> Embedder | None:
    from app.errors import explain
    from ingest.embed import EmbedderUnavailable, load_embedder

    try:
        return load_embedder(settings.embedder)
    except EmbedderUnavailable as error:
        say(f"Contradictions were not looked for: {explain(error)}")
        return None


def _embedded(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts, under a bar: that takes most of the time."""
    import numpy as np

    from app.progress import Bar

    parts = []
    with Bar() as progress:
        for at in range(0, len(texts), AT_ONCE):
            parts.append(embedder.embed(texts[at : at + AT_ONCE]))
            progress("embed", min(at + AT_ONCE, len(texts)), len(texts))
    return np.concatenate(parts)


def _hits(document: Document) -> Iterator[Hit]:
    """The passages of a document with their spans, as an ingest would make them."""
    from ingest.split import passages_of, spans_of
    from ingest.types import Hit

    spans = spans_of(document)
    by_id = {span.id: span for span in spans}
    for passage in passages_of(document, spans):
        yield Hit(passage, tuple(by_id[name] for name in passage.span_ids), document.title, 0.0)


def _verifier(models: Models, say: Say) -> Verifier | None:
    from app.checks.trusted import WeightsRefused
    from app.errors import explain

    try:
        return models.contradicting(models.settings)
    except WeightsRefused as error:
        say(f"Only contradictions between values were looked for: {explain(error)}")
        return None


def check_answers(store: Path, embedder: Embedder) -> Checked:
    """Check the marked answers of a store, as `verispan ingest` does."""
    from app.marked import outcome_words
    from app.settings import load_settings
    from app.stale_command import check_marked

    checked = check_marked(load_settings(store=store), embedder)
    return Checked(checked, outcome_words(checked), bool(checked["failures"]))


PROGRAM = Program(contradictions_of, check_answers)
