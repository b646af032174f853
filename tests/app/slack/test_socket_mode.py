"""Socket Mode: this server connects to Slack, and what comes through the socket is answered as any request is."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

APP_TOKEN = "xapp-1-A0APP0001-not-a-real-token"
QUESTION = "What is a hold violation caused by?"


class FakeSocket:
    """Slack's end of the socket: sends what it is given, and keeps what comes back."""

    def __init__(self) -> None:
        self.to_send: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.got: queue.Queue[dict[str, Any]] = queue.Queue()
        self._server = serve(self._talk, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link"

    def close(self) -> None:
        self.to_send.put(None)
        self._server.shutdown()
        self._thread.join()

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        reader = threading.Thread(target=self._read, args=[connection], daemon=True)
        reader.start()
        while (message := self.to_send.get()) is not None:
            connection.send(json.dumps(message))

    def _read(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for message in connection:
                self.got.put(json.loads(message))


@pytest.fixture
def socket(slack: Any) -> Iterator[FakeSocket]:
    made = FakeSocket()
    slack.socket_url = made.url
    yield made
    made.close()


@pytest.fixture
def connected(worlds: Any, socket: FakeSocket) -> Any:
    world = worlds(slack_app_token=APP_TOKEN, slack_signing_secret="")
    world.slack_app.start()
    return world


def events_api(world: Any, envelope_of: Any, number: int, name: str = "Ev01") -> dict[str, Any]:
    event = {"type": "app_mention", "user": world.USER, "text": f"<@{world.BOT}> {QUESTION}", "ts": "1699999999.0001"}
    payload = envelope_of({**event, "channel": world.CHANNEL}, name)
    return {"type": "events_api", "envelope_id": f"e{number}", "payload": payload, "accepts_response_payload": False}


@pytest.mark.slow
def test_what_comes_through_the_socket_is_acknowledged_and_answered_once(
    connected: Any, socket: FakeSocket, slack: Any, envelope_of: Any
) -> None:
    for number in (1, 2):
        socket.to_send.put(events_api(connected, envelope_of, number))
    assert {socket.got.get(timeout=15)["envelope_id"] for _ in range(2)} == {"e1", "e2"}
    slack.final()
    assert len(slack.of("chat.postMessage")) == 1
    assert f"Bearer {APP_TOKEN}" in slack.authorizations


@pytest.mark.slow
def test_a_command_is_acknowledged_with_what_its_user_is_told(connected: Any, socket: FakeSocket, slack: Any) -> None:
    payload = {
        "command": "/verispan",
        "text": QUESTION,
        "team_id": connected.TEAM,
        "channel_id": connected.CHANNEL,
        "user_id": connected.USER,
        "trigger_id": "1.2.3",
        "response_url": f"{slack.url}/commands/x",
    }
    socket.to_send.put({"type": "slash_commands", "envelope_id": "e9", "payload": payload})
    told = socket.got.get(timeout=15)
    assert told["envelope_id"] == "e9"
    assert told["payload"]["response_type"] == "ephemeral"
    assert QUESTION in json.dumps(told["payload"]["blocks"])
    slack.final()


@pytest.mark.slow
def test_slack_that_is_not_there_at_the_start_is_tried_again(
    worlds: Any, socket: FakeSocket, slack: Any, envelope_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.slack.register.RETRY_S", (0.05, 0.1))
    slack.answers["auth.test"] = [(503, {}, {}), (200, {}, {"ok": False, "error": "account_inactive"})]
    slack.answers["apps.connections.open"] = [(500, {}, {})]
    world = worlds(slack_app_token=APP_TOKEN, slack_signing_secret="")
    world.slack_app.start()
    socket.to_send.put(events_api(world, envelope_of, 1))
    assert socket.got.get(timeout=20)["envelope_id"] == "e1"
    assert len(slack.of("auth.test")) == 3
    slack.final()
