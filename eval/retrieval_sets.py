"""Queries with the passages that people judged relevant, in either of two layouts.

BEIR's: `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv` (Thakur et al. 2021). Or `passages.jsonl` with
`questions.jsonl`, whose answerable questions name their passages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.errors import BadData
from eval.jsonl import Row, lines, rows, unique

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Texts by passage id, queries by query id, and for each query its judged passages with their grades."""

    passages: dict[str, str]
    queries: dict[str, str]
    qrels: Qrels


def read_retrieval_set(folder: Path, split: str) -> RetrievalSet:
    """Read a folder in either layout; `split` names the qrels of BEIR's. Raises BadData, naming file and line."""
    judged = _read_questions(folder) if (folder / "questions.jsonl").exists() else _read_beir(folder, split)
    for query_id, grades in judged.qrels.items():
        if query_id not in judged.queries:
            raise BadData(f"{folder}: the qrels judge query {query_id!r}, which is not among the queries")
        if unknown := grades.keys() - judged.passages.keys():
            raise BadData(f"{folder}: query {query_id!r} is judged on {min(unknown)!r}, which is not in the corpus")
    return judged


def _read_beir(folder: Path, split: str) -> RetrievalSet:
    corpus = _rows(folder / "corpus.jsonl", "_id", "text")
    passages = {row["_id"]: "\n".join(filter(None, (row.get("title"), row["text"]))) for row in corpus}
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl", "_id", "text")}
    return RetrievalSet(passages, queries, _read_qrels(folder / "qrels" / f"{split}.tsv"))


def _read_questions(folder: Path) -> RetrievalSet:
    passages = {
        row["passage_id"]: "\n".join(filter(None, (row.get("document", "").replace("_", " "), row["text"])))
        for row in _rows(folder / "passages.jsonl", "passage_id", "text")
    }
    asked = [row for row in _rows(folder / "questions.jsonl", "id", "question") if row.get("answerable")]
    queries = {row["id"]: row["question"] for row in asked}
    return RetrievalSet(passages, queries, {row["id"]: dict.fromkeys(row["passage_ids"], 1) for row in asked})


def _rows(path: Path, key: str, text: str) -> Iterator[Row]:
    """The rows of a file, each with its own `key` and a `text`. Raises BadData."""
    return unique(rows(path, (key, text)), key, path)


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
            raise BadData(f"{path}, line {number}: wanted query id, passage id and grade, tab-separated") from None
    if not qrels:
        raise BadData(f"{path}: no judgements in it")
    return qrels
