"""The application factory: services in, a WSGI application out."""

from __future__ import annotations

from importlib.metadata import version

from flask import Flask, Response, jsonify
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from app.access import read_access
from app.api.answers import answers
from app.api.attempts import limit_attempts
from app.api.blueprint import ACCESS, KEY
from app.api.check import check
from app.api.citations import citations
from app.api.documents import documents
from app.api.errors import handle_errors, refuse_form
from app.api.guard import OPEN_TO_ALL, guard
from app.api.health import health
from app.api.receipts import receipts
from app.api.schemas import ErrorWire
from app.api.search import search
from app.api.sessions import sign_sessions
from app.api.slots import limit_answers
from app.chat.chat import Chat
from app.chat.runner import Runner
from app.limited import limited
from app.services import Services
from app.slack.access import seen_by
from app.web.channels import channel_forms
from app.web.chat import chat_pages
from app.web.citation import citation_pages
from app.web.copies import copies
from app.web.found import found_page
from app.web.here import give_chat
from app.web.opinions import opinion_pages
from app.web.pages import pages
from app.web.shell import furnish
from app.web.sign_in import sign_in_pages
from app.web.turns import turn_pages

BLUEPRINTS = (answers, receipts, search, check, citations, documents, health)

PAGES = (pages, chat_pages, turn_pages, channel_forms, opinion_pages, found_page, citation_pages, copies, sign_in_pages)

SLACK = "verispan_slack"
"""Where an application keeps its Slack app, for who serves it to start and close."""


class UnsortedJson(DefaultJSONProvider):
    """JSON with its fields in the order in which they are documented."""

    sort_keys = False


def create_app(services: Services) -> Flask:
    """Build the application over services that are open. Raises BadAccess."""
    access = read_access(services.settings)
    app = OpenAPI(
        "verispan",
        info=Info(title="Verispan", version=version("verispan")),
        security_schemes={"key": {"type": "http", "scheme": "bearer"}},
        validation_error_model=ErrorWire,
        validation_error_callback=refuse_form,
        doc_ui=False,
        static_folder=None,
    )
    app.extensions |= {KEY: services, ACCESS: access}
    app.json = UnsortedJson(app)
    app.add_url_rule("/openapi.json", view_func=lambda: describe(app), endpoint="openapi")
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    for some_pages in PAGES:
        app.register_blueprint(some_pages)
    chat = Chat(services.settings.store, services.store.collections())
    runner = Runner(chat, lambda author: limited(services, seen_by(author, access, services.settings)))
    give_chat(app, chat, runner)
    furnish(app)
    limit_answers(app)
    limit_attempts(app)
    sign_sessions(app, services.store.folder)
    guard(app, access)
    handle_errors(app)
    if services.settings.slack_bot_token:
        from app.slack.register import register_slack  # a server without it should not wait for Bolt

        app.extensions[SLACK] = register_slack(app, services, chat, runner)
    return app


def describe(app: OpenAPI) -> Response:
    """The description of the API in OpenAPI 3.1, made from the code; a key is asked for where one is configured."""
    keyed = app.extensions[ACCESS].asks_for_keys
    paths = {
        path: {
            method: operation | {"security": [{"key": []}] if keyed and path not in OPEN_TO_ALL else []}
            for method, operation in operations.items()
        }
        for path, operations in app.api_doc["paths"].items()
    }
    return jsonify(app.api_doc | {"paths": paths})
