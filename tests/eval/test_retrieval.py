import json
from math import log2

import ir_measures
import pytest
from ir_measures import nDCG

from app.settings import Settings
from eval.retrieval import measure_retrieval, score
from eval.retrieval_sets import read_retrieval_set
from ingest.errors import BadInput

CORPUS = [
    {"_id": "d0", "title": "Preface", "text": "This page is about nothing in particular."},
    {"_id": "d1", "title": "Hold", "text": "A violation is caused by data that arrives early."},
    {"_id": "d2", "text": "The reset synchroniser has two flops."},
]
QUERIES = [
    {"_id": "q9", "text": "never judged"},
    {"_id": "q1", "text": "cause of hold violations"},
    {"_id": "q2", "text": "reset flops"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n"


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def beir(tmp_path):
    write_rows(tmp_path / "corpus.jsonl", CORPUS)
    write_rows(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "dev.tsv").write_text(QRELS)
    return tmp_path


def test_measures_are_those_of_their_definitions():
    qrels = {"q": {"a": 1, "b": 1}, "nothing found": {"c": 1}}
    run = {"q": ["x", "a", "y", "b"], "nothing found": []}

    found = score(qrels, run)

    ideal = 1 / log2(2) + 1 / log2(3)
    assert found["q"] == {
        "nDCG@10": pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal),
        "R@10": 1.0,
        "R@100": 1.0,
        "RR@10": 0.5,
    }
    assert found["nothing found"] == {"nDCG@10": 0, "R@10": 0, "R@100": 0, "RR@10": 0}


def test_beir_is_read(beir):
    judged = read_retrieval_set(beir, "dev")
    assert judged.passages["d1"] == "Hold\nA violation is caused by data that arrives early."
    assert judged.passages["d2"] == "The reset synchroniser has two flops."
    assert judged.qrels == {"q1": {"d1": 1}, "q2": {"d2": 1}}


def test_only_answerable_questions_are_asked(tmp_path):
    passages = [{"passage_id": "gate_sizing_4", "document": "gate_sizing", "text": "Gates are sized."}]
    question = {"question": "How are gates sized?", "passage_ids": ["gate_sizing_4"]}
    write_rows(tmp_path / "passages.jsonl", passages)
    write_rows(
        tmp_path / "questions.jsonl",
        [
            question | {"id": "e1", "answerable": False},
            question | {"id": "e2", "answerable": True},
            {**question, "id": "e3", "answerable": None},
        ],
    )

    judged = read_retrieval_set(tmp_path, "test")

    assert judged.passages == {"gate_sizing_4": "gate sizing\nGates are sized."}
    assert judged.queries == {"e2": "How are gates sized?"}
    assert judged.qrels == {"e2": {"gate_sizing_4": 1}}


@pytest.mark.slow
@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_all_systems_are_measured(beir, embedder, fusion):
    found = measure_retrieval(beir, "dev", embedder, Settings(fusion=fusion), rerank=True)

    assert found["n"] == 2
    assert list(found["systems"]) == ["bm25", "dense", "fused", "convex", "rrf", "reranked"]
    perfect = {"nDCG@10": 1.0, "R@10": 1.0, "R@100": 1.0, "RR@10": 1.0}
    assert found["systems"]["bm25"] == found["systems"]["fused"] == perfect
    assert found["intervals"]["fused"]["nDCG@10"] == [1.0, 1.0]
    assert found["over_bm25"]["fused"] == [0.0, 0.0, 0.0]


@pytest.mark.slow
def test_runs_are_written_as_trec_has_them(beir, embedder, tmp_path):
    found = measure_retrieval(beir, "dev", embedder, Settings(), runs=tmp_path / "runs")
    read = list(ir_measures.read_trec_run(str(tmp_path / "runs" / "bm25.run")))
    assert next((one.query_id, one.doc_id) for one in read if one.query_id == "q2") == ("q2", "d2")
    qrels = {"q1": {"d1": 1}, "q2": {"d2": 1}}
    assert ir_measures.calc_aggregate([nDCG @ 10], qrels, read)[nDCG @ 10] == found["systems"]["bm25"]["nDCG@10"]


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("corpus.jsonl", '{"_id": "d0", "text": "x"}\n\n{"_id": "d1"\n', "corpus.jsonl, line 3: not JSON"),
        (
            "corpus.jsonl",
            '{"_id": "d0", "text": "x"}\n{"_id": 1, "text": "x"}\n',
            "corpus.jsonl, line 2: wanted an object",
        ),
        (
            "corpus.jsonl",
            '{"_id": "d0", "text": "x"}\n{"_id": "d0", "text": "y"}\n',
            "corpus.jsonl, line 2: _id 'd0' was used before",
        ),
        ("queries.jsonl", "[]\n", "queries.jsonl, line 1: wanted an object"),
        ("qrels/dev.tsv", QRELS + "q1 d0 1\n", "dev.tsv, line 4: wanted query id"),
        ("qrels/dev.tsv", QRELS + "q1\td0\thigh\n", "dev.tsv, line 4: wanted query id"),
        ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\n", "dev.tsv: no judgements"),
        ("qrels/dev.tsv", QRELS + "q7\td0\t1\n", "'q7', which is not among the queries"),
        ("qrels/dev.tsv", QRELS + "q1\td7\t1\n", "'d7', which is not in the corpus"),
    ],
)
def test_a_bad_file_is_named_with_its_line(beir, file, text, complaint):
    (beir / file).write_text(text)
    with pytest.raises(BadInput, match=complaint):
        read_retrieval_set(beir, "dev")


def test_a_missing_file_is_named(beir):
    with pytest.raises(BadInput, match=r"train\.tsv cannot be read"):
        read_retrieval_set(beir, "train")
