"""/openapi.json describes what the endpoints do: checked by requests made from it."""

from __future__ import annotations

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
        "/v1/search",
        "/v1/check",
        "/v1/citations/{citation_id}",
        "/v1/documents",
        "/v1/documents/{document_id}",
        "/healthz",
        "/readyz",
    }
