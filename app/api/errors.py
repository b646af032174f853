"""The one place where an exception becomes an answer: `{"error": {"code", "message", "detail"?}}` and a status."""

from __future__ import annotations

import logging
from typing import Any, ClassVar, NoReturn
from uuid import uuid4

from flask import Flask, Response, jsonify, make_response, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, NotFound

from app.errors import Unauthorised, explain
from app.web.fragment import HEADER, wants_viewer
from ingest.errors import BadInput, VerispanError

log = logging.getLogger(__name__)

Described = tuple[int, dict[str, Any]]
"""An HTTP status and the wire form of an error."""


RETRY_AFTER_S = 5
"""When to ask a busy server again, in seconds: about as long as an answer takes."""


class InvalidRequest(BadInput):
    """A body is JSON, but not of the form that the endpoint takes."""

    code = "invalid_request"
    status = 422


class NotJson(BadInput):
    """A body comes with another content type than JSON."""

    code = "unsupported_media_type"
    status = 415
    next_step = "Send JSON with `Content-Type: application/json`."


class Refused(VerispanError):
    """A browser was led here from a foreign page, or under a foreign name."""

    code = "forbidden"
    status = 403
    next_step = "Open the page under its own address, for example http://127.0.0.1:8000."


class NotAForm(BadInput):
    """What is posted to a page is no form."""

    code = "unsupported_media_type"
    status = 415
    next_step = "Send it as application/x-www-form-urlencoded."


class StaleForm(BadInput):
    """A form comes without the token that its page had, or with one of another session."""

    code = "stale_form"
    next_step = "Go back, load the page again, and send it once more."


class TooManyAttempts(VerispanError):
    """One address has sent too many wrong keys; `retry_after_s` says when it may try again, in seconds."""

    code = "too_many_attempts"
    status: ClassVar[int] = 429

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(f"{message} Try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class TooLarge(BadInput):
    """A body is larger than any request needs."""

    code = "too_large"
    status: ClassVar[int] = 413
    next_step = "Ask a shorter question."


class TooLong(BadInput):
    """A message is longer than any may be."""

    code = "too_long"
    status: ClassVar[int] = 422
    next_step = "Shorten it, or post it in parts."


class Busy(VerispanError):
    """As many answers and checks are in progress as this server makes at once."""

    code = "busy"
    status: ClassVar[int] = 503
    next_step = f"Ask again in {RETRY_AFTER_S} seconds."
    retry_after_s: ClassVar[int] = RETRY_AFTER_S


def handle_errors(app: Flask) -> None:
    """Answer every exception of an application in the one format; pages get a page."""
    app.register_error_handler(Exception, _respond)


def describe(error: Exception) -> Described:
    """Put an exception into the wire format. One that nobody expected is logged under the reference that it gives."""
    if isinstance(error, VerispanError):
        return error.status, _wire(error.code, explain(error), error.detail)
    if isinstance(error, NotFound):
        return 404, _wire("not_found", f"There is nothing at {request.path}.")
    if isinstance(error, HTTPException):
        return error.code or 500, _wire(error.name.lower().replace(" ", "_"), error.description or error.name)
    reference = uuid4().hex[:12]
    log.error("unexpected error, reference %s", reference, exc_info=error)
    message = f"Something went wrong here. The server's log says more under {reference}."
    return 500, _wire("internal", message, {"reference": reference})


def refuse_form(error: ValidationError) -> NoReturn:
    """Turn pydantic's complaint about a body into InvalidRequest, which names each field that is wrong."""
    fields = [
        {"field": ".".join(str(part) for part in one["loc"]) or "body", "problem": one["msg"]}
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    message = "; ".join(f"{one['field']}: {one['problem']}" for one in fields)
    raise InvalidRequest(message, {"fields": fields}) from error


def is_page() -> bool:
    """Whether the request is for a page, not for the API."""
    return not request.path.startswith(("/v1/", "/healthz", "/readyz", "/openapi.json", "/slack/"))


def _wire(code: str, message: str, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message} | ({"detail": detail} if detail else {})}


def _respond(error: Exception) -> Response:
    status, wire = describe(error)
    if is_page() and wants_viewer():
        response = make_response(render_template("_viewer_error.html", status=status, error=wire["error"]), status)
        response.vary.add(HEADER)
    elif is_page() and request.accept_mimetypes.accept_html:
        page = render_template("error.html", status=status, error=wire["error"])
        response = make_response(page, status)
    else:
        response = make_response(jsonify(wire), status)
    if isinstance(error, Unauthorised):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Busy | TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, HTTPException):
        response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response
