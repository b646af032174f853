"""/openapi.json describes what the endpoints do: checked by requests made from it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.factory import create_app
from app.services import Services

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.slow
def test_what_is_described_is_what_is_done(shared_services: Services) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", create_app(shared_services))
    for found in schema.get_all_operations():
        cases = found.ok().as_strategy()

        @settings(
            max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=cases)
        def conforms(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        conforms()


def test_the_description_names_every_endpoint_and_asks_no_other_host(shared_services: Services) -> None:
    wire = create_app(shared_services).test_client().get("/openapi.json").get_json()
    assert set(wire["paths"]) == {
        "/v1/answers",
        "/v1/answers/{answer_id}",
        "/v1/answers/{answer_id}/receipt",
        "/v1/receipt.schema.json",
        "/v1/search",
        "/v1/check",
        "/v1/citations/{citation_id}",
        "/v1/documents",
        "/v1/documents/{document_id}",
        "/v1/documents/{document_id}/revisions",
        "/healthz",
        "/readyz",
    }


@pytest.fixture
def paths(shared_services: Services) -> dict[str, Any]:
    described: dict[str, Any] = create_app(shared_services).test_client().get("/openapi.json").get_json()["paths"]
    return described


def test_an_answer_is_described_as_json_and_as_a_stream(paths: dict[str, Any]) -> None:
    answered = paths["/v1/answers"]["post"]["responses"]["200"]
    assert set(answered["content"]) == {"application/json", "text/event-stream"}
    for name in ("passages", "sources", "claim", "verdict", "answer", "error"):
        assert f"`{name}`" in answered["description"]


def test_not_ready_may_be_an_error_too(paths: dict[str, Any]) -> None:
    schema = paths["/readyz"]["get"]["responses"]["503"]["content"]["application/json"]["schema"]
    assert {one["$ref"].rpartition("/")[2] for one in schema["anyOf"]} == {"ReadyWire", "ErrorWire"}


@pytest.mark.parametrize("keys", ["", "a-key"])
def test_a_key_is_described_where_one_is_asked_for(shared_services: Services, keys: str) -> None:
    settings = replace(shared_services.settings, api_keys=keys)
    client = create_app(Services(settings, shared_services.store, shared_services.embedder)).test_client()
    wire = client.get("/openapi.json").get_json()
    for path, operations in wire["paths"].items():
        for method, operation in operations.items():
            refused = client.open(path, method=method, headers={"Host": "localhost"}).status_code == 401
            assert operation["security"] == ([{"key": []}] if refused else []), path
    assert wire["paths"]["/healthz"]["get"]["security"] == []
    assert ("key" in str(wire["paths"]["/v1/answers"]["post"]["security"])) is bool(keys)


def test_every_form_that_is_pointed_to_is_there(shared_services: Services) -> None:
    wire = create_app(shared_services).test_client().get("/openapi.json")
    named = set(re.findall(r'"#/components/schemas/(\w+)"', wire.text))
    assert {"AnswerWire", "ErrorWire", "ReadyWire"} <= named <= set(wire.get_json()["components"]["schemas"])
