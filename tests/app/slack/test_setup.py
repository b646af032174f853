"""Setting the app up: the manifest, the settings, and what a server without Slack does not load."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import app.slack
from app.cli import main
from app.secrets import without_secrets
from app.settings import BadSetting, Settings, load_settings
from app.slack.access import slack_collections
from app.slack.links import Links
from app.slack.listeners import Listeners
from app.slack.manifest import EVENTS, SCOPES, manifest

HERE = Path(app.slack.__file__).parent
CALLS = {
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "views_open": None,
    "views_publish": None,
    "auth_test": None,
}
"""The methods of Slack's API that the app calls, each with the scope that it needs."""


def test_the_manifest_for_http_names_the_address_everywhere() -> None:
    printed = CliRunner().invoke(main, ["slack", "manifest", "--url", "https://verispan.example.org/"])
    made = json.loads(printed.output)
    assert (printed.exit_code, made) == (0, manifest("https://verispan.example.org"))
    url = "https://verispan.example.org/slack/events"
    settings = made["settings"]
    assert {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        made["features"]["slash_commands"][0]["url"],
    } == {url}
    assert settings["socket_mode_enabled"] is False


def test_the_manifest_for_socket_mode_names_no_address() -> None:
    printed = CliRunner().invoke(main, ["slack", "manifest", "--socket"])
    assert json.loads(printed.output)["settings"]["socket_mode_enabled"] is True
    assert "url" not in printed.output.replace("hourly", "")


@pytest.mark.parametrize("options", [[], ["--socket", "--url", "https://x.example"]])
def test_the_manifest_is_for_one_of_both(options: list[str]) -> None:
    printed = CliRunner().invoke(main, ["slack", "manifest", *options])
    assert printed.exit_code == 2


def test_the_manifest_asks_for_what_the_code_uses_and_no_more() -> None:
    code = "".join(file.read_text("utf-8") for file in HERE.glob("*.py") if file.name != "manifest.py")
    called = set(re.findall(r"client\.((?:chat|conversations|views|auth|users|reactions|files|im)_\w+)", code))
    assert called == set(CALLS)
    listened = set(re.findall(r'bolt\.event\("(\w+)"\)', inspect.getsource(Listeners.register)))
    assert listened == {event.partition(".")[0] for event in EVENTS}
    needed = {scope for scope in CALLS.values() if scope}
    events = {"app_mentions:read", "im:history"}
    assert set(SCOPES) == needed | events | {"commands"}


def test_a_server_without_slack_loads_none_of_it() -> None:
    code = "import sys, app.serve, app.cli; print([name for name in sys.modules if name.startswith('slack')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HERE.parents[1])
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"slack_bot_token": "xoxb-1"}, "VERISPAN_SLACK_SIGNING_SECRET"),
        ({"slack_signing_secret": "s"}, "VERISPAN_SLACK_BOT_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "VERISPAN_SLACK_BOT_TOKEN"),
        ({"public_url": "verispan.example.org"}, "VERISPAN_PUBLIC_URL"),
        ({"slack_api_url": "ftp://slack.com"}, "VERISPAN_SLACK_API_URL"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, str], variable: str) -> None:
    with pytest.raises(BadSetting, match=variable) as caught:
        Settings(**given)
    assert not any(value in str(caught.value) for name, value in given.items() if "token" in name)


def test_tokens_are_read_from_the_environment_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERISPAN_SLACK_BOT_TOKEN", "xoxb-7")
    monkeypatch.setenv("VERISPAN_SLACK_APP_TOKEN", "xapp-7")
    settings = load_settings()
    assert (settings.slack_bot_token, settings.slack_app_token) == ("xoxb-7", "xapp-7")
    assert "7'" not in repr(settings)


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
        "xapp-1-A01-2-abcdef0123",
        "T01/B02/XXXXXXXXXXXXXXXXXXXXXXXX",
    ],
)
def test_what_opens_slack_is_taken_out_of_errors(secret: str) -> None:
    told = f"could not send to https://hooks.slack.com/{secret}" if "/" in secret else f"with {secret} it failed"
    assert secret not in without_secrets(told)


def test_the_collections_that_slack_may_see() -> None:
    assert slack_collections(Settings()) is None
    assert slack_collections(Settings(slack_collections=" * ")) is None
    assert slack_collections(Settings(slack_collections=" handbook, ,errata")) == {"handbook", "errata"}
    assert slack_collections(Settings(slack_collections="*, handbook")) == {"*", "handbook"}, "not more than is listed"


def test_where_users_have_keys_it_must_be_said_what_slack_may_see(worlds: Any) -> None:
    for given in ("", " , "):
        with pytest.raises(BadSetting, match="VERISPAN_SLACK_COLLECTIONS"):
            worlds(api_keys="first-key", slack_collections=given)
    for given in ("*", "handbook"):
        worlds(api_keys="first-key", slack_collections=given)


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        (Settings(), "http://127.0.0.1:8000"),
        (Settings(host="::1", port=81), "http://[::1]:81"),
        (Settings(public_url="https://docs.example.org/verispan/"), "https://docs.example.org/verispan"),
    ],
)
def test_links_lead_to_the_public_address(settings: Settings, base: str) -> None:
    assert Links.of(settings).answer("ans_1") == f"{base}/a/ans_1"


def test_the_page_of_set_up_names_every_setting_and_both_ways() -> None:
    page = (HERE / "README.md").read_text("utf-8")
    for name in ("BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN", "COLLECTIONS"):
        assert f"VERISPAN_SLACK_{name}" in page
    assert "verispan slack manifest --url" in page
    assert "verispan slack manifest --socket" in page
