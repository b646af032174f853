"""The Slack app in a real process that is killed while it answers, and in the one that comes after it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import app.slack

ROOT = Path(app.slack.__file__).parents[2]
QUESTION = "What is a hold violation caused by?"


class Server:
    """`verispan serve` over a store, with Slack set up."""

    def __init__(self, store: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ
            | {"VERISPAN_MODEL": "extractive", "VERISPAN_VERIFIER": "overlap"}
            | environment
            | {"VERISPAN_STORE": str(store)},
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.url = json.loads("".join(self.process.stdout.readline() for _ in range(3)))["url"]

    def post(self, raw: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        connection.request("POST", "/slack/events", raw, {"Content-Type": "application/json", **headers})
        return connection.getresponse().status


@pytest.fixture
def store(shared_services: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shared_services.store.folder, tmp_path / "copy"))


@pytest.fixture
def servers(store: Path, slack: Any, world_type: Any) -> Iterator[Any]:
    made: list[Server] = []
    environment = {
        "VERISPAN_SLACK_BOT_TOKEN": world_type.BOT_TOKEN,
        "VERISPAN_SLACK_SIGNING_SECRET": world_type.SECRET,
        "VERISPAN_SLACK_API_URL": slack.api_url,
    }

    def start() -> Server:
        made.append(Server(store, environment))
        return made[-1]

    yield start
    for server in made:
        server.process.kill()
        server.process.communicate()


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_its_answer_to_the_next(
    servers: Any, slack: Any, sign_as: Any, envelope_of: Any, world_type: Any
) -> None:
    slack.held["chat.update"] = threading.Event()
    event = {"type": "app_mention", "user": world_type.USER, "text": QUESTION, "ts": "1699999999.000100"}
    raw = json.dumps(envelope_of({**event, "channel": world_type.CHANNEL}, "Ev01")).encode()

    def signed() -> dict[str, str]:
        now = str(int(time.time()))
        return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sign_as(raw, now)}

    first = servers()
    assert first.post(raw, signed()) == 200
    slack.wait_for(lambda: slack.of("chat.postMessage"))
    time.sleep(0.5)
    first.process.kill()
    first.process.wait()
    slack.held.pop("chat.update").set()
    assert not [body for body in slack.of("chat.update") if "feedback" in json.dumps(body)]

    second = servers()
    final = slack.final()
    assert final["ts"] == "1700000000." + f"{1 + slack_number(slack):06}"
    assert len(slack.of("chat.postMessage")) == 1
    assert second.post(raw, signed()) == 200, "Slack repeats what it got an answer to, after all"
    second.process.send_signal(signal.SIGTERM)
    _, errors = second.process.communicate(timeout=30)
    assert "Traceback" not in errors
    assert second.process.returncode == 0
    assert len(slack.of("chat.postMessage")) == 1


def slack_number(slack: Any) -> int:
    """How many calls came before the placeholder was posted, whose time is made of its number."""
    return next(number for number, call in enumerate(slack.calls) if call.method == "chat.postMessage")
