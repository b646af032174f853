"""Who may ask, from where, and what every response carries."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.api.factory import create_app
from app.api.guard import HEADERS, is_loopback
from app.services import Services

BODY = {"query": "hold"}


@pytest.fixture(scope="module")
def open_client(shared_services: Services) -> FlaskClient:
    return create_app(shared_services).test_client()


@pytest.fixture(scope="module")
def keyed(shared_services: Services) -> FlaskClient:
    settings = replace(shared_services.settings, api_keys="first-key, second-key")
    return create_app(Services(settings, shared_services.store, shared_services.embedder)).test_client()


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"anyone:{password}".encode()).decode()}


@pytest.mark.parametrize("path", ["/", "/documents", "/v1/documents", "/v1/nothing", "/static/ask.js", "/healthz"])
def test_every_response_carries_the_headers(open_client: FlaskClient, path: str) -> None:
    response = open_client.get(path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "127.8.9.1", "[::1]:8000"])
def test_without_keys_it_answers_to_names_of_this_machine(open_client: FlaskClient, host: str) -> None:
    assert open_client.get("/v1/documents", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "10.0.0.7", "[::2]"])
def test_without_keys_it_answers_to_no_other_name(open_client: FlaskClient, host: str) -> None:
    response = open_client.get("/v1/documents", headers={"Host": host})
    assert (response.status_code, response.get_json()["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", "https://localhost.evil"])
def test_a_foreign_page_may_not_post(open_client: FlaskClient, origin: str) -> None:
    assert open_client.post("/v1/search", json=BODY, headers={"Origin": origin}).status_code == 403


def test_the_own_page_may_post(open_client: FlaskClient) -> None:
    assert open_client.post("/v1/search", json=BODY, headers={"Origin": "http://localhost"}).status_code == 200


@pytest.mark.parametrize("key", ["first-key", "second-key"])
def test_each_key_opens_the_interface_from_anywhere(keyed: FlaskClient, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Host": "verispan.example"}
    assert keyed.post("/v1/search", json=BODY, headers=headers).status_code == 200
    assert keyed.post("/v1/search", json=BODY, headers=basic(key)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer first-ke"}, {"Authorization": "Bearer"}, {"Authorization": "x"}, basic("")],
)
def test_without_a_key_nothing_of_a_document_is_said(keyed: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/v1/documents", "/v1/nothing", "/documents", "/d/hold", "/a/ans_x", "/"):
        response = keyed.get(path, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer" if path.startswith("/v1") else "Basic")
        assert "Hold checks" not in response.text


def test_health_needs_no_key(keyed: FlaskClient) -> None:
    assert [keyed.get(path).status_code for path in ("/healthz", "/readyz", "/openapi.json")] == [200, 200, 200]


def test_a_browsers_remembered_key_is_no_use_to_a_foreign_page(keyed: FlaskClient) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert keyed.post("/v1/search", json=BODY, headers=basic("first-key") | foreign).status_code == 403
    bearer = {"Authorization": "Bearer first-key"}
    assert keyed.post("/v1/search", json=BODY, headers=bearer | foreign).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.3.2.1", True), ("::1", True), ("0.0.0.0", False), ("", False)]
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("origin", ["http://[", "localhost", "http://", "http://localhost@evil.example", "://"])
def test_an_origin_that_is_none_is_foreign(open_client: FlaskClient, origin: str) -> None:
    response = open_client.post("/v1/search", json=BODY, headers={"Origin": origin})
    assert (response.status_code, response.get_json()["error"]["code"]) == (403, "forbidden")


def test_behind_a_proxy_that_speaks_tls_the_own_page_may_post(keyed: FlaskClient) -> None:
    headers = basic("first-key") | {"Host": "verispan.example", "Origin": "https://verispan.example"}
    assert keyed.post("/v1/search", json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303), (None, 303)]
)
def test_a_foreign_page_may_not_make_a_browser_ask(
    open_client: FlaskClient, shared_services: Services, site: str | None, status: int
) -> None:
    before = shared_services.store.counts()["answers"]
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert open_client.get("/ask?q=hold+violation&model=extractive", headers=headers).status_code == status
    assert shared_services.store.counts()["answers"] == before + (status == 303)
