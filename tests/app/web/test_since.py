"""What the page of an answer and the chat say of an answer whose sources have changed."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from app.answer import Request, answer_whole
from app.api.factory import create_app
from app.marked import since_words
from app.services import Services
from app.standing import check_standings
from ingest.standing import Standing, Status
from tests.app.kept import CAUSE, SLOW, Judge, edit
from tests.conftest import Ingested

QUESTION = "What is a hold violation caused by?"
REWORDED = "A hold violation is caused by `<img src=x onerror=alert(1)>` data that arrives too early at the flop."


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services).test_client()


def notice(client: FlaskClient, path: str) -> str:
    """The notice on the page of an answer, nothing where there is none."""
    page = client.get(path, headers={"Accept": "text/html"}).text
    found = re.search(r'<div class="notice stale-notice".*?(?=<ol class="claims">)', page, re.DOTALL)
    return found[0] if found else ""


def test_the_page_goes_from_unchecked_to_broken_with_the_words_that_changed(
    client: FlaskClient, services: Services, ingested: Ingested
) -> None:
    judge = Judge()
    services.overlap = judge  # type: ignore[assignment]
    kept = answer_whole(Request(QUESTION), services)
    assert notice(client, f"/a/{kept.id}") == ""
    edit(ingested, (CAUSE, REWORDED))
    found = notice(client, f"/a/{kept.id}")
    assert "says something else by now" in found
    assert "have not been checked against that yet" in found
    assert html.escape("<img src=x onerror=alert(1)>") in found
    assert "<img" not in found
    assert "<del>capturing </del>" in found
    assert "<ins>&lt;img src=x" in found
    judge.support = lambda evidence, claim: 0.1
    check_standings(services)
    found = notice(client, f"/a/{kept.id}")
    assert "no longer hold" in found
    assert f"<strong>{CAUSE}</strong>" in found
    assert "only 0.10" in found


def test_what_is_gone_and_what_moved_have_no_diff(client: FlaskClient, services: Services, ingested: Ingested) -> None:
    kept = answer_whole(Request(QUESTION), services)
    edit(ingested, (CAUSE, f"Mind that {CAUSE}"))
    check_standings(services)
    found = notice(client, f"/a/{kept.id}")
    assert "Every text that it rests on still stands word for word." in found
    assert "stands in a longer sentence by now" in found
    assert "<del>" not in found
    edit(ingested, (f"Mind that {CAUSE}", ""), (SLOW, ""))
    assert f"<del>{CAUSE}</del>" in notice(client, f"/a/{kept.id}")


@pytest.mark.parametrize(
    ("status", "claims", "said"),
    [
        ("unchecked", [], "have not been checked"),
        ("holds", [True], "word for word"),
        ("changed", [True], "still supported by what stands there now"),
        ("broken", [False], "Its claim no longer holds."),
        ("broken", [True, False], "1 of its 2 claims no longer holds."),
        ("broken", [False, False], "2 of its 2 claims no longer hold."),
    ],
)
def test_each_standing_is_said_in_words(status: Status, claims: list[bool], said: str) -> None:
    detail = {"claims": [{"supported": one, "reason": ""} for one in claims]}
    sources, standing = [{"id": "a"}, {"id": "b"}], Standing("ans_a", "2026", status, 3, "2026", detail)
    told = since_words(sources, {"b": "changed", "c": "gone"}, standing)
    assert told.startswith("1 of the 2 sources says something else by now than when this was answered. ")
    assert said in told


def test_of_an_answer_that_shows_nothing_from_them_only_the_sources_are_told() -> None:
    told = since_words([{"id": "a"}, {"id": "b"}], {"a": "changed", "b": "gone"}, None)
    assert told == "2 of the 2 sources say something else by now than when this was answered."
