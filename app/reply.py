"""Talking to a language model: its reply as a stream of text, within a time limit and held to a JSON schema."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from app.errors import ModelRefused, ModelUnavailable
from app.prices import cost
from app.secrets import without_secrets
from app.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

Schema = dict[str, Any]
Arrived = tuple[float, "BaseMessage"]
"""A message with the time, on the monotonic clock, at which it came."""


def stream_reply(
    model: BaseChatModel,
    messages: list[BaseMessage],
    schema: Schema,
    deadline: float,
    on_usage: Callable[[Usage], None],
) -> Iterator[str]:
    """Yield the reply's text in pieces as they come, until `deadline` on the monotonic clock.

    Reports what the call took once, however it ends: tokens as the model counts them (pieces, when it was cut short
    before it said), prefill as the time to the first piece, decode as the rest, to the arrival of the last one.
    Raises ModelUnavailable when the model fails or the time is up, ModelRefused when it declines.
    """
    begun = time.monotonic()
    first, last, pieces, read, written = 0.0, 0.0, 0, 0, 0
    try:
        for last, message in _until(deadline, held_to(model, messages, schema)):
            read, written = read + tokens_of(message)[0], written + tokens_of(message)[1]
            if is_refusal(message):
                raise ModelRefused("it declines to answer")
            if message.text:
                first, pieces = first or last, pieces + 1
                yield str(message.text)
    finally:
        last = last or time.monotonic()
        first = first or last
        took, name = ((first - begun) * 1000, (last - first) * 1000), model_name(model)
        on_usage(Usage("draft", name, read, written or pieces, *took, cost_usd=cost(name, read, written or pieces)))


def model_name(model: BaseChatModel) -> str:
    """Say what a chat model calls itself."""
    return str(getattr(model, "model_name", None) or getattr(model, "model", None) or model._llm_type)


def held_to(model: BaseChatModel, messages: list[BaseMessage], schema: Schema) -> Generator[BaseMessage]:
    """Ask in the way that holds this model to the schema best; a model with a `stream_held` has one of its own."""
    from langchain_openai.chat_models.base import BaseChatOpenAI

    if stream_held := getattr(model, "stream_held", None):
        yield from stream_held(messages, schema)
        return
    if isinstance(model, BaseChatOpenAI):
        yield from _openai_messages(model, messages, schema)
        return
    try:
        structured = model.with_structured_output(
            {"title": "reply", "description": "The claims.", **schema}, include_raw=True
        )
    except NotImplementedError:
        yield from model.stream(messages)
        return
    yield _as_text(structured.invoke(messages))


def is_refusal(message: BaseMessage) -> bool:
    """Whether a provider says with this message that the model declines, or that a filter stopped it."""
    told = message.response_metadata
    return bool(message.additional_kwargs.get("refusal")) or any(
        told.get(name) in ("refusal", "content_filter", "SAFETY") for name in ("finish_reason", "stop_reason")
    )


def _openai_messages(model: BaseChatModel, messages: list[BaseMessage], schema: Schema) -> Iterator[BaseMessage]:
    """Ask for the schema; a server that speaks OpenAI's API and refuses schemas is asked once more without."""
    from openai import BadRequestError

    held = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": True}}
    try:
        yield from model.bind(response_format=held).stream(messages)
    except BadRequestError:
        yield from model.stream(messages)


def _as_text(reply: Any) -> BaseMessage:
    """Turn structured output back into the message that a model without it would have written."""
    raw: BaseMessage = reply["raw"]
    return raw.model_copy(update={"content": json.dumps(reply["parsed"])}) if reply["parsed"] else raw


def tokens_of(message: BaseMessage) -> tuple[int, int]:
    """The tokens that a message says were read and written for it; a stream's messages add up."""
    usage = getattr(message, "usage_metadata", None) or {}
    return usage.get("input_tokens", 0), usage.get("output_tokens", 0)


def _until(deadline: float, messages: Generator[BaseMessage]) -> Iterator[Arrived]:
    """Pass messages on until the deadline, even when the model says nothing; a thread does the waiting."""
    arrived: SimpleQueue[Arrived | Exception | None] = SimpleQueue()
    stopped = Event()
    Thread(target=_pump, args=(messages, arrived, stopped), daemon=True).start()
    try:
        while (item := arrived.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
            if isinstance(item, Exception):
                raise ModelUnavailable(f"the language model failed: {without_secrets(str(item))}") from item
            yield item
    except Empty:
        raise ModelUnavailable("the language model did not answer in time") from None
    finally:
        stopped.set()


def _pump(messages: Generator[BaseMessage], arrived: SimpleQueue[Arrived | Exception | None], stopped: Event) -> None:
    """Put what a model says into a queue, each with its time, then None; whatever its client raises goes in too."""
    try:
        with closing(messages):
            for message in messages:
                if stopped.is_set():
                    return
                arrived.put((time.monotonic(), message))
    except Exception as error:
        arrived.put(error)
    else:
        arrived.put(None)
