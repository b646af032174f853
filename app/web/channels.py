"""Making a channel, and binding it to a collection, a model and a least confidence."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from werkzeug.wrappers import Response as Redirect

from app.api.blueprint import services
from app.api.errors import refuse_form
from app.chat.channels import MAX_PURPOSE, check_owner
from app.chat.types import Channel
from app.status import models
from app.web.here import channel_here, chat, user
from ingest.errors import UnknownId

channel_forms = Blueprint("channels", __name__)

NONE_TO_SEARCH = "there is no collection that you may see, so that a channel could search it"

LABELS = {"extractive": "Quotations alone, no model", "local": "The local model"}


class Binding(BaseModel):
    """What the form says of a channel; an empty field leaves it to the settings."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(default="", max_length=40)
    purpose: str = Field(default="", max_length=MAX_PURPOSE)
    collection: str = ""
    model: str = ""
    min_confidence: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)

    @field_validator("min_confidence", mode="before")
    @classmethod
    def empty_is_none(cls, value: Any) -> Any:
        """An empty field of a form is one left out."""
        return None if value == "" else value


@channel_forms.get("/channels/new")
def new() -> str:
    """The form for a new channel."""
    return _form(None)


@channel_forms.post("/channels/new")
def make() -> Redirect:
    """Make a channel; who makes it may change it later."""
    given = _binding()
    made = chat().channels.add(
        given.name,
        user().name,
        purpose=given.purpose,
        collection=given.collection,
        model=given.model,
        min_confidence=given.min_confidence,
    )
    return redirect(f"/in/{made.id}", 303)


@channel_forms.get("/in/<channel_id>/settings")
def settings(channel_id: str) -> str:
    """The form that changes a channel."""
    channel = channel_here(channel_id)
    check_owner(channel, user().name, user().curator)
    return _form(channel)


@channel_forms.post("/in/<channel_id>/settings")
def change(channel_id: str) -> Redirect:
    """Bind a channel anew."""
    channel = channel_here(channel_id)
    check_owner(channel, user().name, user().curator)
    given = _binding(channel)
    chat().channels.bind(channel, given.purpose, given.collection, given.model, given.min_confidence)
    return redirect(f"/in/{channel.id}", 303)


def _binding(channel: Channel | None = None) -> Binding:
    """The form's fields. Raises InvalidRequest, UnknownModel, and UnknownId for a collection that is not the user's."""
    try:
        given = Binding.model_validate(request.form.to_dict())
    except ValidationError as error:
        refuse_form(error)
    services().settings_for(given.model or None, None)
    if given.collection not in _collections(channel):
        raise UnknownId(f"the store holds no collection {given.collection!r}" if given.collection else NONE_TO_SEARCH)
    return given


def _collections(channel: Channel | None) -> dict[str, str]:
    """The collections that a channel may be bound to, each with its name on the page; what it is bound to is one."""
    may_all = user().collections is None or (channel is not None and channel.kind == "direct")
    names = [*([""] if may_all else []), *services().store.collections(), *([channel.collection] if channel else [])]
    return {name: name or "All that you may see" for name in dict.fromkeys(names)}


def _models(channel: Channel | None) -> dict[str, str]:
    """The models that a channel may be bound to, each with its name on the page; what it is bound to is one."""
    names = {"": "As the server is set"}
    for name, is_there in models(services()).items():
        if is_there or (channel is not None and channel.model == name):
            names[name] = LABELS.get(name, name) + ("" if is_there else " (not there)")
    return names


def _form(channel: Channel | None) -> str:
    return render_template(
        "channel_form.html",
        channel=channel,
        here_is=channel.id if channel else "",
        collections=_collections(channel),
        models=_models(channel),
        default_least=services().settings.min_confidence,
    )
