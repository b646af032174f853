"""Who may ask, from where, and what every response carries."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

import pytest
from flask import Flask, g, request
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from app.access import LOCAL
from app.api.attempts import WRONG_KEYS, limit_attempts
from app.api.blueprint import services
from app.api.factory import create_app
from app.api.guard import HEADERS, MAX_BODY_BYTES, MAX_SIGNED_BYTES, is_loopback
from app.services import Services

BODY = {"query": "hold"}


@pytest.fixture(scope="module")
def open_client(shared_services: Services) -> FlaskClient:
    return create_app(shared_services).test_client()


@pytest.fixture(scope="module")
def keyed(shared_services: Services) -> FlaskClient:
    return create_app(with_keys(shared_services, "first-key, second-key")).test_client()


@pytest.fixture(autouse=True)
def nothing_counted_yet(keyed: FlaskClient) -> None:
    limit_attempts(keyed.application)


def with_keys(services: Services, keys: str) -> Services:
    return Services(replace(services.settings, api_keys=keys), services.store, services.embedder)


BEARER = {"Authorization": "Bearer first-key"}
BASIC = {"Authorization": "Basic " + b64encode(b"anyone:first-key").decode()}


def signed_in(app: Flask, key: str = "first-key") -> FlaskClient:
    """A browser that has signed in with a key."""
    client = app.test_client()
    form = {"key": key, "csrf_token": token(client)}
    assert client.post("/sign-in", data=form).status_code == 303
    return client


def token(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def browser(keyed: FlaskClient) -> FlaskClient:
    return signed_in(keyed.application)


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
    assert keyed.get("/documents", headers=headers).status_code == 200


def test_wrong_tokens_are_counted_and_right_ones_are_not(keyed: FlaskClient) -> None:
    def told(key: str, **environment: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return keyed.get("/v1/documents", headers=headers, environ_overrides=environment).status_code

    assert [told("first-key") for _ in range(2 * WRONG_KEYS)] == [200] * 2 * WRONG_KEYS
    assert [told("first-ke") for _ in range(WRONG_KEYS - 1)] == [401] * (WRONG_KEYS - 1)
    assert told("first-key") == 200
    assert [told(one) for one in ("first-ke", "first-ke", "first-key")] == [401, 429, 200]
    assert told("first-ke", REMOTE_ADDR="192.0.2.7") == 401
    assert keyed.post("/v1/search", json=BODY).status_code == 401


NO_KEYS = [{}, {"Authorization": "Bearer first-ke"}, {"Authorization": "Bearer"}, {"Authorization": "x"}, BASIC]


@pytest.mark.parametrize("headers", NO_KEYS)
def test_without_a_key_nothing_of_a_document_is_said(keyed: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/v1/documents", "/v1/nothing", "/v1/answers/ans_x"):
        response = keyed.get(path, headers=headers)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert response.get_json()["error"]["code"] == "unauthorised"
    for path in ("/documents", "/d/hold", "/a/ans_x", "/", "/nothing", "/ask?q=hold"):
        response = keyed.get(path, headers=headers)
        assert response.status_code == 303
        assert "Hold checks" not in response.text
    assert keyed.get("/readyz", headers=headers).get_json()["collections"] == []


OPEN = {"healthz", "readyz", "openapi", "get_schema", "static", "sign_in_page"}
"""What is open to all, by the last part of its endpoint; whatever else can be fetched asks who wants to know."""


def test_everything_that_can_be_fetched_needs_a_user_unless_it_is_named_here(
    keyed: FlaskClient, browser: FlaskClient
) -> None:
    for rule in keyed.application.url_map.iter_rules():
        filled = dict.fromkeys(rule.arguments, "style.css") | {
            name: value for name, value in {"page": 1, "ending": "md"}.items() if name in rule.arguments
        }
        _, path = rule.build(filled) or ("", "")
        name = rule.endpoint.rpartition(".")[2]
        for method in (rule.methods or set()) - {"OPTIONS"} - ({"POST"} if path == "/sign-in" else set()):
            status = keyed.open(path, method=method).status_code
            assert status == (200 if name in OPEN else 401 if path.startswith("/v1/") else 303), (method, path)
            assert name in OPEN or method != "GET" or browser.get(path).status_code in (200, 302, 400, 403, 404, 422), (
                path
            )


def test_a_browser_is_led_to_the_sign_in_and_back(keyed: FlaskClient) -> None:
    response = keyed.get("/d/hold?at=7&x=a%26b//")
    assert (response.status_code, response.headers["Location"]) == (
        303,
        "/sign-in?next=/d/hold%3Fat%3D7%26x%3Da%2526b//",
    )
    assert keyed.post("/sign-out").headers["Location"] == "/sign-in?next=/"


@pytest.mark.parametrize(
    "headers", [{"Accept": "application/json"}, {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "image"}]
)
def test_what_is_no_page_for_a_reader_is_not_led_there(keyed: FlaskClient, headers: dict[str, str]) -> None:
    assert keyed.get("/documents", headers=headers).status_code == 401


def test_health_needs_no_key(keyed: FlaskClient) -> None:
    assert [keyed.get(path).status_code for path in ("/healthz", "/readyz", "/openapi.json")] == [200, 200, 200]


def test_a_session_reads_the_api_and_does_nothing_there(browser: FlaskClient) -> None:
    assert browser.get("/v1/documents").status_code == 200
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "X-CSRFToken": token(browser, "/")}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert browser.open("/v1/search", method=method, json=BODY, headers=own).status_code == 401
    assert browser.post("/v1/search", json=BODY, headers=own | BEARER).status_code == 200


def test_a_wrong_token_is_not_made_good_by_a_session(browser: FlaskClient) -> None:
    assert browser.get("/v1/documents", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_bearer_token_comes_from_anywhere(keyed: FlaskClient) -> None:
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert keyed.post("/v1/search", json=BODY, headers=BEARER | foreign).status_code == 200


FOREIGN = [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
FOREIGN += [{"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_a_foreign_page_is_refused_though_its_token_is_right(
    keyed: FlaskClient, headers: dict[str, str]
) -> None:
    browser = signed_in(keyed.application)
    form = {"csrf_token": token(browser, "/")}
    refused = browser.post("/sign-out", data=form, headers=headers | {"Accept": "text/html"})
    assert (refused.status_code, refused.mimetype) == (403, "text/html")
    assert browser.get("/documents").status_code == 200
    assert browser.post("/sign-out", data=form, headers={"Origin": "http://localhost"}).status_code == 303
    assert browser.get("/documents").status_code == 303


@pytest.fixture(params=["keyed", "open_client"])
def poster(request: pytest.FixtureRequest) -> FlaskClient:
    """A browser at a page, signed in where keys are asked for."""
    app = request.getfixturevalue(request.param).application
    return signed_in(app) if request.param == "keyed" else app.test_client()


def of_page(client: FlaskClient) -> str:
    """A token for the browser's session, from the application itself: without keys no page has a form that posts."""
    with client.application.test_request_context():
        made = generate_csrf()
        raw = flask_session["csrf_token"]
    with client.session_transaction() as held:
        held["csrf_token"] = raw
    return str(made)


def test_a_form_without_the_token_of_its_page_is_refused(poster: FlaskClient) -> None:
    right = of_page(poster)
    other = of_page(poster.application.test_client())
    for wrong in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": right[:-1]}, {"csrf_token": other}):
        refused = poster.post("/sign-out", data={"a": "b"} | wrong, headers={"Accept": "text/html"})
        assert (refused.status_code, refused.mimetype) == (400, "text/html")
        assert "load the page again" in refused.text
    assert poster.post("/sign-out", data={"csrf_token": right}).status_code == 303


def test_a_script_of_the_page_sends_the_token_as_a_header(poster: FlaskClient) -> None:
    right = {"X-CSRFToken": of_page(poster)}
    assert poster.post("/sign-out", json={}).status_code == 400
    assert poster.post("/sign-out", json=[], headers=right).status_code == 422
    assert poster.post("/sign-out", json={}, headers=right).status_code == 303


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain", ""])
def test_a_page_takes_a_form_and_no_other_body(poster: FlaskClient, kind: str) -> None:
    headers = {"X-CSRFToken": of_page(poster)}
    assert poster.post("/sign-out", data=b"a=b", content_type=kind, headers=headers).status_code == 415


def test_a_form_that_is_too_large_is_refused(poster: FlaskClient) -> None:
    form = {"csrf_token": of_page(poster), "more": "x" * MAX_BODY_BYTES}
    refused = poster.post("/sign-out", data=form)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (413, "too_large")


def test_the_api_takes_no_form_even_with_a_token(open_client: FlaskClient) -> None:
    client = open_client.application.test_client()
    assert client.post("/v1/search", data={"query": "hold", "csrf_token": of_page(client)}).status_code == 415


def test_what_its_handler_verifies_is_let_through_as_it_is(
    shared_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(with_keys(shared_services, "first-key"))
    monkeypatch.setattr("app.api.guard.SIGNED", frozenset({"/hook"}))
    seen = []

    @app.post("/hook", endpoint="hook")
    def hook() -> str:
        seen.append((request.get_data(), services().store.collections()))
        g.user = LOCAL
        return " ".join(services().store.collections())

    foreign = {"Origin": "https://other.example", "Host": "verispan.example", "Sec-Fetch-Site": "cross-site"}
    for kind, data in (("application/json", b"[1]"), ("application/x-www-form-urlencoded", b"a=b")):
        response = app.test_client().post("/hook", data=data, content_type=kind, headers=foreign)
        assert (response.status_code, response.text) == (200, "default")
        assert seen.pop() == (data, ())
    assert app.test_client().post("/hook", data=b"x" * (MAX_SIGNED_BYTES + 1)).status_code == 413


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
    client = keyed.application.test_client()
    form = {"csrf_token": token(client), "key": "second-key"}
    own = {"Host": "localhost", "Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/sign-in", data=form, headers=own).status_code == 303
