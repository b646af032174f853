"""Signing in with a key and out again, and whose session a cookie is."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from app.access import read_access
from app.api.attempts import WITHIN_S, WRONG_KEYS, Attempts
from app.api.errors import TooManyAttempts
from app.api.factory import create_app
from app.api.sessions import SECRET
from app.services import Services
from app.web.sign_in import own_path

ANN, BOB = "ann-has-a-long-random-key", "bob-has-another-long-random-key"


@pytest.fixture
def app(shop: Any) -> Flask:
    made: Flask = shop.app()
    return made


def form(client: FlaskClient, key: str, there: str = "/", page: str = "/sign-in") -> dict[str, str]:
    """The form of a page, filled in."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return {"csrf_token": found[1], "key": key, "next": there}


def signed_in(app: Flask, key: str = ANN, **how: Any) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data=form(client, key), **how).status_code == 303
    return client


def test_with_a_key_one_gets_where_one_wanted_to(app: Flask) -> None:
    client = app.test_client()
    asked = client.get("/d/hold?at=40")
    page = client.get(asked.headers["Location"])
    assert (asked.status_code, page.status_code) == (303, 200)
    assert 'value="/d/hold?at=40"' in page.text
    there = client.post("/sign-in", data=form(client, f" {ANN}\n", "/d/hold?at=40"))
    assert (there.status_code, there.headers["Location"]) == (303, "/d/hold?at=40")
    assert "A hold violation" in client.get("/d/hold?at=40").text
    assert client.get("/d/falcon").status_code == 404
    assert client.get("/sign-in?next=/documents").headers["Location"] == "/documents"


@pytest.mark.parametrize("key", ["", "wrong", ANN[:-1], ANN.upper(), "é" * 500])
def test_a_wrong_key_is_told_on_the_page(app: Flask, key: str) -> None:
    client = app.test_client()
    told = client.post("/sign-in", data=form(client, key, "/d/hold"))
    assert (told.status_code, told.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "No user has this key" in told.text
    assert 'value="/d/hold"' in told.text
    assert client.get("/documents").status_code == 303


def test_every_page_says_who_is_signed_in_and_lets_him_out(app: Flask) -> None:
    client = signed_in(app)
    for path in ("/", "/documents", "/d/hold", "/d/none"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        html5lib.HTMLParser(strict=True).parse(page)
        assert re.search(r"<span>ann</span>.*Sign out</button>", page, re.DOTALL), path
    out = client.post("/sign-out", data=form(client, "", page="/"))
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert client.get("/").status_code == 303
    html5lib.HTMLParser(strict=True).parse(client.get("/sign-in").text)


def test_without_keys_nobody_signs_in_or_out(shared_services: Services) -> None:
    client = create_app(shared_services).test_client()
    assert "Sign out" not in client.get("/").text
    assert client.get("/sign-in?next=/documents").headers["Location"] == "/documents"


@pytest.mark.parametrize("path", ["/", "/documents?x=1", "/d/a%5Cb?at=7", "/c/hold~abc?revision=1", "/a//b", "/%09/x"])
def test_a_path_of_this_site_is_gone_to(path: str) -> None:
    assert own_path(path) == path


@given(path=st.text(st.sampled_from("/\\.:@?#\t\r\n %5C09ev")) | st.text())
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("/\n//evil.example")
@example("\\\\evil.example")
@example("https://evil.example")
@example("javascript:alert(1)")
@example(" //evil.example")
@example("/x\r\nSet-Cookie: a=b")
def test_no_path_leads_to_another_site(path: str) -> None:
    # As browsers do (WHATWG URL): tabs and line breaks are left out, a backslash is a slash.
    given = re.sub(r"[\t\r\n]", "", own_path(path).strip("\x00 ")).replace("\\", "/")
    assert given.startswith("/")
    assert urlsplit(given)[:2] == ("", "")


def test_a_bad_path_is_left_out_of_the_page_and_of_where_one_goes(app: Flask) -> None:
    client = app.test_client()
    for there in ("//evil.example", "/\\evil.example", "https://evil.example/"):
        assert "evil" not in client.get("/sign-in", query_string={"next": there}).text
        assert client.post("/sign-in", data=form(client, BOB, there)).headers["Location"] == "/"
        client.post("/sign-out", data=form(client, "", page="/"))


def cookie_of(client: FlaskClient) -> Any:
    cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert cookie
    return cookie


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], value)
    return client


@pytest.mark.parametrize(("origin", "secure"), [("http://localhost", False), ("https://localhost", True)])
def test_the_cookie_is_kept_to_this_site_for_14_days(app: Flask, origin: str, secure: bool) -> None:
    client = signed_in(app, headers={"Origin": origin})
    client.get("/")  # sets it once more, with the token of the form to sign out
    cookie = cookie_of(client)
    assert (cookie.http_only, cookie.same_site, cookie.secure, cookie.path) == (True, "Lax", secure, "/")
    assert cookie.domain == "localhost"
    again = app.test_client().get("/sign-in", base_url="https://localhost")
    assert "Secure" in again.headers["Set-Cookie"]
    assert timedelta(days=13.9) < cookie.expires - cookie.expires.now(cookie.expires.tzinfo) <= timedelta(days=14)
    assert ANN not in cookie.value


def test_looking_at_things_sets_no_cookie(app: Flask) -> None:
    client = signed_in(app)
    client.get("/")
    for path in ("/documents", "/v1/documents", "/static/style.css", "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers
    assert "Cookie" in client.get("/documents").headers["Vary"]
    assert "Vary" not in client.get("/static/style.css").headers


def test_signing_in_begins_a_session_of_its_own(app: Flask) -> None:
    client = app.test_client()
    before = form(client, ANN)
    client.post("/sign-in", data=before)
    assert client.post("/sign-out", data=before).status_code == 400


def test_a_session_ends_with_its_key_and_after_14_days(shop: Any, tmp_path: Path) -> None:
    cookie = cookie_of(signed_in(shop.app())).value
    file = Path(shop.services.settings.access)

    def served(text: str) -> FlaskClient:
        """The same store, started anew with another file of users."""
        (tmp_path / "access.toml").write_text(text)
        settings = replace(shop.services.settings, access=str(tmp_path / "access.toml"))
        app = create_app(Services(settings, shop.services.store, shop.services.embedder))
        assert read_access(settings).asks_for_keys
        return with_cookie(app, cookie)

    text = file.read_text()
    assert served(text).get("/documents").status_code == 200
    assert served(text[text.index('[[user]]\nname = "bob"') :]).get("/documents").status_code == 303
    changed = re.sub(r'(name = "ann"\nkey_sha256 = ")\w+', rf"\g<1>{'0' * 64}", text)
    assert served(changed).get("/documents").status_code == 303
    wider = served(text.replace('collections = ["open"]', ""))
    assert wider.get("/d/falcon").status_code == 200
    wider.application.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=-1)
    assert wider.get("/documents").status_code == 303


def test_a_cookie_that_was_tampered_with_is_nobodys(app: Flask, shop: Any) -> None:
    value = cookie_of(signed_in(app)).value
    assert with_cookie(app, value).get("/documents").status_code == 200
    forged = shop.app()
    forged.secret_key = "another"
    for wrong in (value[:-1], value[1:], value.replace(".", "..", 1), "", "x", "é", f"{value[:9]}A{value[10:]}"):
        assert with_cookie(app, wrong).get("/documents").status_code == 303
    with forged.test_client() as client:
        with client.session_transaction() as held:
            held.update(user="bob", key=read_access(shop.services.settings).fingerprint(user_named(shop, "bob")))
        assert client.get("/documents").status_code == 200
        assert with_cookie(app, cookie_of(client).value).get("/documents").status_code == 303


def user_named(shop: Any, name: str) -> Any:
    return next(one for one in read_access(shop.services.settings).holders.values() if one.name == name)


def test_the_secret_is_made_once_and_the_owners_alone(shop: Any) -> None:
    first, second = shop.app(), shop.app()
    path = shop.services.store.folder / SECRET
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(path.read_text()) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.config["SESSION_COOKIE_NAME"] != shop.app(twin=True).config["SESSION_COOKIE_NAME"]


def test_too_many_wrong_keys_from_one_address_have_to_wait(app: Flask) -> None:
    client = app.test_client()
    ready = form(client, "wrong")

    def post(key: str, address: str) -> Any:
        return client.post("/sign-in", data=ready | {"key": key}, environ_base={"REMOTE_ADDR": address})

    assert [post("wrong", "192.0.2.7").status_code for _ in range(WRONG_KEYS)] == [401] * WRONG_KEYS
    slowed = post(ANN, "192.0.2.7")
    assert slowed.status_code == 429
    assert 55 <= int(slowed.headers["Retry-After"]) <= 60
    assert post(ANN, "192.0.2.8").status_code == 303


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_a_minute_an_address_may_try_again() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(WRONG_KEYS):
        attempts.begin("2001:db8::1")
        clock.now += 1
    with pytest.raises(TooManyAttempts) as caught:
        attempts.begin("2001:db8::ffff")
    assert caught.value.retry_after_s == WITHIN_S - WRONG_KEYS
    attempts.begin("2001:db8:0:1::1")
    clock.now += caught.value.retry_after_s
    attempts.begin("2001:db8::1")
    with pytest.raises(TooManyAttempts):
        attempts.begin("2001:db8::1")


def test_right_keys_do_not_count_and_old_addresses_are_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(3 * WRONG_KEYS):
        attempts.begin("192.0.2.7")
        attempts.forgiven("192.0.2.7")
    for number in range(1200):
        attempts.begin(f"10.0.{number // 250}.{number % 250}")
    clock.now += WITHIN_S + 1
    attempts.begin("fe80::1%eth0")
    assert len(attempts._times) == 1


@pytest.mark.browser
def test_in_a_browser(shop: Any, serving: Any) -> None:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    with serving(shop.services) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = browser.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"http://127.0.0.1:{port}/d/hold?at=1")
        assert page.url.startswith(f"http://127.0.0.1:{port}/sign-in?next=")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Your key").fill("wrong")
        page.keyboard.press("Enter")
        assert "No user has this key" in page.get_by_role("alert").inner_text()
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Your key").fill(ANN)
        page.keyboard.press("Enter")
        page.wait_for_url(f"http://127.0.0.1:{port}/d/hold?at=1")
        assert "A hold violation" in page.inner_text("main")
        page.goto(f"http://127.0.0.1:{port}/")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Ask #open").fill("What is a hold violation caused by?")
        page.keyboard.press("Enter")
        page.wait_for_selector(".turn .actions")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"http://127.0.0.1:{port}/sign-in")
        page.goto(f"http://127.0.0.1:{port}/documents")
        assert "/sign-in" in page.url
        browser.close()
