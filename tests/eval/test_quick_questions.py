"""The quick questions about the curated store: what each row must be, and that its gold stands in the documents."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [json.loads(line) for line in (ROOT / "eval/data/quick_questions.jsonl").read_text("utf-8").splitlines()]
KINDS = {"plain", "numeric", "two-document", "superseded", "contradicted", "unanswerable"}
FIELDS = {"id", "kind", "question", "answerable", "answer", "gold"}


def test_every_row_has_its_fields_and_an_id_and_a_question_of_its_own():
    assert [row["id"] for row in ROWS if set(row) - {"old"} != FIELDS or row["kind"] not in KINDS] == []
    for field in ("id", "question"):
        assert [one for one, times in Counter(row[field] for row in ROWS).items() if times > 1] == []


def test_there_are_some_of_each_kind():
    counts = Counter(row["kind"] for row in ROWS)
    assert set(counts) == KINDS
    assert min(counts.values()) >= 4


def test_what_cannot_be_answered_has_no_gold_and_all_else_has():
    for row in ROWS:
        assert row["answerable"] == (row["kind"] != "unanswerable"), row["id"]
        assert bool(row["gold"]) == bool(row["answer"]) == row["answerable"], row["id"]
        assert bool(row.get("old")) == (row["kind"] == "superseded"), row["id"]


def test_two_documents_are_needed_where_that_is_said():
    wanted = {row["id"]: {one["document"] for one in row["gold"]} for row in ROWS if row["kind"] == "two-document"}
    assert [name for name, documents in wanted.items() if len(documents) != 2] == []


def test_gold_stands_in_its_document_once_and_not_at_its_start(corpus_texts: Mapping[str, str]):
    for row in ROWS:
        for one in (*row["gold"], *row.get("old", ())):
            text = corpus_texts[one["document"]]
            assert text.count(one["exact"]) == 1, (row["id"], one["exact"])
            assert text.index(one["exact"]) > 0, row["id"]
