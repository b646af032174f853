"""The application factory: services in, a WSGI application out."""

from __future__ import annotations

from importlib.metadata import version

from flask import Flask, Response, jsonify
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from app.api.answers import answers
from app.api.blueprint import KEY
from app.api.check import check
from app.api.citations import citations
from app.api.documents import documents
from app.api.errors import handle_errors, refuse_form
from app.api.guard import OPEN_TO_ALL, guard
from app.api.health import health
from app.api.schemas import ErrorWire
from app.api.search import search
from app.api.slots import limit_answers
from app.chat.chat import Chat
from app.chat.runner import Runner
from app.services import Services
from app.web.citation import citation_pages
from app.web.pages import pages

BLUEPRINTS = (answers, search, check, citations, documents, health)

SLACK = "verispan_slack"
"""Where an application keeps its Slack app, for who serves it to start and close."""


class UnsortedJson(DefaultJSONProvider):
    """JSON with its fields in the order in which they are documented."""

    sort_keys = False


def create_app(services: Services) -> Flask:
    """Build the application over services that are open."""
    app = OpenAPI(
        "verispan",
        info=Info(title="Verispan", version=version("verispan")),
        security_schemes={"key": {"type": "http", "scheme": "bearer"}},
        validation_error_model=ErrorWire,
        validation_error_callback=refuse_form,
        doc_ui=False,
        static_folder=None,
    )
    app.extensions[KEY] = services
    app.json = UnsortedJson(app)
    app.add_url_rule("/openapi.json", view_func=lambda: describe(app), endpoint="openapi")
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    app.register_blueprint(pages)
    app.register_blueprint(citation_pages)
    limit_answers(app)
    guard(app, services.settings)
    handle_errors(app)
    if services.settings.slack_bot_token:
        _add_slack(app, services)
    return app


def _add_slack(app: OpenAPI, services: Services) -> None:
    """Set up the Slack app. Imported here, since a server without it should not wait for Bolt."""
    from app.slack.register import register_slack

    chat = Chat(services.settings.store, services.store.collections())
    app.extensions[SLACK] = register_slack(app, services, chat, Runner(chat, lambda _author: services))


def describe(app: OpenAPI) -> Response:
    """The description of the API in OpenAPI 3.1, made from the code; a key is asked for where one is configured."""
    keyed = bool(app.extensions[KEY].settings.keys)
    paths = {
        path: {
            method: operation | {"security": [{"key": []}] if keyed and path not in OPEN_TO_ALL else []}
            for method, operation in operations.items()
        }
        for path, operations in app.api_doc["paths"].items()
    }
    return jsonify(app.api_doc | {"paths": paths})
