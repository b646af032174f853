"""How well BM25, the dense leg and their fusion find the passages that people judged relevant.

Two layouts are read: BEIR's (`corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv`; Thakur et al. 2021), and
`passages.jsonl` with `questions.jsonl`, whose answerable questions name their passages. What is searched is what the
product searches: the same indexes, the same candidates, the same fusion.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

from app.fusion import fuse
from app.retrieve import CANDIDATES
from app.settings import Settings
from eval.jsonl import lines, rows
from ingest.embed import Embedder
from ingest.errors import BadInput
from ingest.indexes import Indexes, build_indexes, open_indexes

MEASURES = (nDCG @ 10, R @ 10, R @ 100, RR @ 10)
DEPTH = 100

Ranking = list[str]
Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Texts by passage id, queries by query id, and for each query its judged passages with their grades."""

    passages: dict[str, str]
    queries: dict[str, str]
    qrels: Qrels


def measure_retrieval(
    data: Path, split: str, embedder: Embedder, settings: Settings
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure the systems `bm25`, `dense` and `fused` on the judged queries of `data`.

    Gives {"systems": {name: {"nDCG@10", "R@10", "R@100", "RR@10"}}}. Raises BadInput, naming file and line.
    """
    judged = read_retrieval_set(data, split)
    runs: dict[str, dict[str, Ranking]] = {"bm25": {}, "dense": {}, "fused": {}}
    with tempfile.TemporaryDirectory(prefix="verispan-eval-") as folder:
        indexes = _index(Path(folder), judged, embedder)
        for query_id in judged.qrels:
            for system, ranking in _rankings(indexes, judged.queries[query_id], settings).items():
                runs[system][query_id] = ranking
        del indexes
    return {"systems": {system: score(judged.qrels, run) for system, run in runs.items()}}


def score(qrels: Qrels, run: dict[str, Ranking]) -> dict[str, float]:
    """The mean of each measure over all queries of `qrels`; a query that found nothing counts as zero."""
    # Ranks go in as scores, so that ties are broken as we break them and not as the measuring library does.
    scored = {query: {found: -float(rank) for rank, found in enumerate(ranking)} for query, ranking in run.items()}
    values = ir_measures.calc_aggregate(MEASURES, qrels, scored)
    return {str(measure): round(float(values[measure]), 4) for measure in MEASURES}


def read_retrieval_set(folder: Path, split: str) -> RetrievalSet:
    """Read a folder in either layout; `split` names the qrels of BEIR's. Raises BadInput, naming file and line."""
    judged = _read_questions(folder) if (folder / "questions.jsonl").exists() else _read_beir(folder, split)
    for query_id, grades in judged.qrels.items():
        if query_id not in judged.queries:
            raise BadInput(f"{folder}: the qrels judge query {query_id!r}, which is not among the queries")
        if unknown := grades.keys() - judged.passages.keys():
            raise BadInput(f"{folder}: query {query_id!r} is judged on {min(unknown)!r}, which is not in the corpus")
    return judged


def _read_beir(folder: Path, split: str) -> RetrievalSet:
    corpus = (row for _, row in rows(folder / "corpus.jsonl", ("_id", "text")))
    passages = {row["_id"]: "\n".join(filter(None, (row.get("title"), row["text"]))) for row in corpus}
    queries = {row["_id"]: row["text"] for _, row in rows(folder / "queries.jsonl", ("_id", "text"))}
    return RetrievalSet(passages, queries, _read_qrels(folder / "qrels" / f"{split}.tsv"))


def _read_questions(folder: Path) -> RetrievalSet:
    passages = {
        row["passage_id"]: "\n".join(filter(None, (row.get("document", "").replace("_", " "), row["text"])))
        for _, row in rows(folder / "passages.jsonl", ("passage_id", "text"))
    }
    asked = [row for _, row in rows(folder / "questions.jsonl", ("id", "question")) if row.get("answerable")]
    queries = {row["id"]: row["question"] for row in asked}
    return RetrievalSet(passages, queries, {row["id"]: dict.fromkeys(row["passage_ids"], 1) for row in asked})


def _read_qrels(path: Path) -> Qrels:
    """Read query id, passage id and grade, tab-separated, under a line of column names."""
    qrels: Qrels = {}
    for number, line in lines(path):
        if number == 1 and line.startswith("query-id"):
            continue
        try:
            query_id, passage_id, grade = line.split("\t")
            qrels.setdefault(query_id, {})[passage_id] = int(grade)
        except ValueError:
            raise BadInput(f"{path}, line {number}: wanted query id, passage id and grade, tab-separated") from None
    if not qrels:
        raise BadInput(f"{path}: no judgements in it")
    return qrels


def _index(folder: Path, judged: RetrievalSet, embedder: Embedder) -> Indexes:
    texts = list(judged.passages.values())
    build_indexes(folder, "eval", 1, list(judged.passages), texts, embedder.embed(texts), embedder.name)
    return open_indexes(folder, "eval", 1, embedder)


def _rankings(indexes: Indexes, query: str, settings: Settings) -> dict[str, Ranking]:
    """Each system's passages for a query, best first."""
    lexical, dense = indexes.candidates(query, CANDIDATES)
    return {
        "bm25": [hit.passage_id for hit in indexes.lexical.search(query, DEPTH)],
        "dense": [hit.passage_id for hit in indexes.dense.search(query, DEPTH)],
        "fused": [entry[0] for entry in fuse(lexical, dense, settings.fusion, settings.fusion_weight, DEPTH)],
    }
