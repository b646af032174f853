"""Copies over HTTP and from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from app.api.factory import create_app
from app.cli import main
from app.services import Services

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


@pytest.fixture
def client(shared_services: Services) -> FlaskClient:
    return create_app(shared_services).test_client()


@pytest.fixture
def kept(client: FlaskClient) -> str:
    return str(client.post("/v1/answers", json={"question": QUESTION, "model": "extractive"}).get_json()["id"])


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("md", "text/markdown; charset=utf-8"),
        ("txt", "text/plain; charset=utf-8"),
        ("bib", "application/x-bibtex; charset=utf-8"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_kept_answer_can_be_fetched_in_each_form(
    client: FlaskClient, kept: str, ending: str, media_type: str
) -> None:
    response = client.get(f"/a/{kept}.{ending}", base_url="http://localhost:8123")
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Content-Disposition"] == f"inline; filename={kept}.{ending}"
    assert CAUSE in response.text
    assert "http://localhost:8123/c/hold~" in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/a/{kept}").mimetype == "text/html"


def test_the_links_of_a_copy_lead_to_what_it_quotes(client: FlaskClient, kept: str) -> None:
    [item, *_] = json.loads(client.get(f"/a/{kept}.csl.json").text)
    page = client.get(item["URL"].removeprefix("http://localhost"))
    assert (page.status_code, f'<mark id="span">{CAUSE}</mark>' in page.text) == (200, True)


@pytest.mark.parametrize(("path", "status"), [("/a/ans_none.md", 404), ("/a/ans_none.pdf", 404), ("/a/.bib", 404)])
def test_what_is_not_there_has_no_copy(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.fixture
def run(shared_services: Services, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("VERISPAN_STORE", str(shared_services.store.folder))
    return lambda *arguments: CliRunner().invoke(main, ["copy", *arguments])


@pytest.mark.parametrize("form", ["markdown", "plain", "bibtex", "csl-json"])
def test_the_command_line_writes_the_same(run: Any, client: FlaskClient, kept: str, form: str) -> None:
    ending = {"markdown": "md", "plain": "txt", "bibtex": "bib", "csl-json": "csl.json"}[form]
    there = client.get(f"/a/{kept}.{ending}", base_url="http://127.0.0.1:8000").text
    assert run(kept, "--as", form).stdout == there
    wire = json.loads(run(kept, "--as", form, "--json").stdout)
    assert (wire["as"], wire["text"]) == (form, there)


def test_links_lead_to_the_public_address_where_there_is_one(
    shared_services: Services, run: Any, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = replace(shared_services.settings, public_url="https://docs.example/ask/")
    app = create_app(Services(public, shared_services.store, shared_services.embedder))
    there = app.test_client().get(f"/a/{kept}.md").text
    assert f"https://docs.example/ask/a/{kept}" in there
    assert "localhost" not in there
    monkeypatch.setenv("VERISPAN_PUBLIC_URL", "https://docs.example/ask/")
    assert run(kept).stdout == there
    assert "http://copy.example/a/" in run(kept, "--base-url", "http://copy.example").stdout


def test_the_command_line_leads_to_the_address_that_is_listened_on(
    run: Any, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERISPAN_HOST", "::1")
    monkeypatch.setenv("VERISPAN_PORT", "8123")
    assert f"http://[::1]:8123/a/{kept}" in run(kept).stdout


def test_the_command_line_takes_another_server(run: Any, kept: str) -> None:
    assert "https://docs.example/ask/c/hold~" in run(kept, "--base-url", "https://docs.example/ask/").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["ans_none"], "holds no answer 'ans_none'"), (["{}", "--base-url", "docs"], "'docs' is no address of a server")],
)
def test_what_goes_wrong_is_said_in_one_line(run: Any, kept: str, arguments: list[str], said: str) -> None:
    result = run(*(one.format(kept) for one in arguments))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert said in result.stderr
