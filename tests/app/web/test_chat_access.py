"""What Bob says in channels of hidden collections looks to Ann, on every route, exactly like what never was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.answer import Request, answer_whole
from app.api.factory import create_app
from app.chat.chat import Chat
from app.chat.reports import reports
from app.limited import limited
from app.retrieve import Filters
from app.services import Services
from app.web.here import CHAT
from app.wire import answer_json

KEYS = {"ann": "ann-has-a-long-random-key", "bob": "bob-has-another-long-random-key"}
FRAGMENT = {"X-Fragment": "part"}

OPEN = b"""# Hold checks

Some words on short paths come first. The hold uncertainty after clock tree synthesis is 15 ps.
"""
SECRET = b"""# Margins of the falcon project

Nobody outside may read what follows. The falcon die has nineteen power domains.
"""
ASKED = "How many power domains are there?"
HIDDEN = ("secret", "general", "@bob")


class Browser:
    """A client of somebody who sends forms with a token of theirs."""

    def __init__(self, app: Flask, name: str) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {KEYS[name]}", "Accept": "text/html"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(path, headers=self._headers | headers, buffered=True)

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/channels/new").text)
        assert token is not None
        data, sent = fields | {"csrf_token": token[1]}, self._headers | (headers or {})
        return self._client.post(path, data=data, headers=sent, buffered=True)

    def ask(self, channel: str, question: str, **more: str) -> str:
        """Ask, wait for the answer, and give the id of the message."""
        response = self.post(f"/in/{channel}", {"text": question, "as": "ask", **more}, FRAGMENT)
        assert response.status_code == 201, response.text
        [message] = re.findall(r'<article class="message" id="(\w+)"', response.text)
        assert "event: done" in self.get(f"/m/{message}/events").text
        return str(message)


@dataclass
class Scene:
    """A server with what was said on it: by hidden channel a thread of Bob's, as the ids that stand in paths."""

    app: Flask
    services: Services
    ann: Browser
    bob: Browser
    said: dict[str, dict[str, str]]

    @property
    def chat(self) -> Chat:
        found: Chat = self.app.extensions[CHAT]
        return found

    def answer_to(self, message: str) -> str:
        answer_id = self.chat.messages.get(message).turns[-1].answer_id
        assert answer_id is not None
        return answer_id


@pytest.fixture(scope="module")
def scene(shelving: Any) -> Iterator[Scene]:
    with closing(shelving(open={"hold.md": OPEN}, secret={"falcon.md": SECRET})) as services:
        app = create_app(services)
        made = Scene(app, services, Browser(app, "ann"), Browser(app, "bob"), {})
        made.ann.get("/")
        made.bob.get("/")
        for channel in HIDDEN:
            message = made.bob.ask(channel, ASKED)
            reply = made.bob.ask(channel, "And the wombat? @ann", root=message)
            ids = {"channel": channel, "message": message, "reply": reply, "answer": made.answer_to(message)}
            made.said[channel] = ids
        yield made


NEVER = {"channel": "nowhere", "message": "msg_never", "reply": "msg_reply", "answer": "ans_never"}

FETCHED = [
    "/in/{channel}",
    "/in/{channel}?before=99",
    "/in/{channel}/{message}",
    "/in/{channel}/{reply}",
    "/in/open/{message}",
    "/in/open/news?since=0&root={message}",
    "/in/{channel}/news?since=0",
    "/in/{channel}/news?since=0&root={message}",
    "/in/{channel}/settings",
    "/m/{message}",
    "/m/{reply}",
    "/m/{message}/events",
    "/m/{message}/turn",
    "/a/{answer}",
    "/a/{answer}.md",
    "/v1/answers/{answer}",
]
SENT: list[tuple[str, dict[str, str]]] = [
    ("/in/{channel}", {"text": "What is this?", "as": "ask"}),
    ("/in/{channel}", {"text": "A note.", "as": "note", "root": "{message}"}),
    ("/in/open", {"text": "A note.", "as": "note", "root": "{message}"}),
    ("/in/open", {"text": "A note.", "as": "note", "root": "{reply}"}),
    ("/in/{channel}/settings", {"purpose": "Mine", "collection": "open"}),
    ("/m/{message}/edit", {"text": "Another question?"}),
    ("/m/{message}/again", {}),
    ("/a/{answer}/feedback", {"kind": "up"}),
    ("/a/{answer}/feedback", {"kind": "wrong_citation:0"}),
]


def masked(response: TestResponse, ids: dict[str, str]) -> tuple[int, str, str, list[str]]:
    """A response with the ids that were asked for taken out."""
    text, location = response.text, response.location or ""
    for name, value in ids.items():
        text, location = (re.sub(rf"{re.escape(value)}\b", f"<{name}>", one) for one in (text, location))
    text = re.sub(r'(csrf_token\\?" value=\\?")[^"\\]+', r"\1…", text)
    return response.status_code, location, text, sorted(response.headers.keys())


@pytest.mark.parametrize("channel", HIDDEN)
@pytest.mark.parametrize("path", FETCHED)
def test_what_is_fetched_of_a_hidden_channel_looks_like_what_never_was(scene: Scene, path: str, channel: str) -> None:
    hidden = scene.said[channel]
    assert scene.bob.get(path.format(**hidden)).status_code in (200, 302, 403)  # his own direct one, he may not bind
    for headers in ({}, FRAGMENT):
        seen = masked(scene.ann.get(path.format(**hidden), **headers), hidden)
        assert seen == masked(scene.ann.get(path.format(**NEVER), **headers), NEVER)
        assert seen[0] == (200 if path.startswith("/in/open/news") else 404)


@pytest.mark.parametrize("channel", HIDDEN)
@pytest.mark.parametrize(("path", "fields"), SENT)
def test_what_is_sent_to_a_hidden_channel_is_refused_as_if_there_were_none(
    scene: Scene, path: str, fields: dict[str, str], channel: str
) -> None:
    def sent(ids: dict[str, str], headers: dict[str, str]) -> Any:
        filled = {name: value.format(**ids) for name, value in fields.items()}
        return masked(scene.ann.post(path.format(**ids), filled, headers), ids)

    before = scene.chat.messages.seq()
    for headers in ({}, FRAGMENT):
        told = sent(scene.said[channel], headers)
        assert told == sent(NEVER, headers)
        assert told[0] == 404
    assert scene.chat.messages.seq() == before


def test_no_page_lists_a_hidden_channel_or_counts_what_is_unread_in_it(scene: Scene) -> None:
    for path in ("/", "/in/open", "/in/@ann", "/documents", "/channels/new", "/search?q=wombat"):
        page = scene.ann.get(path).text
        assert set(re.findall(r'data-channel="([^"]+)"', page)) == {"open", "@ann"}
        assert re.findall(r'class="many">(\d+)<', page) == []
        assert "secret" not in page
    assert scene.ann.get("/in/open/news?since=0").get_json()["unread"] == {}


def test_search_finds_nothing_that_was_said_or_answered_where_it_is_hidden(scene: Scene) -> None:
    assert scene.bob.get("/search?q=wombat").text.count('href="/m/') == 3
    for words in ("wombat", "nineteen", "power+domains"):
        seen, never = (masked(scene.ann.get(f"/search?q={one}"), {})[2] for one in (words, "neversaid"))
        assert "0 messages with" in seen
        typed = words.replace("+", " ")
        assert seen.replace(typed, "").replace(quote(typed), "") == never.replace("neversaid", "")


@pytest.mark.parametrize("channel", HIDDEN)
def test_feedback_does_not_tell_where_an_answer_was_asked_for(scene: Scene, channel: str) -> None:
    """The answer rests on what Ann sees; who asked for it, and that somebody did, she does not."""
    given = []
    for asked in (True, False):
        made = answer_whole(Request("the hold uncertainty?", filters=Filters(("open",)), keep=False), scene.services)
        scene.services.store.save_answer(made.id, made.created, answer_json(made))
        if asked:
            message = scene.chat.messages.post(channel, "bob", "the hold uncertainty?", asks=True)
            scene.chat.messages.end_turn(message.turns[-1], made.id, answered=made.text)
        ids = {"answer": made.id}
        page = masked(scene.ann.get(f"/a/{made.id}"), ids)
        given.append(
            (page[0], "msg_" in page[2], masked(scene.ann.post(f"/a/{made.id}/feedback", {"kind": "up"}), ids))
        )
    assert given[0] == given[1]


@pytest.fixture
def moved(scene: Scene) -> Iterator[str]:
    """A channel that searched what is hidden, and was bound to what is open after a question in it was answered."""
    scene.chat.channels.add("moved", "bob", collection="secret")
    message = scene.bob.ask("moved", ASKED)
    with scene.chat._engine.begin() as connection:  # the chat itself refuses to
        connection.exec_driver_sql("UPDATE channels SET collection = 'open' WHERE id = 'moved'")
    yield message
    with scene.chat._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM channels WHERE id = 'moved'")


def test_a_channel_that_is_opened_does_not_open_its_old_answers(scene: Scene, moved: str) -> None:
    assert "nineteen" in scene.bob.get("/in/moved").text
    for path in ("/in/moved", f"/in/moved/{moved}", f"/m/{moved}/turn", f"/m/{moved}/events", "/in/moved/news?since=0"):
        told = scene.ann.get(path)
        assert (told.status_code, "not there for you" in told.text, "nineteen" in told.text) == (200, True, False)
    assert "nineteen" not in re.sub(
        r'value="[^"]+"|“[^”]+”|\?q=[^"]+', "", scene.ann.get("/search?q=nineteen+power").text
    )
    assert "0 messages with" in scene.ann.get("/search?q=nineteen").text


def test_a_question_after_a_hidden_answer_tells_nothing_of_it(scene: Scene, moved: str) -> None:
    reply = scene.bob.ask("moved", "Why is it so?", root=moved)
    assert "Understood as" in scene.bob.get(f"/m/{reply}/events").text
    for path in (f"/m/{reply}/events", f"/m/{reply}/turn", f"/in/moved/{moved}"):
        assert "Understood as" not in scene.ann.get(path).text
    assert scene.ann.get(f"/a/{scene.answer_to(reply)}").status_code == 404


def test_what_was_reported_is_for_curators(scene: Scene) -> None:
    assert scene.bob.get("/feedback").status_code == 200
    assert 'href="/feedback"' in scene.bob.get("/documents").text
    assert scene.ann.get("/feedback").status_code == 403
    assert 'href="/feedback"' not in scene.ann.get("/documents").text


def test_nothing_is_reported_of_an_answer_that_the_curator_may_not_see(scene: Scene) -> None:
    hidden = scene.said["secret"]["answer"]
    scene.bob.post(f"/a/{hidden}/feedback", {"kind": "down"})
    given = [one for one in scene.chat.feedback.all() if one.answer_id == hidden]
    assert [one["kind"] for one in reports(given, scene.services.store)] == ["down"]
    assert list(reports(given, limited(scene.services, frozenset({"open"})).store)) == []
