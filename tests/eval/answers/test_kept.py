from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.answers.examples import Example, ExampleSet, Gold
from eval.answers.kept import KeptRun, kept_of, read_run
from eval.answers.measure import Measured, measure, write_scores
from eval.answers.runs import ANSWERS, META, SCORES, Meta, Run
from ingest.errors import BadInput

META_OF_RUN = Meta("extractive", "small-1", "q.jsonl", "a" * 64, None, 0, "s1", {"passages": 8}, "0.1.0")
CAUSE = "A hold violation is caused by data that arrives too early."


def answer(question: str, *claims: str) -> dict[str, Any]:
    """A wire answer that quotes these texts, or abstains."""
    return {
        "question": question,
        "status": "answered" if claims else "abstained",
        "text": " ".join(claims),
        "confidence": 0.9 if claims else 0.0,
        "claims": [claim(one) for one in claims],
        "withheld": [],
        "searched": {"query": question, "passages": [], "near_misses": []},
        "usage": [],
        "notes": [],
        "model_failure": None,
    }


def claim(text: str) -> dict[str, Any]:
    cited = {"id": "hold~x1", "document": {"id": "hold"}, "exact": text, "header": ""}
    return {"text": text, "label": "supported", "confidence": 0.9, "citations": [cited]}


@pytest.fixture
def measured(tmp_path: Path) -> Measured:
    run = Run.start(tmp_path / "run", META_OF_RUN)
    run.add("q1", 1.5, answer("What causes it?", CAUSE))
    run.add("q2", 0.5, answer("Who?"))
    gold = ((Gold("hold", CAUSE),),)
    examples = Example("q1", "What causes it?", True, (), gold), Example("q2", "Who?", None)
    found = measure(run, ExampleSet("plain", examples), lambda evidence, said: True)  # type: ignore[arg-type]
    write_scores(found, "judge-1", 0)
    return found


@pytest.fixture
def folder(measured: Measured) -> Path:
    return measured.run.folder


def test_a_run_is_read_back_as_it_was_measured(measured: Measured, folder: Path) -> None:
    read, direct = read_run(folder), kept_of(measured, "judge-1")
    assert read == replace(direct, scores=read.scores)
    # The file leaves out what says nothing of a question.
    said = {name: {m: pair for m, pair in row.items() if pair[1]} for name, row in direct.scores.items()}
    assert read.scores == said
    assert read.scores["q1"]["gold_recall"] == (1.0, 1.0)
    assert read.questions == {"q1": "What causes it?", "q2": "Who?"}
    assert read.worth == {"q1": 1, "q2": None}
    assert read.judged_by == "judge-1"


def test_a_part_of_a_run_keeps_its_order(folder: Path) -> None:
    part: KeptRun = read_run(folder).only({"q2"})
    assert list(part.outcomes) == list(part.scores) == list(part.worth) == list(part.questions) == ["q2"]


def test_answers_that_came_after_the_scores_are_counted(folder: Path) -> None:
    Run.open(folder).add("q3", 0.5, answer("When?"))
    assert read_run(folder).unscored == 1
    assert "q3" not in read_run(folder).outcomes


def test_a_run_that_was_not_measured_is_refused_with_what_to_do(folder: Path) -> None:
    (folder / SCORES).unlink()
    with pytest.raises(BadInput, match=r"has no scores\.json\. Run `verispan eval answers` on it"):
        read_run(folder)


def test_a_folder_that_is_no_run_is_refused(folder: Path) -> None:
    (folder / META).unlink()
    with pytest.raises(BadInput, match="is not the folder of a run"):
        read_run(folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"questions": 3}', '{"questions": {"q1": {"right": 1}}}'])
def test_damaged_scores_are_refused(folder: Path, text: str) -> None:
    (folder / SCORES).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"scores\.json"):
        read_run(folder)


def test_scores_without_their_answers_are_refused(folder: Path) -> None:
    kept = (folder / ANSWERS).read_text("utf-8").splitlines()[:1]
    assert json.loads(kept[0])["id"] == "q1"
    (folder / ANSWERS).write_text(kept[0] + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match="do not fit together"):
        read_run(folder)
