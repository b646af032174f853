"""The reworded questions about the curated store: what each row must be, and that its gold stands in the documents."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [json.loads(line) for line in (ROOT / "eval/data/reworded_questions.jsonl").read_text("utf-8").splitlines()]
QUICK = [json.loads(line) for line in (ROOT / "eval/data/quick_questions.jsonl").read_text("utf-8").splitlines()]
COUNTS = {"plain": 60, "numeric": 30, "two-document": 10, "table": 10, "unanswerable": 60}
FIELDS = ["id", "kind", "question", "answerable", "answer", "gold"]


def test_every_row_has_its_fields_and_an_id_and_a_question_of_its_own():
    assert [row["id"] for row in ROWS if list(row) != FIELDS] == []
    for field in ("id", "question"):
        assert [one for one, times in Counter(row[field] for row in ROWS).items() if times > 1] == []


def test_there_are_as_many_of_each_kind_as_planned():
    assert Counter(row["kind"] for row in ROWS) == COUNTS


def test_what_cannot_be_answered_has_no_gold_and_all_else_has():
    for row in ROWS:
        assert row["answerable"] == (row["kind"] != "unanswerable"), row["id"]
        assert bool(row["gold"]) == bool(row["answer"]) == row["answerable"], row["id"]


def test_two_documents_are_needed_where_that_is_said():
    wanted = {row["id"]: {one["document"] for one in row["gold"]} for row in ROWS if row["kind"] == "two-document"}
    assert [name for name, documents in wanted.items() if len(documents) != 2] == []


def test_no_gold_is_used_twice_or_taken_from_the_quick_questions():
    used = Counter((one["document"], one["exact"]) for row in ROWS for one in row["gold"])
    assert [one for one, times in used.items() if times > 1] == []
    quick = {(one["document"], one["exact"]) for row in QUICK for one in (*row["gold"], *row.get("old", ()))}
    assert used.keys() & quick == set()
    assert {row["question"] for row in ROWS} & {row["question"] for row in QUICK} == set()


def test_gold_stands_in_its_document_once_and_not_at_its_start(corpus_texts: Mapping[str, str]):
    for row in ROWS:
        for one in row["gold"]:
            text = corpus_texts[one["document"]]
            assert text.count(one["exact"]) == 1, (row["id"], one["exact"])
            assert text.index(one["exact"]) > 0, row["id"]


def test_there_is_gold_in_every_document(corpus_texts: Mapping[str, str]):
    assert {one["document"] for row in ROWS for one in row["gold"]} == set(corpus_texts)
