"""What a request must be before any endpoint sees it, and the headers that every response carries."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from flask import Flask, Response, g, redirect, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from app.access import LOCAL, Access, User
from app.api.attempts import attempts
from app.api.errors import InvalidRequest, NotAForm, NotJson, Refused, StaleForm, TooLarge, is_page
from app.api.sessions import session_user
from app.errors import Unauthorised
from ingest.errors import BadInput

MAX_BODY_BYTES = 64 * 1024

OPEN_TO_ALL = frozenset({"/healthz", "/readyz", "/openapi.json", "/v1/receipt.schema.json", "/sign-in"})
"""Paths that need no user, like all under /static/: to nobody they say nothing of any document."""

SIGNED = frozenset({"/slack/events"})
"""Paths that another service posts to and signs for. No key, session, form token, origin or content type is asked for
there, and `g.user` is not set: the handler verifies the signature before anything else."""

MAX_SIGNED_BYTES = 256 * 1024
"""Of a body there: Slack sends the message that was clicked along with a click, blocks and all, as a form."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with `no-referrer` browsers send `Origin: null` with a form of our own page
    "Cross-Origin-Resource-Policy": "same-origin",
}

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, access: Access) -> None:
    """Check every request of an application, and put the security headers on every response."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # Forms are checked below, after the rest. A token is as good as its session; the Origin stands for the Referer.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    forms = CSRFProtect(app)

    @app.before_request
    def check_request() -> AnyResponse | None:
        if request.path in SIGNED and request.routing_exception is None:
            request.max_content_length = MAX_SIGNED_BYTES
            return None
        if not access.asks_for_keys:
            _require_loopback()
        g.user = _user(access)
        if g.user is None and not _is_open():
            return _to_sign_in()
        if request.method not in _SAFE:
            _require_own_origin()
        if request.method not in _SAFE and request.routing_exception is None:
            _require_body(forms)
        return None

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.context_processor
    def who_is_signed_in() -> dict[str, User | None]:
        return {"signed_in": g.get("user") if access.asks_for_keys else None}


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _user(access: Access) -> User | None:
    """Who asks: by a bearer token anywhere, by a session on pages, and where the API is only read."""
    if not access.asks_for_keys:
        return LOCAL
    if request.path.startswith("/static/"):
        return None
    if _is_bearer():
        return _bearer(access)
    return session_user(access) if is_page() or request.method in _SAFE else None


def _bearer(access: Access) -> User | None:
    """Whose token it is. Raises TooManyAttempts.

    Only wrong ones are counted. A right one always passes: behind a proxy all come from one address, and a program
    with an old key must not keep the others out.
    """
    address, sent = request.remote_addr or "", request.authorization
    user = access.user_of(sent.token or "") if sent else None
    if user is None:
        attempts().begin(address)
    return user


def _is_open() -> bool:
    return request.path in OPEN_TO_ALL or request.path.startswith("/static/")


def _to_sign_in() -> AnyResponse:
    """Lead a browser that wanted a page to the one for signing in, and back again. Raises Unauthorised elsewhere."""
    accepted, wanted = request.accept_mimetypes, request.headers.get("Sec-Fetch-Dest", "document")
    if not is_page() or wanted != "document" or (accepted and not accepted.accept_html):
        raise Unauthorised("This server answers only with an API key")
    there = request.full_path.removesuffix("?") if request.method in _SAFE else "/"
    return redirect(f"/sign-in?next={quote(there, safe='/')}", 303)


def _require_loopback() -> None:
    """Without keys, refuse names that a foreign page could point at this machine (DNS rebinding)."""
    if not is_loopback(_host_name(request.host)):
        raise Refused(f"This server has no API keys, so it answers only as localhost, not as {request.host!r}")


def _is_bearer() -> bool:
    return request.authorization is not None and request.authorization.type == "bearer"


def _require_own_origin() -> None:
    """Refuse what a page of another site sends with this browser's rights; a bearer token is no such right."""
    if _is_bearer():
        return
    origin = request.headers.get("Origin")
    # The scheme is left out: behind a proxy that speaks TLS, this server does not know its own.
    if origin and origin.partition("://")[2] != request.host:
        raise Refused(f"A page of {origin} may not post here")
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Refused("A page of another site may not post here")


def _require_body(forms: CSRFProtect) -> None:
    """Require a JSON object of the API, and of a page a form, or a JSON object, with the token that the page had."""
    try:
        if is_page():
            _require_form(forms)
        elif request.method != "DELETE":  # which has no body, and which browsers send to no other site unasked
            _require_json_object()
    except RequestEntityTooLarge as error:
        raise TooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes") from error


def _require_form(forms: CSRFProtect) -> None:
    if request.mimetype == "application/json":
        _require_json_object()
    elif request.mimetype != "application/x-www-form-urlencoded":
        raise NotAForm(f"The body is {request.mimetype or 'of no stated type'}, not a form")
    try:
        forms.protect()
    except CSRFError as error:
        raise StaleForm(f"This was not sent from a page of yours: {error.description}") from error


def _require_json_object() -> None:
    if request.mimetype != "application/json":
        raise NotJson(f"The body is {request.mimetype or 'of no stated type'}, not application/json")
    try:
        body = request.get_json()
    except (BadRequest, RecursionError) as error:
        raise BadInput("The body is not valid JSON") from error
    if not isinstance(body, dict):
        raise InvalidRequest("The body must be a JSON object")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
