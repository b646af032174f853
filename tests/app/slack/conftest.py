"""A fake of Slack on a socket of its own, requests signed as Slack signs them, and a strict reader of Block Kit."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.api.factory import SLACK, create_app
from app.services import Services

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT, TEAM, CHANNEL, USER, DIRECT = "U0BOTVERI", "T0TEAM001", "C0CHANNEL1", "U0ADA0001", "D0DIRECT01"
BOT_TOKEN = "xoxb-0000-not-a-real-token"
QUESTION = "What is a hold violation caused by?"


@dataclass
class Call:
    """One call that the fake got."""

    method: str
    body: dict[str, Any]
    at: float


class FakeSlack:
    """Slack's API over HTTP: keeps what it is called with, and answers as it is told to, else that all is well."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: dict[str, list[tuple[int, dict[str, str], dict[str, Any]]]] = {}
        self.declines: dict[str, Callable[[dict[str, Any]], str]] = {}
        self.held: dict[str, threading.Event] = {}
        self.authorizations: list[str] = []
        self.socket_url = ""
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def close(self) -> None:
        for event in self.held.values():
            event.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def of(self, method: str) -> list[dict[str, Any]]:
        return [call.body for call in list(self.calls) if call.method == method]

    def wait_for(self, is_there: Callable[[], Any], seconds: float = 60) -> Any:
        with self._changed:
            assert self._changed.wait_for(is_there, seconds), [(call.method, call.body) for call in self.calls]
        return is_there()

    def final(self, number: int = 1) -> dict[str, Any]:
        """The message with the whole answer: the one that links to it."""
        ended = lambda: [body for body in self.of("chat.update") if "feedback" in json.dumps(body)]  # noqa: E731
        self.wait_for(lambda: len(ended()) >= number)
        return ended()[number - 1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                body = (
                    json.loads(raw)
                    if "json" in self.headers["Content-Type"]
                    else {name: values[0] for name, values in parse_qs(raw).items()}
                )
                fake.authorizations.append(self.headers.get("Authorization", ""))
                method = self.path.rpartition("/")[2]
                if method in fake.held:
                    fake.held[method].wait(20)
                status, headers, answer = fake._take(method, body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _take(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        with self._changed:
            self.calls.append(Call(method, body, time.monotonic()))
            number = len(self.calls)
            self._changed.notify_all()
            if self.answers.get(method):
                return self.answers[method].pop(0)
        if error := self.declines.get(method, lambda _: "")(body):
            return 200, {}, {"ok": False, "error": error}
        told: dict[str, Any] = {"ok": True}
        if method == "chat.postMessage":
            told |= {"ts": f"1700000000.{number:06}", "channel": body["channel"]}
        elif method == "apps.connections.open":
            told |= {"url": self.socket_url}
        return 200, {}, told


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    yield fake
    fake.close()


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class World:
    """The real application with its Slack app set up, and Slack that talks to it."""

    SECRET, BOT, TEAM, CHANNEL, USER, DIRECT = SECRET, BOT, TEAM, CHANNEL, USER, DIRECT
    BOT_TOKEN, QUESTION = BOT_TOKEN, QUESTION

    services: Services
    slack: FakeSlack
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.services)
        self.slack_app = self.app.extensions[SLACK]
        self.replies = self.slack_app.replies
        self.chat = self.replies._chat
        self.runner = self.replies._runner

    def close(self) -> None:
        self.slack_app.close()
        self.runner.close()
        self.replies._followers.shutdown(wait=True)
        self.replies._quick.shutdown(wait=True)
        self.runner._pool.shutdown(wait=True)
        self.chat.close()

    def send(self, raw: bytes | str, kind: str = "application/json", **headers: str) -> TestResponse:
        raw = raw if isinstance(raw, bytes) else raw.encode()
        timestamp = headers.pop("timestamp", str(int(time.time())))
        given = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(raw, timestamp),
            "Content-Type": kind,
            "Host": "tunnel.example.org",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.app.test_client().post("/slack/events", data=raw, headers=given)

    def event(self, event: dict[str, Any], name: str = "Ev01", **headers: str) -> TestResponse:
        return self.send(json.dumps(envelope(event, name)), **headers)

    def mention(self, text: str, name: str = "Ev01", ts: str = "1699999999.000100", **more: Any) -> TestResponse:
        event = {"type": "app_mention", "user": USER, "text": f"<@{BOT}> {text}", "ts": ts, "channel": CHANNEL, **more}
        return self.event(event, name)

    def direct(self, text: str, name: str = "Ev01", ts: str = "1699999999.000100", **more: Any) -> TestResponse:
        return self.event(self.written(text, ts) | more, name)

    @staticmethod
    def written(text: str, ts: str = "1699999999.000100") -> dict[str, Any]:
        """The event of a direct message."""
        message = {"type": "message", "channel_type": "im", "user": USER, "text": text, "ts": ts}
        return {**message, "channel": DIRECT}

    def command(self, text: str, trigger: str = "13345224609.738474920.8088930838d88f008e0") -> TestResponse:
        return self.send(urlencode(command_body(text, trigger, self.slack.url)), "application/x-www-form-urlencoded")

    def click(
        self, action: dict[str, Any], trigger: str = "12466734323.1395872398", thread: str = "1699999999.000100"
    ) -> TestResponse:
        place = {"type": "message", "channel_id": CHANNEL, "message_ts": "1700000000.000001"}
        payload = {
            "type": "block_actions",
            "user": {"id": USER, "team_id": TEAM},
            "team": {"id": TEAM},
            "channel": {"id": CHANNEL},
            "container": place | ({"thread_ts": thread} if thread else {}),
            "trigger_id": trigger,
            "response_url": f"{self.slack.url}/actions/T/1/x",
            "actions": [{"block_id": "b1", "action_ts": "1.0", **action}],
        }
        return self.send(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")


def envelope(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": "A0APP0001",
        "event": event,
        "type": "event_callback",
        "event_id": name,
        "event_time": 1699999999,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
    }


def command_body(text: str, trigger: str, url: str) -> dict[str, str]:
    return {
        "command": "/verispan",
        "text": text,
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "user_id": USER,
        "trigger_id": trigger,
        "response_url": f"{url}/commands/T/1/x",
        "api_app_id": "A0APP0001",
    }


def slack_settings(services: Services, slack: FakeSlack, **changes: Any) -> Services:
    given = {"slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET, "slack_api_url": slack.api_url}
    settings = replace(services.settings, **{**given, "public_url": "https://verispan.example.org/", **changes})
    return Services(settings, services.store, services.embedder)


@pytest.fixture
def worlds(shared_services: Services, slack: FakeSlack, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes applications, each as the next process over the same chat would be."""
    made: list[World] = []

    def make(services: Services = shared_services, **changes: Any) -> World:
        made.append(World(slack_settings(services, slack, **{"store": tmp_path / "chat", **changes}), slack))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def sign_as() -> Callable[..., str]:
    return sign


@pytest.fixture
def envelope_of() -> Callable[[dict[str, Any], str], dict[str, Any]]:
    return envelope


@pytest.fixture
def world(worlds: Callable[..., World]) -> World:
    return worlds()


def texts(value: Any) -> list[str]:
    """All texts of blocks, in order."""
    if isinstance(value, dict):
        mine = [value["text"]] if isinstance(value.get("text"), str) else []
        return mine + [text for name, one in value.items() if name != "text" or not mine for text in texts(one)]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


def parts(value: Any, kind: str) -> list[dict[str, Any]]:
    """All objects of a type in blocks, in order."""
    if isinstance(value, dict):
        mine = [value] if value.get("type") == kind else []
        return mine + [part for one in value.values() for part in parts(one, kind)]
    return [part for one in value for part in parts(one, kind)] if isinstance(value, list) else []


class BlockKit:
    """Reads Block Kit as strictly as Slack's reference describes it, and refuses all that this app has no use for."""

    texts = staticmethod(texts)
    parts = staticmethod(parts)

    def message(self, body: dict[str, Any]) -> None:
        self.markup(body["text"], 3000)
        self.blocks(body["blocks"], 50)
        assert sum(units(text) for text in texts(body["blocks"])) <= 13_000

    def view(self, view: dict[str, Any]) -> None:
        assert view["type"] in ("modal", "home")
        if view["type"] == "modal":
            self.plain(view["title"], 24)
            self.plain(view["close"], 24)
        assert set(view) == {"type", "blocks"} | ({"title", "close"} if view["type"] == "modal" else set())
        self.blocks(view["blocks"], 100)

    def blocks(self, blocks: list[dict[str, Any]], most: int) -> None:
        assert 1 <= len(blocks) <= most
        for block in blocks:
            getattr(self, f"_{block['type']}")(block)
        ids = [part["action_id"] for block in blocks for part in block.get("elements", []) if "action_id" in part]
        assert len(ids) == len(set(ids))

    def plain(self, text: dict[str, Any], limit: int) -> None:
        assert set(text) == {"type", "text", "emoji"}
        assert (text["type"], text["emoji"]) == ("plain_text", False)
        self.length(text["text"], limit)

    def markup(self, text: str, limit: int) -> None:
        """Text in which Slack reads markup: nothing in it may be any."""
        self.length(text, limit)
        without = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        assert not set("<>&") & set(without), text
        for char in "*_~`":
            assert text.count(char) == text.count(f"\u2060{char}\u2060"), text

    def length(self, text: str, limit: int) -> None:
        assert isinstance(text, str)
        assert 1 <= units(text) <= limit
        text.encode()  # no half of a surrogate pair
        assert not any(ord(char) < 32 and char not in "\n\t" for char in text)
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(text)

    def _rich_text(self, block: dict[str, Any]) -> None:
        assert set(block) == {"type", "elements"}
        assert block["elements"]
        for part in block["elements"]:
            assert set(part) == {"type", "elements"}
            assert part["type"] in ("rich_text_section", "rich_text_quote")
            assert part["elements"]
            for run in part["elements"]:
                self._run(run)

    def _run(self, run: dict[str, Any]) -> None:
        assert run["type"] in ("text", "link")
        self.length(run["text"], 3000)
        assert set(run.get("style", {"bold": True})) <= {"bold", "italic"}
        assert set(run) <= {"type", "text", "style"} | ({"url"} if run["type"] == "link" else set())
        if run["type"] == "link":
            assert run["url"].startswith("https://verispan.example.org/")
            assert len(run["url"]) <= 3000

    def _section(self, block: dict[str, Any]) -> None:
        assert set(block) in ({"type", "fields"}, {"type", "text"})
        assert len(block.get("fields", [])) <= 10
        for one in block.get("fields", []):
            self.plain(one, 2000)
        if "text" in block:
            self.plain(block["text"], 3000)

    def _context(self, block: dict[str, Any]) -> None:
        assert set(block) == {"type", "elements"}
        assert 1 <= len(block["elements"]) <= 10
        for one in block["elements"]:
            self.plain(one, 3000)

    def _actions(self, block: dict[str, Any]) -> None:
        assert set(block) == {"type", "elements"}
        assert 1 <= len(block["elements"]) <= 25
        for one in block["elements"]:
            assert 1 <= len(one["action_id"]) <= 255
            getattr(self, f"_{one['type']}")(one)

    def _button(self, one: dict[str, Any]) -> None:
        assert set(one) == {"type", "text", "action_id", "value"}
        self.plain(one["text"], 75)
        assert 1 <= len(one["value"]) <= 2000

    def _overflow(self, one: dict[str, Any]) -> None:
        assert set(one) == {"type", "action_id", "options"}
        self._options(one["options"], 5)

    def _static_select(self, one: dict[str, Any]) -> None:
        assert set(one) == {"type", "placeholder", "action_id", "options"}
        self.plain(one["placeholder"], 150)
        self._options(one["options"], 100)

    def _options(self, options: list[dict[str, Any]], most: int) -> None:
        assert 1 <= len(options) <= most
        for one in options:
            assert set(one) == {"text", "value"}
            self.plain(one["text"], 75)
            assert 1 <= len(one["value"]) <= 150


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.fixture(scope="session")
def block_kit() -> BlockKit:
    return BlockKit()


@pytest.fixture(scope="session")
def world_type() -> type[World]:
    return World
