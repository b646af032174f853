"""The measure of follow-up questions, and the conversations about the curated store that it is made on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from eval.cli import follow_ups_text
from eval.follow_ups import measure_follow_ups, read_follow_ups
from ingest.errors import BadInput
from ingest.identity import normalised

DATA = Path(__file__).parents[2] / "eval" / "data" / "follow_ups.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
FIELDS = ["id", "split", "kind", "earlier", "question", "rewritten", "gold"]
HOLD = "# Hold checks\n\nSome words come first. The hold uncertainty after synthesis is 15 ps.\n"
RESET = "# Resets\n\nSome words come first. The recovery time of a reset is 20 ps.\n"


def test_every_row_has_its_fields_an_id_of_its_own_and_something_before_it() -> None:
    assert [row["id"] for row in ROWS if list(row) != FIELDS or not row["earlier"]] == []
    assert [one for one, times in Counter(row["id"] for row in ROWS).items() if times > 1] == []


def test_both_splits_have_some_of_each_kind() -> None:
    counts = Counter((row["split"], row["kind"]) for row in ROWS)
    assert {split for split, _ in counts} == {"dev", "test"}
    assert all(counts[split, kind] >= 6 for split in ("dev", "test") for kind in ("pronoun", "elliptic", "answer"))
    assert sum(times for (_, kind), times in counts.items() if kind == "alone") >= 15


def test_a_person_leaves_those_that_stand_alone_as_they_are_and_no_others() -> None:
    assert [row["id"] for row in ROWS if (row["question"] == row["rewritten"]) != (row["kind"] == "alone")] == []


def test_gold_stands_in_its_document_and_not_at_its_start(corpus_texts: Mapping[str, str]) -> None:
    for row in ROWS:
        for one in row["gold"]:
            assert normalised(corpus_texts[one["document"]]).find(normalised(one["exact"])) > 0, row["id"]


def row(name: str, question: str, rewritten: str, document: str, exact: str, **more: Any) -> dict[str, Any]:
    said = [{"question": "What is the hold uncertainty after synthesis?", "answer": "It is 15 ps."}]
    gold = [{"document": document, "exact": exact}]
    return {
        "id": name,
        "split": "dev",
        "earlier": said,
        "question": question,
        "rewritten": rewritten,
        "gold": gold,
    } | more


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    hold = "The hold uncertainty after synthesis is 15 ps."
    return write(
        tmp_path / "rows.jsonl",
        row("a", "How large is it?", "How large is the hold uncertainty?", "hold", hold),
        row("b", "What is the recovery time?", "What is the recovery time?", "resets", "The recovery time of a reset"),
        row("c", "Why?", "Why is it 15 ps?", "hold", "No such words stand there."),
        row("d", "Why?", "Why?", "hold", hold, split="test"),
    )


@pytest.mark.slow
def test_each_way_to_search_is_measured_apart_for_questions_that_lean_and_that_stand(
    data: Path, tmp_path: Path, embedder: Any
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "hold.md").write_text(HOLD)
    (documents / "resets.md").write_text(RESET)

    found = measure_follow_ups(data, "dev", documents, embedder, Settings(passages=1))

    assert (found["n"], found["k"]) == (3, 1)
    assert list(found["leaning"]) == ["raw", "joined", "rules", "person"]
    assert found["leaning"]["rules"]["R"] == {"value": 0.5, "interval": [0.0, 1.0], "n": 2}
    assert found["alone"]["rules"]["RR"] == {"value": 1.0, "interval": [1.0, 1.0], "n": 1}
    assert found["untouched"] == {"value": 1.0, "interval": [1.0, 1.0], "n": 1}
    assert "leaning  rules    R@1 0.500 (0.000 to 1.000, n = 2)" in follow_ups_text(found)


def test_a_split_is_read_with_what_was_said(data: Path) -> None:
    [one] = read_follow_ups(data, "test")
    assert (one.id, one.earlier[0][1], one.stands_alone) == ("d", "It is 15 ps.", True)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ({"earlier": "What?"}, "b: wanted lists of objects under earlier and gold"),
        ({"gold": [{"document": "hold"}]}, "b: wanted lists of objects under earlier and gold"),
        ({"gold": None}, "b: wanted lists of objects"),
        ({"rewritten": 7}, "line 1: wanted an object with texts"),
        ({"split": "train"}, "has no conversations of the split 'dev'"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, bad: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_follow_ups(write(tmp_path / "rows.jsonl", row("b", "Why?", "Why?", "hold", "x") | bad), "dev")
