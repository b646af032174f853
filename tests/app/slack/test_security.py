"""Who may send to /slack/events: Slack alone, lately, and each request once."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.factory import create_app

BODY = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
QUESTION = "What is a hold violation caused by?"


def refused(response: Any, status: int) -> str:
    assert response.status_code == status, response.get_data(as_text=True)
    error = response.get_json()["error"]
    assert "Traceback" not in error["message"]
    assert "3eZbrw1aB" not in response.get_data(as_text=True)
    return str(error["code"])


def test_the_challenge_is_answered_to_slack(world: Any) -> None:
    response = world.send(BODY)
    assert (response.status_code, response.get_json()) == (200, {"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize("wrong", ["v0=" + "0" * 64, "v0=abc", "v1=" + "0" * 64, "", "é" * 67, "v0=" + "G" * 64])
def test_a_wrong_signature_is_refused(world: Any, wrong: str) -> None:
    given = {"X_Slack_Signature": wrong} if wrong.isascii() else {"X_Slack_Signature": wrong.encode().decode("latin-1")}
    assert refused(world.send(BODY, **given), 401) == "not_from_slack"


def test_a_signature_with_another_secret_is_refused(world: Any, sign_as: Any) -> None:
    now = str(int(time.time()))
    assert refused(world.send(BODY, X_Slack_Signature=sign_as(BODY, now, "another")), 401) == "not_from_slack"


def test_a_body_that_was_changed_is_refused(world: Any, sign_as: Any) -> None:
    now = str(int(time.time()))
    refused(world.send(BODY + b" ", X_Slack_Signature=sign_as(BODY, now), timestamp=now), 401)


@pytest.mark.parametrize("off", [-301, -100_000, 302, 100_000])
def test_what_was_signed_more_than_five_minutes_off_is_refused(world: Any, off: int) -> None:
    assert refused(world.send(BODY, timestamp=str(int(time.time()) + off)), 401) == "not_from_slack"


@pytest.mark.parametrize("off", [-290, 290])
def test_what_was_signed_within_five_minutes_is_taken(world: Any, off: int) -> None:
    assert world.send(BODY, timestamp=str(int(time.time()) + off)).status_code == 200


@pytest.mark.parametrize("garbage", ["", "soon", "1e9", "-5", "1_700_000_000", " 17", "9" * 400, "nan", "0x10"])
def test_a_garbage_timestamp_is_refused(world: Any, garbage: str) -> None:
    assert refused(world.send(BODY, timestamp=garbage), 401) == "not_from_slack"


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_missing_header_is_refused(world: Any, sign_as: Any, missing: str) -> None:
    now = str(int(time.time()))
    headers = {"X-Slack-Signature": sign_as(BODY, now), "X-Slack-Request-Timestamp": now}
    del headers[missing]
    client = world.app.test_client()
    refused(client.post("/slack/events", data=BODY, headers=headers, content_type="application/json"), 401)


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"a": "\xc3"}', b"\x80"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_utf_8_is_refused(world: Any, sign_as: Any, body: bytes, kind: str) -> None:
    assert refused(world.send(body, kind), 400) == "bad_request"


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/xml"])
def test_another_type_is_refused(world: Any, kind: str) -> None:
    assert refused(world.send(BODY, kind), 415) == "unsupported_media_type"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(world: Any) -> None:
    assert refused(world.send(b"{" + b" " * (256 * 1024) + b"}"), 413) == "too_large"


def test_a_click_comes_with_its_whole_message(world: Any) -> None:
    """The message that was clicked, of 13,000 characters of Chinese: each is nine in a form, and more in JSON."""
    message = {"blocks": [{"text": "\u6642" * 13_000}]}
    payload = {
        "type": "block_actions",
        "user": {"id": world.USER},
        "trigger_id": "1.2",
        "message": message,
        "actions": [{"action_id": "feedback-up", "block_id": "b", "value": "ans_none up"}],
    }
    for ascii_only in (True, False):
        raw = urlencode({"payload": json.dumps(payload, ensure_ascii=ascii_only)})
        assert 100_000 < len(raw) < 256 * 1024
        assert world.send(raw, "application/x-www-form-urlencoded").status_code == 200


def test_other_paths_take_no_such_body(world: Any) -> None:
    sent = {"question": "w" * 70_000}
    assert world.app.test_client().post("/v1/answers", json=sent).status_code == 413


def test_over_a_socket_a_body_is_refused_by_its_stated_length(worlds: Any, serving: Any, sign_as: Any) -> None:
    world = worlds()
    with serving(world.services) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.putrequest("POST", "/slack/events")
        for name, value in {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": str(int(time.time())),
            "X-Slack-Signature": "v0=" + "0" * 64,
            "Content-Length": str(2 << 20),
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    "body",
    [
        *("[]", "3", '"x"', "null", "{", "", "{}", "[" * 20_000, '{"event": 3}', '{"event": null}'),
        *('{"authorizations": 5, "event": {}}', '{"user": 5, "channel": []}'),
        '{"type": "event_callback", "event": {"type": "unknown"}}',
    ],
)
@pytest.mark.parametrize("form", [True, False])
def test_a_signed_body_of_another_form_is_refused(world: Any, body: str, form: bool) -> None:
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    response = world.send(urlencode({"payload": body}) if form else body, kind)
    assert response.status_code == 400, response.get_data(as_text=True)
    assert response.get_json()["error"]["code"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["U0ADA0001", "im", "home"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "user", "channel", "ts", "text", "type", "actions", "team", "event", "user_id"]),
            inner,
        )
    ),
    max_leaves=8,
)
NAMES = ["team_id", "event_id", "authorizations", "event", "type", "user", "actions", "trigger_id", "team", "view"]


def test_a_signed_body_of_any_form_is_no_error_of_ours(world: Any) -> None:
    @given(
        st.dictionaries(st.sampled_from(NAMES), values), st.sampled_from(["app_mention", "message", "block_actions"])
    )
    def check(body: dict[str, Any], kind: str) -> None:
        if kind == "block_actions":
            sent = {"type": kind, **body, "actions": [{"action_id": "feedback-up", "value": body}]}
        else:
            event = body.get("event")
            event = {**event, "type": kind} if isinstance(event, dict) else event
            sent = {"type": "event_callback", **body, "event": event}
        assert world.send(json.dumps(sent)).status_code in (200, 400)

    check()


def test_only_slack_s_path_is_open_under_another_name(world: Any) -> None:
    client = world.app.test_client()
    for path in ("/", "/v1/documents", "/slack/events/", "/slack/other", "/v1/answers"):
        assert client.get(path, headers={"Host": "tunnel.example.org"}).status_code == 403
    assert client.get("/slack/events").status_code == 405


def test_with_keys_slack_needs_none(worlds: Any) -> None:
    world = worlds(api_keys="first-key", slack_collections="*")
    assert world.send(BODY).status_code == 200
    assert world.app.test_client().get("/v1/documents").status_code == 401


def test_without_slack_there_is_no_such_path(shared_services: Any) -> None:
    client = create_app(shared_services).test_client()
    assert client.post("/slack/events", json={}).status_code == 404
    assert client.post("/slack/events", json={}, headers={"Host": "tunnel.example.org"}).status_code == 403


def test_with_socket_mode_there_is_no_such_path(worlds: Any) -> None:
    world = worlds(slack_app_token="xapp-1-not-a-real-token", slack_signing_secret="")
    assert world.send(BODY).status_code == 403
    assert world.app.test_client().post("/slack/events", json={}).status_code == 404


def test_a_replay_does_nothing(world: Any, slack: Any, sign_as: Any) -> None:
    raw = json.dumps(
        {
            "team_id": world.TEAM,
            "event_id": "EvReplay",
            "type": "event_callback",
            "event": {
                "type": "app_mention",
                "user": world.USER,
                "text": QUESTION,
                "ts": "1.5",
                "channel": world.CHANNEL,
            },
        }
    )
    now = str(int(time.time()))
    assert [world.send(raw, timestamp=now).status_code for _ in range(3)] == [200, 200, 200]
    slack.final()
    assert len(world.chat.messages.of_author(f"slack-{world.USER}", 10)) == 1


def test_what_was_taken_long_ago_is_forgotten(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    book = world.chat.slack
    with monkeypatch.context() as then:
        then.setattr("app.chat.slack.now", lambda: "2020-01-01T00:00:00+00:00")
        assert book.is_new("EvOld")
    assert book.is_new("EvOld"), "what is a day old is pruned when the next comes"
    assert not book.is_new("EvOld")
