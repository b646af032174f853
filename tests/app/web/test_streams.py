"""Many readers at once over real sockets: none stalls, pages stay quick to come, and beyond the limit it says so."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from app import answer as main_path
from app.api.slots import STREAMS
from app.chat.chat import Chat
from app.services import Services

pytestmark = pytest.mark.slow

READERS = 50
QUESTION = "What is a hold violation caused by?"
CAUSE = "A hold violation is caused by data that arrives too early at the capturing flop."


@pytest.fixture
def may_draft(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Drafting waits for this, as it does for a language model."""
    event, drafting = threading.Event(), main_path.draft_claims

    def waiting(*arguments: Any) -> Iterator[Any]:
        event.wait(60)
        yield from drafting(*arguments)

    monkeypatch.setattr(main_path, "draft_claims", waiting)
    return event


@pytest.fixture
def port(services: Services, serving: Any) -> Iterator[int]:
    with serving(services) as port:
        yield port


@pytest.fixture
def chat(services: Services, port: int) -> Iterator[Chat]:
    opened = Chat(services.settings.store)
    yield opened
    opened.close()


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse()


def test_fifty_readers_hear_all_of_it_while_other_pages_come(port: int, chat: Chat, may_draft: threading.Event) -> None:
    asked = [chat.messages.post("general", "you", f"{QUESTION} ({number})", asks=True) for number in range(READERS)]
    streams = [get(port, f"/m/{message.id}/events") for message in asked]
    assert {stream.status for stream in streams} == {200}
    page = get(port, "/in/general")
    assert page.status == 200
    assert b"aria-busy" in page.read()
    may_draft.set()
    told = [stream.read().decode() for stream in streams]
    assert all(one.count("event: done") == 1 and CAUSE in one for one in told)
    assert chat.messages.unanswered() == ()


def read_until_event(stream: http.client.HTTPResponse) -> bytes:
    """What comes up to the first event."""
    seen = b""
    while b"event:" not in seen:
        line = stream.readline()
        assert line
        seen += line
    return seen


def test_one_answer_is_read_by_all_who_look_at_it(port: int, chat: Chat, may_draft: threading.Event) -> None:
    message = chat.messages.post("general", "you", QUESTION, asks=True)
    streams = [get(port, f"/m/{message.id}/events") for _ in range(READERS)]
    begun = [read_until_event(stream) for stream in streams]  # all of them look on before it ends
    may_draft.set()
    own = r': still here\n\n|name=\\"csrf_token\\" value=\\"[^"]+'
    told = {re.sub(own, "", (seen + stream.read()).decode()) for seen, stream in zip(begun, streams, strict=True)}
    assert len(told) == 1
    [turn] = chat.messages.get(message.id).turns
    assert turn.answer_id is not None


def test_beyond_the_limit_a_reader_is_told_to_come_back(port: int, chat: Chat, may_draft: threading.Event) -> None:
    message = chat.messages.post("general", "you", QUESTION, asks=True)
    streams = [get(port, f"/m/{message.id}/events") for _ in range(STREAMS)]
    refused = get(port, f"/m/{message.id}/events")
    assert (refused.status, refused.getheader("Retry-After")) == (503, "5")
    assert b"readers are listening" in refused.read()
    may_draft.set()
    assert [stream.read().count(b"event: done") for stream in streams] == [1] * STREAMS
    again = get(port, f"/m/{message.id}/events")
    assert again.status == 200
