"""Calls to Slack: what came of one, in two kinds of failure, and how long one insists."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from app.secrets import without_secrets

T = TypeVar("T")

TIMEOUT_S = 10

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""How long is waited between the tries of a call that must succeed."""

_PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})


_OF_THE_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
"""What Slack says of a token; it passes as soon as somebody sets the right one, or installs the app again."""


class NotNow(Exception):
    """Slack was not reached, or asks to wait `seconds`; the same call may succeed later."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


class NoEntry(NotNow):
    """Slack does not let this token do it, and will not until somebody has seen to that."""


class Unsure(NotNow):
    """Slack got the call, and its answer did not come: it may have done it, or not."""


class Declined(Exception):
    """Slack will not do it; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def web_client(token: str | None, api_url: str) -> WebClient:
    """A client of Slack's API that tries once: when to try again is decided here."""
    return WebClient(token, base_url=f"{api_url.rstrip('/')}/", timeout=TIMEOUT_S, retry_handlers=[])


def call(action: Callable[[], T]) -> T:
    """Call Slack once. Raises NotNow and Declined."""
    try:
        return action()
    except SlackApiError as error:
        raise _told(error.response.status_code, error.response.headers, _code(error)) from error
    except (URLError, SlackClientError, ValueError) as error:
        raise NotNow(_why(error)) from error
    except (OSError, HTTPException) as error:  # as urllib leaves what fails after a request was sent
        raise Unsure(_why(error)) from error


def respond(url: str, body: dict[str, Any]) -> None:
    """Answer by the address that came with a command or a click, so that its user alone sees it. Raises as `call`."""

    def send() -> None:
        sent = WebhookClient(url, TIMEOUT_S, retry_handlers=[]).send_dict({"response_type": "ephemeral", **body})
        if sent.status_code != 200:
            raise _told(sent.status_code, sent.headers, sent.body[:80])

    call(send)


def insist(action: Callable[[], T], stopping: threading.Event) -> T:
    """Call Slack until it is done, some minute long. Raises NotNow when that is over or all stops, and Declined."""
    return _insist(action, stopping, (NoEntry,))


def once(action: Callable[[], T], stopping: threading.Event) -> T:
    """Insist on what must not be done twice: what Slack may have done already is not tried again. Raises as `insist`,
    and Unsure."""
    return _insist(action, stopping, (NoEntry, Unsure))


def _insist(action: Callable[[], T], stopping: threading.Event, final: tuple[type[NotNow], ...]) -> T:
    for wait in WAITS_S:
        try:
            return call(action)
        except NotNow as error:
            if isinstance(error, final) or stopping.wait(max(wait, error.seconds)):
                raise
    return call(action)


def _told(status: int, headers: Mapping[str, Any], code: str) -> NotNow | Declined:
    if status == 429 or status >= 500 or code in _PASSING:
        told = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
        return NotNow(f"{status} {code}", float(told) if str(told).isdecimal() else 0.0)
    return NoEntry(code) if code in _OF_THE_TOKEN else Declined(code)


def _code(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _why(error: Exception) -> str:
    return without_secrets(f"{type(error).__name__}: {error}")
