"""A user of the chat as the bench needs many of: signs in, asks, and reads the answer's stream with a clock in hand."""

from __future__ import annotations

import json
import re
from http.cookiejar import CookieJar
from time import perf_counter
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

PATIENCE_S = 120
"""Seconds after which a silent server is given up."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_MESSAGE = re.compile(r'class="message" id="(\w+)"')


class ChatReader:
    """One user at one server, with a cookie jar of its own.

    After `ask`, the times of its last answer in milliseconds since asking: passages shown, sentences that may be cited
    shown, answer complete (0 where that never came), and the longest silence on its stream.
    """

    def __init__(self, port: int, key: str) -> None:
        self._at = f"http://127.0.0.1:{port}"
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self._send("/sign-in", self.page("/sign-in"), key=key)
        self._form = self.page("/channels/new")
        self.passages_ms = self.sources_ms = self.done_ms = self.silence_ms = 0.0

    def ask(self, question: str) -> None:
        """Ask in the first channel as the page's script does, and read the stream to its end."""
        self.passages_ms = self.sources_ms = self.done_ms = self.silence_ms = 0.0
        began = last = perf_counter()
        [message] = _MESSAGE.findall(self._send("/in/general", self._form, text=question))
        with self._opener.open(f"{self._at}/m/{message}/events", timeout=PATIENCE_S) as stream:
            for line in stream:
                now = perf_counter()
                self.silence_ms, last = max(self.silence_ms, (now - last) * 1000), now
                if line.startswith(b"data: "):
                    self._note(json.loads(line[6:]), (now - began) * 1000)

    def page(self, path: str) -> str:
        """A page as this user sees it."""
        with self._opener.open(self._at + path, timeout=PATIENCE_S) as reply:
            return str(reply.read().decode())

    def _note(self, event: dict[str, str], at_ms: float) -> None:
        if not self.passages_ms and "Looking through" in event["said"]:
            self.passages_ms = at_ms
        if not self.sources_ms and event["said"].startswith(("Reading", "Nothing")):
            self.sources_ms = at_ms
        if 'class="actions"' in event["html"]:
            self.done_ms = at_ms

    def _send(self, path: str, form: str, **fields: str) -> str:
        """Send fields, with the token that the form's page carries."""
        body = urlencode({**fields, "csrf_token": _TOKEN.findall(form)[0]}).encode()
        with self._opener.open(Request(self._at + path, body, {"X-Fragment": "part"}), timeout=PATIENCE_S) as reply:  # noqa: S310
            return str(reply.read().decode())
