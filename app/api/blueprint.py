"""What all endpoints share: how their blueprints are made, and the services they reach."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import current_app, g
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from app.access import Access, User
from app.api.schemas import ErrorWire
from app.limited import limited
from app.services import Services

KEY = "verispan"
ACCESS = "verispan_access"

ERRORS = ("400", "401", "403", "404", "413", "415", "422", "500", "503")


def blueprint(name: str, prefix: str = "/v1") -> APIBlueprint:
    """A blueprint whose endpoints give errors in the one format, and are listed under its name."""
    responses: dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None] = dict.fromkeys(ERRORS, ErrorWire)
    return APIBlueprint(name, __name__, url_prefix=prefix, abp_tags=[Tag(name=name)], abp_responses=responses)


def services() -> Services:
    """The services of the request's user: they know nothing of what is hidden from that user. To nobody all is hidden.

    `app.api.guard` sets `g.user`, and so must a handler that finds out by itself who asks, before it calls this.
    """
    user: User | None = g.get("user")
    return limited(current_app.extensions[KEY], user.collections if user else frozenset())


def access() -> Access:
    """Who may use this server."""
    found: Access = current_app.extensions[ACCESS]
    return found
