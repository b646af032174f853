"""The manifest of the Slack app: what it may do, and what it is told; exactly what the code uses."""

from __future__ import annotations

from typing import Any

from app.api.guard import SIGNED

SCOPES = {
    "app_mentions:read": "questions in channels",
    "chat:write": "answers",
    "commands": "/verispan",
    "im:history": "questions in direct messages",
}
"""What the bot may do, each with what it is for."""

EVENTS = ("app_home_opened", "app_mention", "message.im")


def manifest(url: str = "", socket: bool = False) -> dict[str, Any]:
    """The manifest to make the app from, with Socket Mode or with the address under which Slack reaches this server."""
    [path] = SIGNED
    to = {} if socket else {"url": f"{url.rstrip('/')}{path}"}
    request_url = {} if socket else {"request_url": to["url"]}
    command = {"command": "/verispan", "description": "Ask the documents", "usage_hint": "QUESTION", **to}
    return {
        "display_information": {
            "name": "Verispan",
            "description": "Answers from the documents; every claim is cited and checked",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Verispan", "always_online": True},
            "slash_commands": [{**command, "should_escape": False}],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "socket_mode_enabled": socket,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
