"""Slack is away, slow, or does not know us: what is owed is made as soon as it is there again, and once."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from typing import Any

import pytest

from app import answer as main_path
from app.slack import posting
from app.slack.listeners import TOO_LATE
from app.slack.pace import Pace

QUESTION = "What is a hold violation caused by?"
TOKENS = ["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"]


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """All waits are short."""
    monkeypatch.setattr("app.slack.calls.WAITS_S", (0.01, 0.01))
    monkeypatch.setattr("app.slack.register.RETRY_S", (0.05, 0.1))
    monkeypatch.setattr("app.slack.replies.AGAIN_S", 0.2)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("code", TOKENS)
def test_what_is_owed_outlives_a_token_that_slack_refuses(worlds: Any, slack: Any, code: str) -> None:
    slack.declines["chat.postMessage"] = slack.declines["auth.test"] = lambda _: code
    first = worlds()
    first.mention(QUESTION)
    until(lambda: slack.of("chat.postMessage") and not first.replies._making)
    assert len(slack.of("chat.postMessage")) == 1, "to insist would help nobody"
    first.close()
    slack.calls.clear()
    second = worlds()
    second.slack_app.start()
    slack.wait_for(lambda: len(slack.of("auth.test")) >= 3)
    assert not slack.of("chat.postMessage")
    assert second.chat.slack.owed()
    slack.declines.clear()
    slack.final()
    until(lambda: not second.chat.slack.owed())


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_an_outage_that_outlasts_all_patience_is_made_good_without_a_restart(
    world: Any, slack: Any, method: str
) -> None:
    world.slack_app.start()
    slack.declines[method] = lambda _: "internal_error"
    world.mention(QUESTION)
    slack.wait_for(lambda: len(slack.of(method)) > 6)
    slack.declines.clear()
    slack.calls.clear()
    slack.final()
    until(lambda: not world.chat.slack.owed())
    assert len(slack.of("chat.postMessage")) == (method == "chat.postMessage")


@pytest.mark.usefixtures("hasty")
def test_an_error_that_nobody_expected_is_tried_again_too(
    world: Any, slack: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.slack_app.start()
    with monkeypatch.context() as broken:
        broken.setattr(posting.Posting, "begin", lambda *_: 1 / 0)
        world.mention(QUESTION)
        until(lambda: "ZeroDivisionError" in caplog.text)
    slack.final()
    until(lambda: not world.chat.slack.owed())


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
def test_a_message_that_slack_may_have_is_not_posted_again_at_once(
    worlds: Any, slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.slack.calls.TIMEOUT_S", 0.3)
    world = worlds()
    slack.held["chat.postMessage"] = threading.Event()
    world.mention(QUESTION)
    until(lambda: world.replies._making)
    until(lambda: not world.replies._making)
    slack.held.pop("chat.postMessage").set()
    slack.wait_for(lambda: slack.of("chat.postMessage"))
    time.sleep(0.3)
    assert len(slack.of("chat.postMessage")) == 1
    slack.declines["auth.test"] = lambda _: "internal_error"
    with pytest.raises(Exception, match="internal_error"):
        world.replies.resume()
    slack.declines.clear()
    world.replies.resume()
    slack.final()
    assert len(slack.of("chat.postMessage")) == 2


def test_a_reply_that_is_being_made_is_not_made_by_another_too(world: Any, slack: Any) -> None:
    slack.held["chat.postMessage"] = threading.Event()
    world.mention(QUESTION)
    until(lambda: world.chat.slack.owed())
    [owed] = world.chat.slack.owed()
    for _ in range(3):
        world.replies.resume()
    slack.held.pop("chat.postMessage").set()
    slack.final()
    until(lambda: not world.replies._making)
    world.replies.make(owed.message)  # as one who read long ago that it is owed
    until(lambda: not world.replies._making)
    assert len(slack.of("chat.postMessage")) == 1


class Socket:
    """In place of a handler of Socket Mode: notes whether work could still be given to others as it was closed."""

    def __init__(self, replies: Any) -> None:
        self._replies, self.client, self.could_work = replies, self, False

    def close(self) -> None:
        pools = (self._replies._quick, self._replies._windows, self._replies._followers)
        self.could_work = not any(pool._shutdown for pool in pools)


def test_at_the_end_the_socket_is_closed_first_and_what_still_comes_is_kept(worlds: Any, slack: Any) -> None:
    first = worlds()
    first.slack_app._socket = socket = Socket(first.replies)
    first.slack_app.close()
    assert socket.could_work
    assert first.mention(QUESTION).status_code == 200
    assert not slack.of("chat.postMessage")
    first.close()
    second = worlds()
    second.slack_app.start()
    slack.final()


@pytest.mark.slow
def test_windows_open_while_slack_takes_no_messages(world: Any, slack: Any) -> None:
    slack.held["chat.postMessage"] = threading.Event()
    for number in range(6):
        world.mention(QUESTION, f"Ev{number}", f"169999999{number}.000100")
    began = time.monotonic()
    world.click({"type": "button", "action_id": "source-1", "value": "ans_none 1"})
    slack.wait_for(lambda: slack.of("views.open"), 5)
    assert time.monotonic() - began < 3
    slack.held.pop("chat.postMessage").set()


@pytest.mark.parametrize("code", ["expired_trigger_id", "trigger_expired"])
def test_a_window_that_comes_too_late_is_said_to(world: Any, slack: Any, code: str) -> None:
    slack.declines["views.open"] = lambda _: code
    world.click({"type": "button", "action_id": "source-1", "value": "ans_none 1"})
    slack.wait_for(lambda: slack.of("x"))
    [told] = slack.of("x")
    assert (told["text"], told["thread_ts"]) == (TOO_LATE, "1699999999.000100")


def test_unfinished_messages_wait_for_each_other_and_for_those_that_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.slack.pace.GAP_S", 0.15)
    pace = Pace()
    assert [pace.may_update(), pace.may_update()] == [True, False]
    time.sleep(0.2)
    with pace.ending():
        assert not pace.may_update()
    assert not pace.may_update()
    time.sleep(0.2)
    assert pace.may_update()
    pace.wait(0.4)
    time.sleep(0.2)
    assert not pace.may_update()


@pytest.mark.slow
def test_several_messages_together_are_updated_no_more_often_than_one(
    world: Any, slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = main_path.draft_claims

    def slowly(*arguments: Any) -> Any:
        for claim in draft(*arguments):
            time.sleep(1)
            yield claim

    monkeypatch.setattr(main_path, "draft_claims", slowly)
    for number in range(3):
        world.mention(QUESTION, f"Ev{number}", f"169999999{number}.000100")
    slack.final(3)
    updates = [call for call in slack.calls if call.method == "chat.update"]
    unfinished = [call.at for call in updates if "feedback" not in json.dumps(call.body)]
    assert len(unfinished) > 1
    assert all(later - earlier > 1.4 for earlier, later in pairwise(unfinished)), unfinished
    shown = [(call.body["ts"], json.dumps(call.body["blocks"])) for call in updates]
    assert len(set(shown)) == len(shown), "what stands there already was posted again"
