"""Receipts over HTTP: given with their answers, and their form open to all."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.factory import create_app
from app.receipts.findings import Outcome
from app.receipts.form import SCHEMA
from app.receipts.verify import verify
from app.services import Services


@pytest.fixture(scope="module")
def client(shared_services: Services) -> FlaskClient:
    return create_app(shared_services).test_client()


@pytest.mark.parametrize("stream", [False, True])
def test_every_answer_has_a_receipt(client: FlaskClient, shared_services: Services, stream: bool) -> None:
    response = client.post("/v1/answers", json={"question": "What is a hold violation caused by?", "stream": stream})
    answer = json.loads(response.text.rstrip().rpartition("data: ")[2])
    receipt = client.get(f"/v1/answers/{answer['id']}/receipt")
    wire = receipt.get_json()
    assert (receipt.status_code, receipt.mimetype, wire["answer_id"]) == (200, "application/json", answer["id"])
    assert next(iter(wire)) == "receipt_version"
    assert [one["text"] for one in wire["claims"]] == [one["text"] for one in answer["claims"]]
    assert verify(receipt.data, None, shared_services).outcome == Outcome.HOLDS


def test_an_answer_that_has_none_says_so(client: FlaskClient, shared_services: Services) -> None:
    shared_services.store.save_answer("ans_older", "2026-01-01", {"id": "ans_older"})
    for name, said in (("ans_older", "before receipts were kept"), ("ans_never", "holds no answer")):
        response = client.get(f"/v1/answers/{name}/receipt")
        assert (response.status_code, response.get_json()["error"]["code"]) == (404, "not_found")
        assert said in response.get_json()["error"]["message"]


def test_the_form_is_published_to_all(shared_services: Services) -> None:
    settings = replace(shared_services.settings, api_keys="a-long-random-key")
    locked = Services(settings, shared_services.store, shared_services.embedder)
    response = create_app(locked).test_client().get("/v1/receipt.schema.json")
    assert (response.status_code, response.mimetype) == (200, "application/schema+json")
    assert response.data == SCHEMA.read_bytes()
    assert create_app(locked).test_client().get("/v1/answers/ans_x/receipt").status_code == 401
