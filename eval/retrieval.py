"""How well BM25, the dense leg and their fusion find the passages that people judged relevant.

What is searched is what the product searches: the same indexes, the same candidates, the same fusion. Beside it stand
the other fusion, and a reranker that the product does not have, to see what it would bring.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG

from app.fusion import fuse
from app.retrieve import CANDIDATES
from app.settings import Settings
from eval.answers.figures import differences, figures_of
from eval.late_interaction import LateInteraction
from eval.retrieval_sets import Qrels, RetrievalSet, read_retrieval_set
from ingest.embed import Embedder
from ingest.indexes import Indexes, build_indexes, open_indexes
from ingest.pipeline import Progress
from ingest.types import Scored

MEASURES = (nDCG @ 10, R @ 10, R @ 100, RR @ 10)
NAMES = tuple(str(one) for one in MEASURES)
DEPTH = 100
FUSED = "fused"

Ranking = list[str]
Runs = dict[str, dict[str, Ranking]]
"""By system and query, the passages that were found, best first."""


def measure_retrieval(
    data: Path,
    split: str,
    embedder: Embedder,
    settings: Settings,
    *,
    rerank: bool = False,
    runs: Path | None = None,
    seed: int = 0,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Measure the systems on the judged queries of `data`: `bm25`, `dense`, `fused` as settings say, both fusions by
    name and, if asked, `reranked`, which costs the embedding of each candidate's sentences.

    Gives {"n", "systems": {name: {"nDCG@10", "R@10", "R@100", "RR@10"}}, "intervals": the same with [low, high],
    "over_bm25": {name: [difference, low, high] in nDCG@10, paired}}. With `runs`, a TREC run file of each system goes
    into that folder. Raises BadData, naming file and line.
    """
    judged = read_retrieval_set(data, split)
    with tempfile.TemporaryDirectory(prefix="verispan-eval-") as folder:
        found = _search_all(_index(Path(folder), judged, embedder), judged, embedder, settings, rerank, progress)
    if runs:
        write_runs(found, runs)
    return {"n": len(judged.qrels), **_figures(judged.qrels, found, seed)}


def score(qrels: Qrels, run: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Each query's measures, for all queries of `qrels`; one that found nothing has zeros."""
    # Ranks go in as scores, so that ties are broken as we break them and not as the measuring library does.
    scored = {query: {found: -float(rank) for rank, found in enumerate(ranking)} for query, ranking in run.items()}
    values = {query: dict.fromkeys(NAMES, 0.0) for query in qrels}
    for one in ir_measures.iter_calc(MEASURES, qrels, scored):
        values[one.query_id][str(one.measure)] = float(one.value)
    return values


def write_runs(found: Runs, folder: Path) -> None:
    """Write each system's rankings as a TREC run file: query, Q0, passage, rank from 1, score, system."""
    folder.mkdir(parents=True, exist_ok=True)
    for system, run in found.items():
        lines = (
            f"{query} Q0 {passage} {rank} {DEPTH + 1 - rank} verispan-{system}\n"
            for query, ranking in run.items()
            for rank, passage in enumerate(ranking, start=1)
        )
        (folder / f"{system}.run").write_text("".join(lines), encoding="utf-8")


def _figures(qrels: Qrels, found: Runs, seed: int) -> dict[str, Any]:
    scores = {
        system: {query: {name: (value, 1.0) for name, value in row.items()} for query, row in score(qrels, run).items()}
        for system, run in found.items()
    }
    figures = {system: figures_of(rows, seed, NAMES) for system, rows in scores.items()}
    gains = {system: differences(scores["bm25"], rows, seed, NAMES[:1])[NAMES[0]] for system, rows in scores.items()}
    return {
        "systems": {s: {name: round(one.value or 0.0, 4) for name, one in row.items()} for s, row in figures.items()},
        "intervals": {s: {name: [one.low, one.high] for name, one in row.items()} for s, row in figures.items()},
        "over_bm25": {s: [one.value, one.low, one.high] for s, one in gains.items() if s != "bm25"},
    }


def _index(folder: Path, judged: RetrievalSet, embedder: Embedder) -> Indexes:
    texts = list(judged.passages.values())
    build_indexes(folder, "eval", 1, list(judged.passages), texts, embedder.embed(texts), embedder.name)
    return open_indexes(folder, "eval", 1, embedder)


def _search_all(
    indexes: Indexes, judged: RetrievalSet, embedder: Embedder, settings: Settings, rerank: bool, progress: Progress
) -> Runs:
    late = LateInteraction(judged.passages, embedder) if rerank else None
    found: Runs = {}
    for count, query_id in enumerate(judged.qrels):
        progress("queries", count, len(judged.qrels))
        for system, ranking in _rankings(indexes, judged.queries[query_id], settings, late).items():
            found.setdefault(system, {})[query_id] = ranking
    return found


def _rankings(indexes: Indexes, query: str, settings: Settings, late: LateInteraction | None) -> dict[str, Ranking]:
    """Each system's passages for a query, best first."""
    lexical, dense = indexes.candidates(query, CANDIDATES)
    fused = fuse(lexical, dense, settings.fusion, settings.fusion_weight, DEPTH)
    found = {
        "bm25": _ids(indexes.lexical.search(query, DEPTH)),
        "dense": _ids(indexes.dense.search(query, DEPTH)),
        FUSED: [entry[0] for entry in fused],
        "convex": [entry[0] for entry in fuse(lexical, dense, "convex", settings.fusion_weight, DEPTH)],
        "rrf": [entry[0] for entry in fuse(lexical, dense, "rrf", settings.fusion_weight, DEPTH)],
    }
    return found | ({"reranked": late.rerank(query, fused)} if late else {})


def _ids(hits: list[Scored]) -> Ranking:
    return [hit.passage_id for hit in hits]
