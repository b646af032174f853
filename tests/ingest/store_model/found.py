"""Every search finds what comparing the query with every passage of today finds, in the same order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from ingest.analyse import terms
from ingest.indexes import open_indexes
from ingest.pipeline import ensure_indexes
from ingest.search import Searcher
from ingest.store import Store
from tests.ingest.store_model.light import EMBEDDERS, Counting
from tests.ingest.store_model.model import Model, Shown
from tests.ingest.store_model.texts import SENTENCES

K1, B = 1.2, 0.75
CLOSE = 1e-4


def finds(store: Store, model: Model, shown: Shown, embedder: str) -> None:
    """In each collection, over all of it and within one document."""
    ensure_indexes(store, EMBEDDERS[embedder])  # as whoever searches does
    documents = {one.id: one for one in shown.documents.values()}
    assert store.collections() == tuple(sorted({one.collection for one in documents.values()}))
    for collection in store.collections():
        texts = dict(_passages(store, model, shown, collection))
        indexes = open_indexes(store.folder / "indexes", collection, shown.generation, EMBEDDERS[embedder])
        query = SENTENCES[shown.generation % len(SENTENCES)]
        lexical, dense = _lexical(query, texts), _dense(EMBEDDERS[embedder], query, texts)
        for within in (None, *_filters(store, documents, texts, collection, shown.generation)):
            _same(indexes.lexical, query, lexical, within)
            _same(indexes.dense, query, dense, within)


def _passages(store: Store, model: Model, shown: Shown, collection: str) -> Iterator[tuple[str, str]]:
    """The text that is searched of each passage; together they hold each sentence of the collection once."""
    rows = list(store.passages_of_collection(collection, shown.generation))
    hits = store.hits([row[0] for row in rows], shown.generation)
    held = {model.ids[uri]: one for uri, one in model.held.items() if one.collection == collection}
    titles = {one.id: one.title for one in shown.documents.values()}
    spans = [span for hit in sorted(hits, key=lambda hit: hit.passage.start) for span in hit.spans]
    for document in held:
        assert [one for one in spans if one.document_id == document] == list(shown.spans[document])
    assert {one.document_id for one in spans} == held.keys()
    for (name, text, _), hit in zip(rows, hits, strict=True):
        one, passage = held[hit.passage.document_id], hit.passage
        assert {span.section for span in hit.spans} == {passage.section}
        assert (passage.start, passage.end) == (hit.spans[0].start, hit.spans[-1].end)
        assert len(hit.spans) == 1 or sum(len(span.text.split()) for span in hit.spans) <= model.size
        assert (
            text
            == f"{titles[passage.document_id]}\n{' > '.join(passage.section)}\n{one.text[passage.start : passage.end]}"
        )
        yield name, text


def _filters(
    store: Store, documents: Iterable[str], texts: Mapping[str, str], collection: str, generation: int
) -> Iterator[frozenset[str]]:
    """The passages of the first document, as the store gives them."""
    for document in sorted(documents)[:1]:
        wanted = frozenset(name for name in texts if name.rpartition("@")[0] == document)
        assert store.passage_ids_where(collection, [document], {}, generation) == wanted
        yield wanted


def _lexical(query: str, texts: Mapping[str, str]) -> dict[str, float]:
    """BM25 with Lucene's idf, as its formula says; what shares no term is not found."""
    analysed = {name: terms(text) for name, text in texts.items()}
    mean = sum(map(len, analysed.values())) / len(analysed)
    scores = dict.fromkeys(texts, 0.0)
    for term in set(terms(query)):
        having = sum(term in found for found in analysed.values())
        idf = math.log(1 + (len(analysed) - having + 0.5) / (having + 0.5))
        for name, found in analysed.items():
            count = found.count(term)
            scores[name] += idf * count * (K1 + 1) / (count + K1 * (1 - B + B * len(found) / mean))
    return {name: score for name, score in scores.items() if score > 0}


def _dense(embedder: Counting, query: str, texts: Mapping[str, str]) -> dict[str, float]:
    scores = embedder.embed(list(texts.values())) @ embedder.embed([query])[0]
    return dict(zip(texts, map(float, scores), strict=True))


def _same(searcher: Searcher, query: str, wanted: Mapping[str, float], within: frozenset[str] | None) -> None:
    """All that is allowed is found, the best first, ties by id; the best two are the first two."""
    allowed = {name: score for name, score in wanted.items() if within is None or name in within}
    found = searcher.search(query, len(wanted) + 1, within)
    assert {hit.passage_id for hit in found} == allowed.keys()
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage_id))
    assert np.allclose([hit.score for hit in found], [allowed[hit.passage_id] for hit in found], rtol=CLOSE, atol=CLOSE)
    assert searcher.search(query, 2, within) == found[:2]
