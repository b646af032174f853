"""A question is kept with all that it is owed, or not at all: a process is killed after each step of keeping it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import app.slack
from app.chat import slack as book

ROOT = Path(app.slack.__file__).parents[2]
QUESTION = "What is a hold violation caused by?"

STRUCK = """
import json, os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from app.api.factory import create_app
from app.services import Services
from app.settings import Settings
from app.slack.replies import Replies
from ingest.store import Store

given = json.loads(sys.stdin.read())

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after(_connection, _cursor, statement, *_):
    if statement.startswith("INSERT INTO " + given["step"]) and begun:
        die()

begun = []
event.listen(Engine, "after_cursor_execute", after)
Replies.make = die
settings = Settings(**given["settings"] | {"store": Path(given["chat"])})
client = create_app(Services(settings, Store.open(Path(given["store"])), None)).test_client()
begun.append(True)
client.post("/slack/events", data=given["body"], headers=given["headers"])
"""


def mention(world: Any, envelope_of: Any) -> str:
    event = {"type": "app_mention", "user": world.USER, "text": f"<@{world.BOT}> {QUESTION}", "ts": "1699999999.000100"}
    return json.dumps(envelope_of({**event, "channel": world.CHANNEL}, "Ev01"))


def killed_at(step: str, world: Any, store: Path, body: str, sign_as: Any) -> None:
    """Let another process take a request, which dies right after a step."""
    now = str(int(time.time()))
    signed = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sign_as(body.encode(), now)}
    names = ("slack_bot_token", "slack_signing_secret", "slack_api_url")
    given = {
        "step": step,
        "store": str(store),
        "chat": str(world.services.settings.store),
        "settings": {name: getattr(world.services.settings, name) for name in names},
        "body": body,
        "headers": {"Content-Type": "application/json", **signed},
    }
    done = subprocess.run(
        [sys.executable, "-c", STRUCK], input=json.dumps(given), text=True, cwd=ROOT, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


STEPS = [
    "slack_requests",
    "channels",
    "messages",
    "turns",
    "slack_threads",
    "slack_replies",
    "none, but when all is kept",
]


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_whatever_step_a_process_dies_after_the_question_is_answered_once(
    step: str, worlds: Any, slack: Any, shared_services: Any, sign_as: Any, envelope_of: Any
) -> None:
    world = worlds()
    body = mention(world, envelope_of)
    killed_at(step, world, shared_services.store.folder, body, sign_as)
    is_kept = step == STEPS[-1]
    assert len(world.chat.slack.owed()) == len(world.chat.messages.unanswered()) == int(is_kept)
    if not is_kept:
        assert world.send(body, X_Slack_Retry_Num="1").status_code == 200
    world.slack_app.start()
    assert world.send(body, X_Slack_Retry_Num="2").status_code == 200
    slack.final()
    assert len(slack.of("chat.postMessage")) == 1
    assert len(world.chat.messages.of_author(f"slack-{world.USER}", 10)) == 1


def test_a_retry_is_not_acknowledged_before_the_first_is_kept(
    world: Any, slack: Any, envelope_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, keeping, go_on, post = mention(world, envelope_of), threading.Event(), threading.Event(), book.post_within

    def slowly(*arguments: Any) -> str:
        keeping.set()
        go_on.wait(10)
        return post(*arguments)

    monkeypatch.setattr(book, "post_within", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(world.send, body)
        assert keeping.wait(10)
        retry = pool.submit(world.send, body, X_Slack_Retry_Num="1")
        time.sleep(0.3)
        assert not retry.done()
        go_on.set()
        assert (first.result().status_code, retry.result().status_code) == (200, 200)
    slack.final()
    assert len(world.chat.messages.of_author(f"slack-{world.USER}", 10)) == 1


@pytest.mark.parametrize("way", ["mention", "command", "click"])
def test_while_the_chat_cannot_be_written_to_slack_is_told_to_come_again(
    worlds: Any, slack: Any, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MESSAGE_WAIT_MS", 50)
    world = worlds()
    sends = {
        "mention": lambda: world.mention(QUESTION),
        "command": lambda: world.command(QUESTION),
        "click": lambda: world.click({"type": "button", "action_id": "feedback-up", "value": "ans_none up"}),
    }
    other = sqlite3.connect(world.services.settings.store / "chat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    response = sends[way]()
    assert (response.status_code, response.get_json()["error"]["code"]) == (503, "busy")
    other.execute("ROLLBACK")
    other.close()
    assert sends[way]().status_code == 200
