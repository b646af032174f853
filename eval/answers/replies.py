"""Replies of language models, kept in a file so that a run replays offline, with the checks of another day.

A reply is known by the name that settings have for the model, the messages and the schema it is held to; keys and
addresses are no part of it, so they never reach the file. What failed is kept too, and fails again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatResult

from app.errors import ModelUnavailable
from app.reply import Schema, held_to, is_refusal, tokens_of
from app.secrets import without_secrets
from eval.errors import BadData
from eval.jsonl import append, mend, rows


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, the tokens that it counted, and how long it took; `failure` is what went wrong, else empty."""

    model: str
    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    refused: bool = False
    failure: str = ""

    def again(self) -> BaseMessage:
        """The reply as a model's message. Raises ModelUnavailable for one that failed."""
        if self.failure:
            raise ModelUnavailable(self.failure)
        read, written = self.input_tokens, self.output_tokens
        usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
        told = {"finish_reason": "refusal"} if self.refused else {}
        return AIMessageChunk(content=self.text, usage_metadata=usage, response_metadata=told)


class Replies:
    """The replies of a file. `replayed_s` adds up the seconds that replies took when they were first given.

    Raises BadData for a file that holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.replayed_s = 0.0
        self._path = path
        self._lock = Lock()
        mend(path)
        found = rows(path, ("key",)) if path.exists() else ()
        try:
            self._known = {row.pop("key"): Reply(**row) for _, row in found}
        except TypeError as error:
            raise BadData(f"{path} holds something else than replies: {error}") from error

    @property
    def model(self) -> str:
        """What the model that gave the first of them calls itself; empty without any."""
        return next((one.model for one in self._known.values()), "")

    def get(self, key: str) -> Reply | None:
        """The reply of this key, if it is known."""
        found = self._known.get(key)
        self.replayed_s += found.seconds if found else 0.0
        return found

    def keep(self, key: str, reply: Reply) -> None:
        """Add a reply to the file. It is added from the thread that waited for it."""
        with self._lock:
            self._known[key] = reply
            append(self._path, {"key": key, **asdict(reply)})


def key_of(name: str, messages: list[BaseMessage], schema: Schema) -> str:
    """What stands for a prompt to a model that is held to a schema."""
    said = [name, [[one.type, one.text] for one in messages], schema]
    return sha256(json.dumps(said, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:32]


class RecordedChat(BaseChatModel):
    """A chat model that answers from `replies` what was asked before. Anything else `inner` is asked, and it is kept;
    without an `inner` that is a failure. `asked_as` is the name that settings have for the model."""

    asked_as: str
    model_name: str
    replies: Any
    inner: Any = None

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def stream_held(self, messages: list[BaseMessage], schema: Schema) -> Iterator[BaseMessage]:
        """Stream a reply as `app.reply` asks for it. Raises ModelUnavailable for one that failed, then or now."""
        key = key_of(self.asked_as, messages, schema)
        if known := self.replies.get(key):
            yield known.again()
        elif self.inner is None:
            raise ModelUnavailable("this was not asked in the run that is replayed, and nothing is asked anew")
        else:
            yield from self._recorded(key, messages, schema)

    def _recorded(self, key: str, messages: list[BaseMessage], schema: Schema) -> Iterator[BaseMessage]:
        """Pass a reply on, and keep it when it has ended.

        Whoever hears a refusal goes away, so it is kept before. What nobody waits for to its end, since its time was
        up or the run was interrupted, is not kept: it is no reply.
        """
        text, read, written, refusal, begun = "", 0, 0, None, monotonic()
        try:
            for message in held_to(self.inner, messages, schema):
                text, read, written = text + message.text, read + tokens_of(message)[0], written + tokens_of(message)[1]
                if is_refusal(message):
                    refusal = message
                    break
                yield message
        except Exception as error:
            failure = without_secrets(str(error)) or type(error).__name__
            self.replies.keep(key, Reply(self.model_name, text, read, written, _since(begun), failure=failure))
            raise
        self.replies.keep(key, Reply(self.model_name, text, read, written, _since(begun), refusal is not None))
        if refusal is not None:
            yield refusal

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("a recorded model streams replies that are held to a schema, and does nothing else")


def _since(begun: float) -> float:
    return round(monotonic() - begun, 3)
