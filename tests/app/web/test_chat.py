"""The chat as a browser without JavaScript has it: forms, pages, redirects; and the fragments that the script asks for."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.factory import create_app
from app.chat.chat import Chat
from app.chat.runner import Run
from app.services import Services
from app.web.chat import MOST_OPEN
from app.web.here import CHAT
from app.web.turns import has_had

QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."
HTML = {"Accept": "text/html"}
FRAGMENT = {"X-Fragment": "part"}


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def chat(app: Flask) -> Chat:
    found: Chat = app.extensions[CHAT]
    return found


class Browser:
    """A client that sends forms with the token of the page it has last seen, as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> str:
        response = self.client.get(path, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.text

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/channels/new"))
        assert token is not None
        return self.client.post(path, data=fields | {"csrf_token": token[1]}, headers=headers or HTML)

    def ask(self, question: str, channel: str = "general", **more: str) -> str:
        """Ask, wait for the answer, and give the id of the message."""
        response = self.post(f"/in/{channel}", {"text": question, "as": "ask", **more}, FRAGMENT)
        assert response.status_code == 201, response.text
        [message] = re.findall(r'<article class="message" id="(\w+)"', response.text)
        list(self.client.get(f"/m/{message}/events").response)
        return str(message)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def test_the_front_leads_to_a_channel_that_says_what_this_is(browser: Browser) -> None:
    page = browser.get("/")
    assert "Answers you can check, sentence by sentence" in page
    assert "2 documents can be asked about" in page
    assert "extractive · all documents · confidence from 0.5" in page


def test_a_question_by_form_leads_to_its_place_where_the_answer_comes(browser: Browser) -> None:
    response = browser.post("/in/general", {"text": QUESTION, "as": "ask"})
    assert response.status_code == 303
    assert re.fullmatch(r"/in/general#msg_\w+", response.location)
    for _ in range(100):
        page = browser.get(response.location)
        if "aria-busy" not in page:
            break
        assert re.search(r'<noscript><p><a href="/m/msg_\w+">Look again for the answer</a>', page)
        time.sleep(0.05)
    assert CAUSE in page
    assert "Look again" not in page


def test_the_stream_tells_sources_claims_and_verdicts_and_ends_with_the_kept_answer(browser: Browser) -> None:
    response = browser.post("/in/general", {"text": QUESTION, "as": "ask"}, FRAGMENT)
    [message] = re.findall(r'<article class="message" id="(\w+)"', response.text)
    stream = browser.client.get(f"/m/{message}/events")
    assert stream.mimetype == "text/event-stream"
    events = parsed(stream.text)
    assert [one["event"] for one in events[:-1]] == ["part"] * (len(events) - 1)
    assert events[0]["data"]["said"].startswith("Looking through ")
    assert 'class="reading"' in events[1]["data"]["html"]
    assert events[1]["data"]["said"].startswith("Reading ")
    assert "checking…" in events[2]["data"]["html"]
    assert "quoted · relevance" in events[3]["data"]["html"]
    done = events[-1]
    assert done["event"] == "done"
    assert done["data"]["html"].strip() == browser.client.get(f"/m/{message}/turn").text.strip()
    assert done["data"]["said"].startswith("Answered with ")
    [again] = parsed(browser.client.get(f"/m/{message}/events").text)
    assert (again["event"], CAUSE in again["data"]["html"]) == ("done", True)


@pytest.mark.parametrize(
    ("last", "has_read"),
    [
        ("{run}-3", True),
        ("{run}-9", True),
        ("{run}-2", False),
        ("0123abcd-9", False),
        ("{run}-²", False),
        ("{run}-" + "9" * 5000, False),
        ("", False),
    ],
)
def test_a_reader_that_comes_back_gets_what_it_has_not_had(app: Flask, chat: Chat, last: str, has_read: bool) -> None:
    run = Run(chat.messages.post("general", "you", QUESTION, asks=True))
    headers = {"Last-Event-ID": last.format(run=run.name)}
    with app.test_request_context(headers={"Last-Event-ID": headers["Last-Event-ID"].encode().decode("latin-1")}):
        assert has_had(run, 3) is has_read


def parsed(stream: str) -> list[dict[str, Any]]:
    """The events of a stream, without the comments that keep it open."""
    blocks = [block for block in stream.strip().split("\n\n") if not block.startswith(":")]
    fields = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    return [{**one, "data": json.loads(one["data"])} for one in fields]


def test_an_old_answer_is_told_in_one_event(browser: Browser, services: Services) -> None:
    message = browser.ask(QUESTION)
    after_a_restart = create_app(services).test_client().get(f"/m/{message}/events").text
    [event] = parsed(after_a_restart)
    assert event["event"] == "done"
    assert CAUSE in event["data"]["html"]


def test_what_was_open_is_answered_when_somebody_looks(browser: Browser, chat: Chat) -> None:
    left = chat.messages.post("general", "you", QUESTION, asks=True)
    stream = browser.client.get(f"/m/{left.id}/events").text
    assert CAUSE in stream
    assert chat.messages.unanswered() == ()


def test_a_note_is_not_answered_unless_it_names_verispan(browser: Browser, chat: Chat) -> None:
    browser.post("/in/general", {"text": "The build is green.", "as": "note"})
    browser.post("/in/general", {"text": f"@verispan {QUESTION}", "as": "note"})
    note, asked = chat.messages.page("general", 9)
    assert (note.asks, asked.asks) == (False, True)
    assert asked.turns[-1].question == QUESTION
    assert "The build is green." in browser.get("/in/general")


def test_a_thread_has_a_page_and_every_message_a_permalink(browser: Browser) -> None:
    root = browser.ask(QUESTION)
    reply = browser.ask("What is the hold uncertainty after clock tree synthesis?", root=root)
    thread = browser.get(f"/in/general/{root}")
    assert thread.count('<article class="message"') == 2
    channel = browser.get("/in/general")
    assert channel.count('<article class="message"') == 1
    assert ">1 reply<" in channel
    assert browser.client.get(f"/m/{reply}").location == f"/in/general/{root}#{reply}"
    assert browser.client.get(f"/in/general/{reply}").location == f"/in/general/{root}#{reply}"


def test_an_edit_answers_anew_and_the_old_answer_stays_a_link_away(browser: Browser, chat: Chat) -> None:
    message = browser.ask(QUESTION)
    old = chat.messages.get(message).turns[-1].answer_id
    response = browser.post(f"/m/{message}/edit", {"text": "What is the hold uncertainty after CTS?"}, FRAGMENT)
    assert response.status_code == 201
    assert f'data-events="/m/{message}/events"' in response.text
    list(browser.client.get(f"/m/{message}/events").response)
    page = browser.get("/in/general")
    assert "Asked before in other words (1)" in page
    assert f'href="/a/{old}">{QUESTION}</a>' in page
    assert QUESTION in browser.get(f"/a/{old}")


def test_what_was_said_comes_to_others_as_news(browser: Browser, chat: Chat) -> None:
    before = chat.messages.seq()
    browser.ask(QUESTION)
    chat.messages.post("general", "ada", "@you look at this", asks=False)
    chat.channels.add("timing", "ada")
    chat.messages.post("timing", "ada", "@you and at that", asks=False)
    news = browser.client.get(f"/in/general/news?since={before}").get_json()
    assert news["html"].count('<article class="message"') == 2
    assert news["seq"] == chat.messages.seq()
    assert news["unread"] == {"timing": {"count": 1, "mentioned": True}}
    assert browser.client.get(f"/in/general/news?since={news['seq']}").get_json()["html"] == ""


def test_unread_messages_are_marked_until_they_are_seen(browser: Browser, chat: Chat) -> None:
    browser.ask(QUESTION)
    chat.messages.post("general", "ada", "@you look at this", asks=False)
    elsewhere = browser.get("/documents")
    assert re.findall(r'class="count mentioned"><span class="many">(\d+)</span>', elsewhere) == ["1", "1"]
    seen = browser.get("/in/general")
    assert seen.index('<p class="new">New<') < seen.index("look at this")
    assert not re.search(r'class="many">\d', browser.get("/documents"))
    assert '<p class="new">' not in browser.get("/in/general")


def test_older_messages_are_a_link_away(browser: Browser, chat: Chat) -> None:
    for number in range(65):
        chat.messages.post("general", "ada", f"Note number {number}.", asks=False)
    seen: list[str] = []
    path = "/in/general"
    while path:
        page = browser.get(path)
        seen = re.findall(r"Note number (\d+)\.</h2>", page) + seen
        older = re.search(r'href="(/in/general\?before=\d+)"', page)
        path = older[1] if older else ""
    assert [int(one) for one in seen] == list(range(65))


def test_search_finds_questions_and_answers_where_they_stand(browser: Browser) -> None:
    message = browser.ask(QUESTION)
    page = browser.get("/search?q=capturing+CAUSED")
    assert f'href="/m/{message}"' in page
    assert CAUSE in page
    assert "0 messages with" in browser.get("/search?q=capturing+elephants")
    assert "Write some words" in browser.get("/search")


def test_a_channel_is_made_and_bound(browser: Browser, chat: Chat) -> None:
    fields = {"name": "timing", "purpose": "Slacks", "collection": "", "model": "extractive", "min_confidence": "1"}
    assert browser.post("/channels/new", fields).location == "/in/timing"
    assert "extractive · all documents · confidence from 1" in browser.get("/in/timing")
    browser.post("/in/timing/settings", fields | {"min_confidence": "", "purpose": "Other things"})
    assert chat.channels.get("timing", "you", None).min_confidence is None
    assert 'value="Other things"' in browser.get("/in/timing/settings")


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"name": "Not A Name"}, 400, "small letters"),
        ({"name": "general"}, 400, "already"),
        ({"min_confidence": "2"}, 422, "min_confidence"),
        ({"min_confidence": "nan"}, 422, "min_confidence"),
        ({"collection": "hidden"}, 404, "hidden"),
        ({"model": "gpt-nonsense"}, 422, "gpt-nonsense"),
    ],
)
def test_a_bad_binding_is_refused_in_words(browser: Browser, changed: dict[str, str], status: int, words: str) -> None:
    response = browser.post("/channels/new", {"name": "timing", "collection": "", "model": ""} | changed)
    assert response.status_code == status
    assert words in response.text


def test_feedback_stands_on_its_button(browser: Browser, chat: Chat) -> None:
    message = browser.ask(QUESTION)
    answer = chat.messages.get(message).turns[-1].answer_id
    assert browser.post(f"/a/{answer}/feedback", {"kind": "up"}).location == f"/m/{message}"
    given = browser.post(f"/a/{answer}/feedback", {"kind": "wrong_citation:0"}, FRAGMENT).get_json()
    assert sorted(given["pressed"]) == ["up", "wrong_citation:0"]
    pressed = re.findall(r'value="([\w:]+)" aria-pressed="true"', browser.get("/in/general"))
    assert sorted(pressed) == ["up", "wrong_citation:0"]
    for bad in ("", "nonsense", "up:99", "up:" + "1" * 5000, "wrong_citation:x", "wrong_citation:-1"):
        assert browser.post(f"/a/{answer}/feedback", {"kind": bad}).status_code == 400
    assert browser.post("/a/ans_none/feedback", {"kind": "up"}).status_code == 404


def test_a_stale_answer_says_so_and_can_be_asked_again(browser: Browser, ingested: Any) -> None:
    message = browser.ask(QUESTION)
    assert "something else by now" not in browser.get("/in/general")
    file = ingested.folder / "hold.md"
    file.write_text(file.read_text().replace(CAUSE, "A hold violation is caused by data that comes too soon."))
    ingested.again()
    page = browser.get("/in/general")
    assert re.search(r"1 of the \d+ sources? says something else by now", page)
    assert "changed since" in page
    response = browser.post(f"/m/{message}/again", {}, FRAGMENT)
    assert f'data-events="/m/{message}/events"' in response.text
    list(browser.client.get(f"/m/{message}/events").response)
    renewed = browser.get("/in/general")
    assert "comes too soon" in renewed
    assert "something else by now" not in renewed


def test_a_message_that_is_too_long_is_refused_in_words(browser: Browser) -> None:
    response = browser.post("/in/general", {"text": "x" * 8001, "as": "ask"}, FRAGMENT)
    assert response.status_code == 422
    assert "8001 characters" in response.text


@pytest.mark.parametrize("path", ["/in/nowhere", "/in/general/msg_0", "/m/msg_0", "/m/msg_0/events", "/in/@ada"])
def test_what_is_not_there_is_said_on_a_page(browser: Browser, path: str) -> None:
    response = browser.client.get(path, headers=HTML)
    assert response.status_code == 404
    assert "That did not work" in response.text


def test_one_user_cannot_fill_the_queue(browser: Browser, chat: Chat) -> None:
    for number in range(MOST_OPEN):
        chat.messages.post("general", "you", f"{QUESTION} {number}", asks=True)
    refused = browser.post("/in/general", {"text": QUESTION, "as": "ask"}, FRAGMENT)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert browser.post("/in/general", {"text": "A note.", "as": "note"}, FRAGMENT).status_code == 201


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "x", "²", ""])
def test_numbers_that_cannot_be_are_none(browser: Browser, number: str) -> None:
    browser.get(f"/in/general?before={number}")
    assert browser.client.get(f"/in/general/news?since={number}").status_code == 200


def test_line_breaks_are_those_that_the_script_sends(browser: Browser, chat: Chat) -> None:
    message = browser.ask("What is\r\na hold violation caused by?")
    assert chat.messages.get(message).text == "What is\na hold violation caused by?"
    browser.post(f"/m/{message}/edit", {"text": "What is\r\na hold violation caused by?"})
    assert len(chat.messages.get(message).turns) == 1


def test_a_reply_is_new_until_its_thread_is_read(browser: Browser, chat: Chat) -> None:
    root = browser.ask(QUESTION)
    browser.get("/in/general")
    chat.messages.post("general", "ada", "A reply.", asks=False, root=root)
    assert ", 1 new</a>" in browser.get("/in/general")
    assert unread(browser) == ["1", "1"], "the channel's page does not show it"
    browser.get(f"/in/general/{root}")
    assert unread(browser) == []
    assert ", 1 new</a>" not in browser.get("/in/general")


def test_what_an_earlier_page_does_not_show_stays_unread(browser: Browser, chat: Chat) -> None:
    first = chat.messages.post("general", "ada", "The first note.", asks=False)
    chat.messages.post("general", "ada", "The second note.", asks=False)
    browser.get(f"/in/general?before={first.seq + 1}")
    assert unread(browser) == ["2", "2"]


def unread(browser: Browser) -> list[str]:
    """The counts beside the channels, and beside the link that leads to them on a phone."""
    return re.findall(r'<span class="many">(\d+)</span>', browser.get("/documents"))


def test_a_curator_reads_what_was_reported_with_the_claim_and_its_source(browser: Browser, chat: Chat) -> None:
    message = browser.ask(QUESTION)
    answer = chat.messages.get(message).turns[-1].answer_id
    browser.post(f"/a/{answer}/feedback", {"kind": "outdated:0"})
    browser.post(f"/a/{answer}/feedback", {"kind": "up"})
    chat.feedback.toggle("ans_purged", "you", "down")
    page = browser.get("/feedback")
    helpful, outdated = sorted(page.split('<li>\n    <span class="badge')[1:], key=lambda one: "Outdated" in one)
    assert ">Helpful<" in helpful
    assert CAUSE not in helpful
    assert ">Outdated<" in outdated
    assert outdated.count(CAUSE) == 2  # as the claim, and as what it cites
    assert f'href="/a/{answer}"' in outdated
    assert "/c/hold~" in outdated
    assert 'href="/feedback"' in browser.get("/in/general")
