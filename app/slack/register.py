"""The Slack app of a server: made of its services and its chat, started and ended with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from app.api.blueprint import ACCESS
from app.chat.chat import Chat
from app.chat.runner import Runner
from app.limited import limited
from app.services import Services
from app.settings import Settings
from app.slack.access import check_open, slack_collections
from app.slack.calls import Declined, NoEntry, NotNow, call, web_client
from app.slack.endpoint import add_endpoint
from app.slack.links import Links
from app.slack.listeners import Listeners
from app.slack.replies import Replies
from app.slack.windows import Desk

log = logging.getLogger(__name__)

RETRY_S = (2.0, 300.0)
"""How long is waited before Slack is tried again at the start: at first, and at most."""


_SOCKET = "the token for Socket Mode"


class SlackApp:
    """A Slack app that is set up. Nothing is asked of Slack before `start`."""

    def __init__(self, bolt: App, client: WebClient, replies: Replies, app_token: str) -> None:
        self.replies = replies
        self._bolt, self._client, self._app_token = bolt, client, app_token
        self._socket: SocketModeHandler | None = None

    def start(self) -> None:
        """Say on the log whether Slack knows us; once it does, bring to their end the replies that are owed, and with a
        token for Socket Mode connect. What Slack refuses, or does not hear, keeps no server from starting: it is tried
        again."""
        threading.Thread(target=self._greet, name="slack-start", daemon=True).start()

    def close(self) -> None:
        """Leave Slack: take nothing more, then end what is done for it. What is being answered is brought to its end
        after the next start."""
        self.replies.stopping.set()
        if self._socket is not None:
            self._socket.client.close()
        self.replies.close()

    def _greet(self) -> None:
        if not self._try("the bot token", self._client.auth_test):
            return
        if self._app_token:
            threading.Thread(target=self._try, args=[_SOCKET, self._connect], name="slack-socket", daemon=True).start()
        self.replies.watch()

    def _try(self, what: str, action: Callable[[], object]) -> bool:
        """Do something with Slack, however long it takes until it can be done. Returns False when all stops."""
        wait = RETRY_S[0]
        while not self.replies.stopping.is_set():
            try:
                call(action)
            except (NoEntry, Declined) as error:
                log.error("Slack refuses %s: %s. Check VERISPAN_SLACK_BOT_TOKEN and _APP_TOKEN.", what, error)
            except NotNow as error:
                log.warning("Slack cannot be reached: %s", error)
            except Exception:
                log.exception("unexpected error while connecting to Slack")
            else:
                return True
            self.replies.stopping.wait(wait)
            wait = min(2 * wait, RETRY_S[1])
        return False

    def _connect(self) -> None:
        if self._socket is None:
            self._socket = SocketModeHandler(self._bolt, self._app_token, web_client=self._client)
        self._socket.client.connect()
        if self.replies.stopping.is_set():
            self._socket.client.close()


def register_slack(app: Flask, services: Services, chat: Chat, runner: Runner) -> SlackApp | None:
    """Set up the Slack app that settings name, and its endpoint unless it uses Socket Mode; None where they name none.

    Who calls this starts and closes it. Raises BadSetting where it would show what only users with keys may see.
    """
    settings = services.settings
    if not settings.slack_bot_token:
        return None
    check_open(settings, app.extensions[ACCESS])
    client, links = web_client(settings.slack_bot_token, settings.slack_api_url), Links.of(settings)
    store = limited(services, slack_collections(settings)).store
    replies = Replies(client, chat, runner, store, links)
    bolt = _bolt(settings)
    Listeners(client, chat, replies, Desk(store, links)).register(bolt)
    if settings.slack_over_http:
        add_endpoint(app, bolt, settings.slack_signing_secret)
    return SlackApp(bolt, client, replies, settings.slack_app_token)


def _bolt(settings: Settings) -> App:
    """Bolt, which acknowledges only when a listener is done, so that nothing is acknowledged that is not kept.

    It is told who it is, since it would else ask Slack before it acknowledges the first request.
    """

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token)

    return App(
        name="verispan",
        signing_secret=settings.slack_signing_secret or "socket",
        client=web_client(None, settings.slack_api_url),
        authorize=authorize,
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(1, thread_name_prefix="slack-bolt"),
    )
