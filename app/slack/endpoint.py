"""`POST /slack/events`: where Slack sends events, commands and clicks. Nothing is read that Slack did not sign."""

from __future__ import annotations

import re

from flask import Flask, Request, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from werkzeug.exceptions import RequestEntityTooLarge

from app.api.errors import Busy, NotJson, TooLarge
from app.api.guard import MAX_SIGNED_BYTES, SIGNED
from ingest.errors import BadInput, VerispanError

FORMS = ("application/json", "application/x-www-form-urlencoded")

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class NotFromSlack(VerispanError):
    """A request bears no signature of Slack, a wrong one, or one that is more than five minutes off."""

    code = "not_from_slack"
    status = 401
    next_step = "Check VERISPAN_SLACK_SIGNING_SECRET, and the clock of this machine."


class NotASlackForm(NotJson):
    """A body is of a type that Slack does not send."""

    next_step = "Slack sends JSON, or a form."


def add_endpoint(app: Flask, bolt: App, signing_secret: str) -> None:
    """Let Slack send its requests to an application."""
    verifier, handler = SignatureVerifier(signing_secret), SlackRequestHandler(bolt)

    def take() -> Response:
        check_signed(request, verifier)
        try:
            response = handler.handle(request)
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:  # by Bolt's parser
            raise BadInput("The body is not of a form that Slack sends") from error
        if response.status_code >= 500:
            raise Busy("The request could not be served now")
        if response.status_code >= 400:
            raise BadInput("Nothing listens to a request of this form")
        return response

    for path in SIGNED:
        app.add_url_rule(path, "slack_events", take, methods=["POST"])


def check_signed(given: Request, verifier: SignatureVerifier) -> None:
    """Read a request's body, and make sure that Slack signed it within five minutes of now.

    Raises NotFromSlack, TooLarge, NotASlackForm and BadInput.
    """
    if given.mimetype not in FORMS:
        raise NotASlackForm(f"The body is {given.mimetype or 'of no stated type'}")
    timestamp, signature = (given.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
    # What is not of this form would raise within Slack's verifier.
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise NotFromSlack("The request is not signed")
    try:
        body = given.get_data().decode()
    except RequestEntityTooLarge as error:
        raise TooLarge(f"The body is larger than {MAX_SIGNED_BYTES} bytes") from error
    except UnicodeDecodeError as error:
        raise BadInput("The body is not UTF-8") from error
    if not verifier.is_valid(body, timestamp, signature):
        raise NotFromSlack("The signature is wrong or too old")
