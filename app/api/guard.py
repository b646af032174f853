"""What a request must be before any endpoint sees it, and the headers that every response carries."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.api.errors import InvalidRequest, NotJson, Refused, TooLarge
from app.errors import Unauthorised
from app.settings import Settings
from ingest.errors import BadInput

MAX_BODY_BYTES = 64 * 1024

OPEN_TO_ALL = frozenset({"/healthz", "/readyz", "/openapi.json"})
"""Paths that need no key: they say nothing of any document."""

ASKED_BY_GET = frozenset({"/ask"})
"""Paths that do work and keep its result although they are only fetched: the page's form without JavaScript."""

SIGNED = frozenset({"/slack/events"})
"""Paths whose requests prove by a signature who sent them, from wherever they come; open only where Slack is set up."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(app: Flask, settings: Settings) -> None:
    """Check every request of an application, and put the security headers on every response."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.before_request
    def check_request() -> None:
        if request.path in SIGNED and settings.slack_over_http:
            return
        if settings.keys:
            _require_key(settings.keys)
        else:
            _require_loopback()
        if request.method == "POST":
            _require_own_origin()
        if request.path in ASKED_BY_GET:
            _require_own_site()
        if request.method == "POST" and request.routing_exception is None:
            _require_json_object()

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _require_key(keys: tuple[str, ...]) -> None:
    """Take a key as a bearer token, or as the password that a browser asks for (HTTP Basic, any user name)."""
    if request.path in OPEN_TO_ALL or request.path.startswith("/static/"):
        return
    given = request.authorization
    key = (given.token or given.password or "") if given else ""
    # Every key is compared, so that the time taken tells nothing of which one came close.
    matches = [hmac.compare_digest(key.encode(), known.encode()) for known in keys]
    if not any(matches):
        raise Unauthorised("This server answers only with an API key")


def _require_loopback() -> None:
    """Without keys, refuse names that a foreign page could point at this machine (DNS rebinding)."""
    if not is_loopback(_host_name(request.host)):
        raise Refused(f"This server has no API keys, so it answers only as localhost, not as {request.host!r}")


def _require_own_origin() -> None:
    """Refuse what a page of another site sends with this browser's rights; a bearer token is no such right."""
    origin = request.headers.get("Origin")
    bearer = request.authorization is not None and request.authorization.type == "bearer"
    # The scheme is left out: behind a proxy that speaks TLS, this server does not know its own.
    if origin and not bearer and origin.partition("://")[2] != request.host:
        raise Refused(f"A page of {origin} may not post here")


def _require_own_site() -> None:
    """Refuse what a page of another site makes a browser fetch, be it a link, a picture or a form."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Refused("A page of another site may not ask here")


def _require_json_object() -> None:
    if request.mimetype != "application/json":
        raise NotJson(f"The body is {request.mimetype or 'of no stated type'}, not application/json")
    try:
        body = request.get_json()
    except RequestEntityTooLarge as error:
        raise TooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes") from error
    except (BadRequest, RecursionError) as error:
        raise BadInput("The body is not valid JSON") from error
    if not isinstance(body, dict):
        raise InvalidRequest("The body must be a JSON object")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
