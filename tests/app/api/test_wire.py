"""The wire format of one answer that has something in every field, against a golden file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.api.answer_schemas import AnswerWire
from app.api.factory import create_app
from app.decide import place
from app.services import Services
from app.types import Answer, AsOf, Check, NearMiss, Searched, Usage
from app.wire import answer_json
from ingest.types import Box

GOLDEN = Path(__file__).with_name("golden_answer.json")


@pytest.fixture
def answer(make: Any) -> Answer:
    row = replace(make.span("SS | 15"), kind="table_row", page=3, boxes=(Box(3, 0.125, 0.25, 0.5, 0.265),))
    shown, hidden = (
        make.checked("In SS it is 15 ps.", "supported", 0.87654321, row),
        make.checked("It is 9 ps.", "contradicted", 0.05, make.span("It is 8 ps.")),
    )
    row_cited = replace(shown.claim, citations=(make.citation(row, "Corner | Hold margin (ps)"),))
    checks = (Check("quote", None), Check("entailment", True, {"p_supported": 0.9, "p_contradicted": 0.01}))
    shown = replace(shown, claim=row_cited, verdict=replace(shown.verdict, checks=checks))
    smiling = make.checked("It is 12 ps in \N{GRINNING FACE} FF.", "supported", 0.9, make.span("FF | 12"))
    text, placed, _ = place([smiling, shown])
    hit = replace(make.hit(row), score=0.75, scores={"bm25": 3.5, "dense": 0.625})
    return Answer(
        id="ans_0123456789abcdef",
        question="What is the hold margin “in SS”?",
        created="2026-11-22T10:00:00+00:00",
        model="local",
        status="answered",
        reason=None,
        text=text,
        confidence=0.87654321,
        calibrated=False,
        claims=placed,
        withheld=(hidden,),
        searched=Searched("What is the hold margin “in SS”?", (hit,), (NearMiss(row, "A title", 0.5, "Not drafted."),)),
        usage=(Usage("draft", "local", 310, 42, 1234.56, 789.01, cost_usd="0.000000"),),
        timing_ms={"retrieve": 12.345, "draft": 2000.0, "verify": 3.0, "total": 2015.4},
        store_generation=7,
        notes=("A note.",),
        follows="ans_fedcba9876543210",
        as_of=AsOf(7, "2026-03-01T12:00:00+00:00", (row.id,)),
    )


def test_the_wire_format_is_the_golden_one(answer: Answer) -> None:
    made, golden = answer_json(answer), json.loads(GOLDEN.read_text("utf-8"))
    assert made == golden
    assert json.dumps(made) == json.dumps(golden), "the fields keep their order"


def test_each_claim_stands_in_the_text_where_it_says(answer: Answer) -> None:
    made = answer_json(answer)
    first, second = made["claims"]
    assert first["end"] < second["start"]
    assert [made["text"][one["start"] : one["end"]] for one in made["claims"]] == [first["text"], second["text"]]


def test_the_golden_answer_is_of_the_described_form() -> None:
    AnswerWire.model_validate_json(GOLDEN.read_text("utf-8"), strict=True)


def test_a_kept_answer_comes_back_with_its_fields_in_their_order(answer: Answer, shared_services: Services) -> None:
    shared_services.store.save_answer(answer.id, answer.created, answer_json(answer))
    response = create_app(shared_services).test_client().get(f"/v1/answers/{answer.id}")
    assert json.dumps(response.get_json()) == json.dumps(json.loads(GOLDEN.read_text("utf-8")))
