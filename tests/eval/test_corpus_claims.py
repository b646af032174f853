"""The labelled claims about the curated store: what each row must be, whatever its sentences say."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest.manifest import read_manifest

ROOT = Path(__file__).parents[2]
ROWS = [json.loads(line) for line in (ROOT / "eval/data/corpus_claims.jsonl").read_text(encoding="utf-8").splitlines()]
ENTRIES = read_manifest(ROOT / "corpus/manifest.toml").values()
FIELDS = {"id", "document", "evidence", "claim", "label", "kind", "split"}
FALSE_KINDS = {"number", "unit", "negation", "direction", "name"}
DEV = {
    "axi-handshake-notes",
    "clock-tree-handbook",
    "floorplanning-guide",
    "power-intent-guide",
    "power-analysis-handbook",
    "scan-test-handbook",
    "sdc-constraints-guide",
    "signoff-policy-2025",
}


@pytest.fixture(scope="module")
def texts(corpus_texts: Mapping[str, str]) -> Mapping[str, str]:
    """What the loader of each document reads, by id, with one space for each run of white space."""
    return {name: plain(text) for name, text in corpus_texts.items()}


def plain(text: str) -> str:
    return " ".join(text.split())


def test_every_row_has_its_fields_and_an_id_of_its_own():
    assert [row["id"] for row in ROWS if set(row) != FIELDS or not all(row.values())] == []
    assert [one for one, times in Counter(row["id"] for row in ROWS).items() if times > 1] == []


def test_a_paraphrase_is_supported_and_every_other_kind_contradicted():
    labels = {"paraphrase": "supported"} | dict.fromkeys(FALSE_KINDS, "contradicted")
    assert [row["id"] for row in ROWS if row["label"] != labels.get(row["kind"])] == []


def test_an_id_names_the_document_and_the_kind():
    def named(row: dict) -> str:
        number = row["id"].removeprefix(row["document"]).split("-")[1]
        return f"{row['document']}-{number}" + ("" if row["kind"] == "paraphrase" else f"-{row['kind']}")

    assert [row["id"] for row in ROWS if row["id"] != named(row)] == []


def test_documents_are_split_whole():
    assert [row["id"] for row in ROWS if row["split"] != ("dev" if row["document"] in DEV else "test")] == []


def test_each_false_claim_has_the_evidence_of_a_paraphrase():
    evidence = {row["id"]: row["evidence"] for row in ROWS if row["kind"] == "paraphrase"}
    false = [row for row in ROWS if row["kind"] != "paraphrase"]
    assert [row["id"] for row in false if evidence.get(row["id"].rpartition("-")[0]) != row["evidence"]] == []


def test_no_claim_is_its_evidence_or_is_made_twice():
    assert [row["id"] for row in ROWS if plain(row["claim"]) in plain(row["evidence"])] == []
    assert [one for one, times in Counter(row["claim"] for row in ROWS).items() if times > 1] == []


def test_every_document_has_ten_paraphrases():
    counts = Counter(row["document"] for row in ROWS if row["kind"] == "paraphrase")
    assert set(counts) == {one.id for one in ENTRIES}
    assert {one: times for one, times in counts.items() if times < 10} == {}


@pytest.mark.slow
def test_evidence_is_verbatim_in_the_document(texts):
    """Line by line: the header of a table need not stand next to the row."""

    def absent(row: dict) -> bool:
        return any(plain(line) not in texts[row["document"]] for line in row["evidence"].splitlines())

    assert [row["id"] for row in ROWS if absent(row)] == []
