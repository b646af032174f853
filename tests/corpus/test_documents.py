"""The curated store as the real loaders read it, and the questions that were written about it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ingest.load.guard import GuardedLoader
from ingest.manifest import Entry, read_manifest
from ingest.types import Loaded

ROOT = Path(__file__).parents[2]
CURATED = ROOT / "corpus"
QUESTIONS = [
    json.loads(line) for line in (ROOT / "eval/data/corpus_questions.jsonl").read_text(encoding="utf-8").splitlines()
]
CONTRADICTIONS = [
    ("floorplanning-guide", "The maximum initial placement utilisation for a block is 70 %."),
    ("errata-and-eco-policy", "The maximum initial placement utilisation for a block is 75 %."),
    ("sta-handbook", "The house limit on clock transition at a flop clock pin is 100 ps, at every sign-off corner."),
    (
        "clock-tree-handbook",
        "The house limit on clock transition at a flop clock pin is 80 ps, at every sign-off corner.",
    ),
]


@pytest.fixture(scope="module")
def entries() -> Mapping[str, Entry]:
    return {one.id: one for one in read_manifest(CURATED / "manifest.toml").values()}


@pytest.fixture(scope="module")
def documents(entries: Mapping[str, Entry]) -> Iterator[Mapping[str, Loaded]]:
    """Each document as its loader makes it, by id."""
    with GuardedLoader() as loader:
        yield {one.id: loader.load(CURATED / one.path) for one in entries.values()}


def gold(row: dict) -> list[tuple[str, str]]:
    """The document and the sentence that answer; one sentence for each document where two contradict each other."""
    if isinstance(row["document"], str):
        return [(row["document"], row["answer"])]
    return list(zip(row["document"], re.split(r"(?<=\.) (?=[A-Z])", row["answer"]), strict=True))


@pytest.mark.slow
def test_all_four_formats_load_with_headings_and_a_table_each(entries, documents):
    assert len(documents) >= 14
    assert {Path(one.path).suffix for one in entries.values()} == {".md", ".html", ".docx", ".pdf"}
    assert sum(len(one.text.split()) for one in documents.values()) >= 20_000
    for name, one in documents.items():
        assert {"heading", "paragraph", "table"} <= {block.kind for block in one.layout.blocks}, name


@pytest.mark.slow
def test_every_gold_answer_stands_in_its_document(documents):
    answers = [pair for row in QUESTIONS if row["answer"] for pair in gold(row)]

    assert len(answers) >= 80
    assert [(name, text) for name, text in answers if text.replace("`", "") not in documents[name].text] == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sentence"), CONTRADICTIONS)
def test_both_sides_of_each_contradiction_are_there_and_asked_for(documents, name, sentence):
    assert sentence in documents[name].text
    assert [row["id"] for row in QUESTIONS if isinstance(row["document"], list) and (name, sentence) in gold(row)]


def test_the_manifest_names_both_contradictions_and_the_superseded_policy(entries):
    comments = "".join(re.findall(r"^#.*$", (CURATED / "manifest.toml").read_text(encoding="utf-8"), re.MULTILINE))

    assert [name for name, _ in CONTRADICTIONS if name not in comments] == []
    assert entries["signoff-policy-2025"].metadata["superseded_by"] == "signoff-policy-2026"


def test_no_question_is_asked_twice():
    asked = [row["question"] for row in QUESTIONS]

    assert len(asked) >= 120
    assert sorted(set(asked)) == sorted(asked)
    assert len({row["id"] for row in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.slow
def test_teams_go_by_the_names_of_the_manifest(entries, documents):
    owners = {one.metadata["owner"] for one in entries.values()} | {"IP team"}
    named = {
        (name, team)
        for name, one in documents.items()
        for team in re.findall(r"\b[A-Z][\w-]*(?: [a-z]+)* team\b|\b[a-z]+ [a-z]+ team\b", one.text)
    }

    assert len({team for _, team in named}) >= 8
    assert {(name, team) for name, team in named if team not in owners} == set()


@pytest.mark.slow
def test_tool_versions_are_those_of_the_table_in_the_errata_policy(documents):
    table = dict(re.findall(r"\b(lf[a-z]+) \| (\d+\.\d+\.\d+)", documents["errata-and-eco-policy"].text))
    named = {pair for one in documents.values() for pair in re.findall(r"\b(lf[a-z]+) (\d+\.\d+\.\d+)", one.text)}

    assert len(named) >= 6
    assert {(tool, version) for tool, version in named if table.get(tool) != version} == set()


@pytest.mark.slow
def test_spare_cells_are_as_many_as_their_area_allows(documents):
    text = documents["errata-and-eco-policy"].text
    [(total, each, count)] = re.findall(
        r"which is ([\d,]+) µm²\. With an average .* of ([\d.]+) µm², .* has ([\d,]+) ", text
    )
    [nand] = re.findall(r"Area of the two-input NAND, drive 1 \| ([\d.]+)", documents["floorplanning-guide"].text)
    [(apart, spacing)] = re.findall(r"one spare cell per ([\d.]+) µm², which is a mean spacing of about ([\d.]+)", text)

    assert float(nand) < float(each) < 4 * float(nand)
    assert float(count.replace(",", "")) == pytest.approx(float(total.replace(",", "")) / float(each), rel=0.01)
    assert float(apart) == pytest.approx(1.2e6 / float(count.replace(",", "")), rel=0.01)
    assert float(spacing) == pytest.approx(float(apart) ** 0.5, rel=0.02)


@pytest.mark.slow
def test_every_clock_of_the_constraints_guide_has_both_uncertainties(documents):
    text = documents["sdc-constraints-guide"].text
    clocks = set(re.findall(r"create(?:_generated)?_clock -name (\w+)", text))
    listed = re.findall(r"set_clock_uncertainty -(?:setup|hold)\s+[\d.]+ \[get_clocks \{(.*?)\}\]", text)

    assert len(clocks) >= 5
    assert [set(one.split()) for one in listed] == [clocks, clocks]
